package email

import (
	"regexp"
	"strings"
)

// MaxForwards bounds the mails that are opened within one another: forwarded below
// a covering note, or as a file.
const MaxForwards = 3

// Body is one text of a mail, without what it quotes: of Text and HTML, one is set.
type Body struct {
	Text, HTML string
	// Forwarded says that the sender passed it on, below their own words, and From whose
	// it is, as the line above it says.
	Forwarded bool
	From      string
}

// Bodies are what the sender wrote themselves, possibly nothing, then what stands
// below it where the mail says that it forwards: in its subject ("Fwd:", "TR :") or in
// the line above the forwarded mail. A mail forwarded in that one comes after it, up
// to MaxForwards. HTML is given only where the plain text does not say all.
func (m *Message) Bodies() []Body {
	if m.TextComplete {
		lines := textLines(m.Text)
		var bodies []Body
		for i, s := range m.layers(lines) {
			own, _ := ownLines(lines[s.from:s.to])
			bodies = append(bodies, Body{Text: joinOwn(own), Forwarded: i > 0, From: s.writer})
		}
		return bodies
	}
	page := readLines(m.HTML)
	var bodies []Body
	for i, s := range m.layers(page.lines) {
		start, end := page.at(s.from), page.at(s.from+len(withoutSignOff(page.lines[s.from:s.to])))
		if i == 0 {
			start = 0 // the head says more than its lines
		}
		bodies = append(bodies, Body{HTML: m.HTML[start:end], Forwarded: i > 0, From: s.writer})
	}
	return bodies
}

// AboveQuotes is the text and the HTML above what the mail quotes, the closing formula
// and a signature that no line sets apart among it.
func (m *Message) AboveQuotes() (text, html string) {
	own, _ := ownLines(textLines(m.Text))
	page := readLines(m.HTML)
	_, cut := ownLines(page.lines)
	return strings.Join(own, "\n"), m.HTML[:page.at(cut)]
}

// Everything is all that the mail says in its bodies, quotes among it, and in those
// of the mails within it that Unpack opened.
func (m *Message) Everything() string {
	all := m.Text + "\n" + strings.Join(readLines(m.HTML).lines, "\n")
	for _, a := range m.Attachments {
		if a.Message != nil {
			all += "\n" + a.Message.Text + "\n" + strings.Join(readLines(a.Message.HTML).lines, "\n")
		}
	}
	return all
}

// span is a run of lines, and who wrote them where the mail forwards them.
type span struct {
	from, to int
	writer   string
}

// layers are the lines that the sender wrote, and those of each mail forwarded below.
// Marks of quotation are taken off the forwarded lines where all of them bear one.
func (m *Message) layers(lines []string) []span {
	says := forwardPrefix.MatchString(m.Subject)
	spans := []span{}
	writer := ""
	for from := 0; ; {
		_, cut := ownLines(lines[from:])
		cut += from
		spans = append(spans, span{from, cut, writer})
		next, ok := forwardedFrom(lines, from, cut, says)
		if !ok || len(spans) > MaxForwards {
			return spans
		}
		writer = writerOf(lines[from:next])
		from, says = next, true
	}
}

// forwardPrefix is a subject that says it forwards, behind what lists put before it. A
// reply to a forwarded mail forwards nothing.
var forwardPrefix = regexp.MustCompile(`(?i)^\s*(?:\[[^\]]{1,40}\]\s*)*(?:tr|fwd?|wg|i|transf|transféré|transmis|rv|enc|vl)\s*:`)

// signatureLines is how long a signature above a forwarded mail may be.
const signatureLines = 15

// forwardedFrom is where the mail begins that is forwarded below the line cut, or
// among the quoted lines after from: past the rule, and past the header that mailers
// repeat.
func forwardedFrom(lines []string, from, cut int, says bool) (next int, ok bool) {
	if cut < len(lines) && strings.TrimRight(lines[cut], " \t") == "--" {
		for end := min(len(lines), cut+signatureLines); cut < end && !startsQuote(lines[cut:]); {
			cut++
		}
	}
	if cut >= len(lines) && says {
		cut = quotedForward(lines, from)
	}
	if cut >= len(lines) {
		return 0, false
	}
	if !says && !isForwardRule(strings.TrimRight(lines[cut], " \t")) {
		return 0, false
	}
	if n := attribution(lines[cut:]); n > 0 {
		unquote1(lines[cut+n:])
		return cut + n, true
	}
	if !startsQuote(lines[cut:]) {
		return 0, false
	}
	for cut < len(lines) && (isQuoteRule(strings.TrimRight(lines[cut], " \t")) || isUnderscores(strings.TrimSpace(lines[cut])) || strings.TrimSpace(lines[cut]) == "") {
		cut++
	}
	unquote1(lines[cut:])
	cut += headerLines(lines[cut:])
	unquote1(lines[cut:])
	return cut, true
}

// quotedForward is where a quoted line begins a forwarded mail, as Apple's program
// quotes all of it; its mark and those below are taken off. len(lines) for nowhere.
func quotedForward(lines []string, from int) int {
	for i := from; i < len(lines); i++ {
		if !isQuoted(lines[i]) {
			continue
		}
		bare := make([]string, 0, headerHeight)
		for _, line := range lines[i:min(len(lines), i+headerHeight)] {
			bare = append(bare, withoutMark(line))
		}
		if startsQuote(bare) {
			unquote1(lines[i:])
			return i
		}
	}
	return len(lines)
}

// headerHeight is how many lines are looked at for the header of a quoted mail.
const headerHeight = 10

// writerOf is what the header says after "De :" that ends these lines.
func writerOf(lines []string) string {
	for i := len(lines) - 1; i >= max(len(lines)-headerLongest, 0); i-- {
		if quotedLabels[label(lines[i])] == "from" {
			_, writer, _ := strings.Cut(lines[i], ":")
			return strings.TrimSpace(writer)
		}
	}
	return ""
}

// headerLongest is how many lines the header above a forwarded mail may have.
const headerLongest = 30

// unquote1 takes one mark of quotation off lines that all bear one.
func unquote1(lines []string) {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" && !isQuoted(line) {
			return
		}
	}
	for i, line := range lines {
		lines[i] = withoutMark(line)
	}
}

func withoutMark(line string) string {
	return strings.TrimPrefix(strings.TrimPrefix(strings.TrimLeft(line, " \t\u00a0"), ">"), " ")
}

// headerLines counts the lines of the header that a mailer repeats above a forwarded
// mail, and the empty ones below it: De, Envoyé, À, Objet, with what they wrap into.
func headerLines(lines []string) int {
	n, labels := 0, 0
	for _, line := range lines[:min(len(lines), headerLongest)] {
		known := quotedLabels[label(line)] != "" || attachmentLabels[label(line)]
		blank := strings.TrimSpace(line) == ""
		wrapped := labels > 0 && !blank && (strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") || strings.Contains(line, "@"))
		if !known && !wrapped && !(blank && labels == 0) {
			break
		}
		if known {
			labels++
		}
		n++
	}
	if labels == 0 {
		return 0
	}
	for n < len(lines) && strings.TrimSpace(lines[n]) == "" {
		n++
	}
	return n
}

// attachmentLabels are what else such a header may hold.
var attachmentLabels = map[string]bool{
	"pièces jointes": true, "pièce jointe": true, "attachments": true, "importance": true,
	"répondre à": true, "reply-to": true, "cci": true, "bcc": true, "copie à": true, "priorité": true,
}
