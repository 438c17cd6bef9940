package email

import (
	"slices"
	"strconv"
	"strings"
)

// media is the value of a Content-Type or Content-Disposition header.
type media struct {
	kind   string            // in lower case; "" where there is none that makes sense
	params map[string]string // names in lower case, values decoded
	flag   Flag              // of the charset of a parameter
}

// parseMedia reads RFC 2045 section 5.1 and RFC 2183 as they are written in the
// wild: semicolons doubled, spaces and accents without quotes, encoded words
// within quotes, values in pieces (RFC 2231).
func parseMedia(value string) media {
	m := media{params: map[string]string{}}
	pieces := map[string][]piece{}
	c := parameterCutter{rest: value}
	first := strings.TrimSpace(c.next())
	kind := firstWord(first)
	m.kind = strings.ToLower(kind)
	m.parameter(first[len(kind):], pieces) // where its semicolon is missing
	for c.rest != "" {
		m.parameter(c.next(), pieces)
	}
	for name, ps := range pieces {
		m.params[name] = m.decode(joinPieces(ps))
	}
	return m
}

// parameter reads "name=value". The first of a name counts; what is written in
// pieces counts before what is not.
func (m *media) parameter(text string, pieces map[string][]piece) {
	name, value, found := strings.Cut(text, "=")
	name = strings.ToLower(strings.TrimSpace(name))
	if !found || name == "" {
		return
	}
	value = unquote(strings.TrimSpace(value))
	if base, p, ok := parsePiece(name, value); ok {
		pieces[base] = append(pieces[base], p)
		return
	}
	if _, twice := m.params[name]; twice {
		return
	}
	if name == "boundary" { // it may hold what looks like an encoded word
		m.params[name] = value
		return
	}
	m.params[name] = m.decode(decodeWords(value))
}

func (m *media) decode(text string, flag Flag) string {
	if flag != "" {
		m.flag = flag
	}
	return text
}

// parameterCutter cuts a value at its semicolons.
type parameterCutter struct {
	rest     string
	unquoted bool // a quote is never closed: from here on quotes mean nothing
}

// next takes what stands before the first semicolon outside quotes. A quote
// that is never closed swallows no other parameter.
func (c *parameterCutter) next() string {
	quoted := false
	for i := 0; i < len(c.rest) && !c.unquoted; i++ {
		switch {
		case quoted && c.rest[i] == '\\':
			i++
		case c.rest[i] == '"':
			quoted = !quoted
		case c.rest[i] == ';' && !quoted:
			parameter := c.rest[:i]
			c.rest = c.rest[i+1:]
			return parameter
		}
	}
	c.unquoted = c.unquoted || quoted
	parameter := c.rest
	c.rest = ""
	if c.unquoted {
		parameter, c.rest, _ = strings.Cut(parameter, ";")
	}
	return parameter
}

// unquote takes quotes off. A backslash escapes only a quote or itself, so that
// a Windows path stays one.
func unquote(s string) string {
	s, quoted := strings.CutPrefix(s, `"`)
	if !quoted {
		return s
	}
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\') {
			i++
		} else if s[i] == '"' {
			break
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// firstWord cuts at white space or a comment.
func firstWord(s string) string {
	s = strings.TrimLeft(s, " \t")
	if i := strings.IndexAny(s, " \t("); i >= 0 {
		return s[:i]
	}
	return s
}

// piece is one section of a parameter value (RFC 2231 section 3).
type piece struct {
	number  int
	encoded bool
	value   string
}

// parsePiece reads the names "filename*", "filename*0" and "filename*0*".
func parsePiece(name, value string) (base string, p piece, ok bool) {
	base, section, starred := strings.Cut(name, "*")
	if !starred || base == "" {
		return "", piece{}, false
	}
	p.value = value
	if section == "" {
		p.encoded = true
		return base, p, true
	}
	section, p.encoded = strings.CutSuffix(section, "*")
	number, err := strconv.Atoi(section)
	p.number = number
	return base, p, err == nil && number >= 0
}

// joinPieces puts a value together and decodes it. The charset stands before
// the first quote of the first piece.
func joinPieces(ps []piece) (string, Flag) {
	slices.SortStableFunc(ps, func(a, b piece) int { return a.number - b.number })
	charset := ""
	if ps[0].encoded {
		if parts := strings.SplitN(ps[0].value, "'", 3); len(parts) == 3 {
			charset, ps[0].value = parts[0], parts[2]
		}
	}
	var data []byte
	encoded := false
	for _, p := range ps {
		if p.encoded {
			encoded = true
			data = appendPercentDecoded(data, p.value)
		} else {
			data = append(data, p.value...)
		}
	}
	if !encoded {
		return decodeWords(string(data))
	}
	return decodeCharset(charset, data)
}

func appendPercentDecoded(dst []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if high, low := unhex(s[i+1]), unhex(s[i+2]); high >= 0 && low >= 0 {
				dst = append(dst, byte(high<<4|low))
				i += 2
				continue
			}
		}
		dst = append(dst, s[i])
	}
	return dst
}
