package email

import (
	"strings"
	"unicode"
)

// addresses reads every mailbox of a header's values (RFC 5322 section 3.4).
// Members of a group stand for themselves. A comma in a name that should have
// been quoted does not split it.
func (m *Message) addresses(values []string) []Address {
	var list []Address
	for _, value := range values {
		for _, box := range splitMailboxes(value) {
			list = append(list, Address{Name: m.decodeText(box.name), Address: box.address})
		}
	}
	return list
}

// readFrom believes a From only where all From headers together name exactly
// one mailbox: mail programs and filters differ on which of several counts, and
// a forger plays on that.
func (m *Message) readFrom() {
	var found []Address
	for _, a := range m.addresses(m.Values("From")) {
		if len(found) == 0 || a.Address != found[0].Address {
			found = append(found, a)
		}
	}
	switch {
	case len(found) > 1:
		m.flag(FlagSeveralFrom)
		return
	case len(found) == 1:
		m.From = found[0]
	}
	m.flagIf(m.From.Address == "", FlagNoFrom)
	named := addressIn(m.From.Name)
	m.flagIf(named != "" && named != m.From.Address, FlagNameIsAddress)
}

// addressIn is the address that a display name holds, "" where it holds none.
func addressIn(name string) string {
	for word := range strings.FieldsSeq(name) {
		if address := cleanAddress(strings.Trim(word, `"'<>()[],;:`)); address != "" {
			return address
		}
	}
	return ""
}

// mailbox is one mailbox as written, its name not yet decoded.
type mailbox struct{ name, address string }

// mailboxScanner gathers one mailbox at a time from a header value.
type mailboxScanner struct {
	boxes   []mailbox
	phrase  strings.Builder // outside brackets and comments
	comment strings.Builder // the name in the old form: jean@example.org (Jean)
	angle   string
	bracket bool // an angle bracket was read
	named   int  // how long the phrase was then
	at      bool // the phrase holds an address

	// Once a quote or parenthesis is found never to close, the others are taken
	// as plain characters: looking for each one's end would take quadratic time.
	plainQuotes, plainParentheses bool
}

// splitMailboxes reads a header value in one pass.
func splitMailboxes(value string) []mailbox {
	var s mailboxScanner
	for i := 0; i < len(value); {
		switch c := value[i]; {
		case c == '"' && !s.plainQuotes:
			i += s.quoted(value[i:])
		case c == '(' && !s.plainParentheses:
			i += s.parenthesis(value[i:])
		case c == '<':
			i += s.brackets(value[i:])
		case c == ';', c == ',' && (s.bracket || s.at):
			s.finish()
			i++
		case c == ':' && !s.bracket && !s.at: // the end of a group's name
			s.phrase.Reset()
			i++
		default:
			s.at = s.at || c == '@'
			s.phrase.WriteByte(c)
			i++
		}
	}
	s.finish()
	return s.boxes
}

// quoted reads a quoted string; where it never ends, the quote alone.
func (s *mailboxScanner) quoted(v string) int {
	for i := 1; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case '"':
			if strings.HasPrefix(v[i+1:], "@") { // a quoted local part keeps its quotes
				s.phrase.WriteString(v[:i+1])
			} else {
				s.phrase.WriteString(unquote(v[:i+1]))
			}
			return i + 1
		}
	}
	s.plainQuotes = true
	return 1
}

// parenthesis reads a comment, which may nest.
func (s *mailboxScanner) parenthesis(v string) int {
	depth := 0
	for i := 0; i < len(v); i++ {
		switch v[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				s.comment.WriteString(v[1:i])
				return i + 1
			}
		}
	}
	s.plainParentheses = true
	return 1
}

// brackets reads an address between angle brackets. A second pair is another
// mailbox, whose comma is missing.
func (s *mailboxScanner) brackets(v string) int {
	if s.bracket {
		names := s.phrase.String()
		first, second := names[:s.named], names[s.named:]
		s.phrase.Reset()
		s.phrase.WriteString(first)
		s.finish()
		s.phrase.WriteString(second)
	}
	inside, _, _ := strings.Cut(v[1:], ">")
	s.angle, s.bracket, s.named = inside, true, s.phrase.Len()
	return min(len(inside)+2, len(v))
}

// finish ends a mailbox.
func (s *mailboxScanner) finish() {
	phrase, comment := strings.Trim(s.phrase.String(), " \t,"), strings.TrimSpace(s.comment.String())
	switch {
	case s.bracket:
		if phrase == "" {
			phrase = comment
		}
		s.boxes = append(s.boxes, mailbox{phrase, cleanAddress(s.angle)})
	case s.at:
		s.boxes = append(s.boxes, bareMailbox(phrase, comment))
	case phrase != "":
		s.boxes = append(s.boxes, mailbox{name: phrase})
	}
	s.phrase.Reset()
	s.comment.Reset()
	s.angle, s.bracket, s.at, s.named = "", false, false, 0
}

// bareMailbox reads an address without brackets, and the name that may stand
// before it for want of them.
func bareMailbox(phrase, comment string) mailbox {
	if address := cleanAddress(phrase); address != "" {
		return mailbox{comment, address}
	}
	if i := strings.LastIndexByte(phrase, ' '); i > 0 {
		if address := cleanAddress(phrase[i:]); address != "" {
			return mailbox{strings.TrimSpace(phrase[:i]), address}
		}
	}
	return mailbox{name: phrase}
}

// cleanAddress is an addr-spec in lower case, without its old-style route; ""
// where it is none.
func cleanAddress(s string) string {
	const longest = 320 // RFC 5321 section 4.5.3.1
	s = strings.Trim(s, " \t'<>")
	if route, rest, ok := strings.Cut(s, ":"); ok && strings.HasPrefix(route, "@") {
		s = rest
	}
	i := strings.LastIndexByte(s, '@')
	if i <= 0 {
		return ""
	}
	local, domain := strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+1:])
	quoted := len(local) > 2 && local[0] == '"' && local[len(local)-1] == '"'
	if local == "" || domain == "" || len(local)+len(domain) >= longest ||
		!isAtom(domain, "\"@,;<>()\\") || !quoted && !isAtom(local, "\"@,;:<>()[]\\") ||
		strings.ContainsFunc(local, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return ""
	}
	return lowerASCII(local + "@" + domain)
}

// isAtom says whether s has no white space, no control character, and none of
// the others.
func isAtom(s, others string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(others, r)
	})
}

func lowerASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
