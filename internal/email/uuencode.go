package email

import (
	"regexp"
	"strings"
)

var uuBegin = regexp.MustCompile(`^begin [0-7]{3,4} (\S.*)$`)

// maxUuencoded bounds the files that one body may hold.
const maxUuencoded = 20

// takeUuencoded takes the files that an old mail program wrote into the text
// ("begin 644 texte.doc", to "end") out of it, and attaches them.
func (m *Message) takeUuencoded() {
	if !strings.Contains(m.Text, "begin ") {
		return
	}
	lines := strings.Split(m.Text, "\n")
	var kept []string
	for i := 0; i < len(lines); i++ {
		begin := uuBegin.FindStringSubmatch(strings.TrimSpace(lines[i]))
		if begin == nil || len(m.Attachments) >= MaxParts {
			kept = append(kept, lines[i])
			continue
		}
		data, end, ok := uudecode(lines[i+1:])
		if !ok {
			kept = append(kept, lines[i])
			continue
		}
		w := walker{m: m}
		m.Attachments = append(m.Attachments, Attachment{Name: w.fileName(begin[1]), Type: "application/octet-stream", Data: data})
		i += end
		if m.uuencoded++; m.uuencoded >= maxUuencoded {
			kept = append(kept, lines[i+1:]...)
			break
		}
	}
	m.Text = strings.Join(kept, "\n")
}

// uudecode decodes up to the line "end", and gives how many lines that were. It says
// false where a line is no data or the end is missing.
func uudecode(lines []string) (data []byte, used int, ok bool) {
	for i, line := range lines {
		line = strings.TrimRight(line, " \r")
		if line == "end" {
			return data, i + 1, len(data) > 0
		}
		if line == "" || line == "`" {
			continue
		}
		long := int(line[0]-' ') & 63
		if line[0] < ' ' || line[0] > '`' || len(line)-1 > (long+2)/3*4+2 {
			return nil, 0, false
		}
		decoded := uuLine(line[1:], long)
		if decoded == nil {
			return nil, 0, false
		}
		data = append(data, decoded...)
	}
	return nil, 0, false
}

// uuLine decodes one line to so many bytes. A mailer may have cut the spaces at its
// end, which stand for zero.
func uuLine(line string, long int) []byte {
	out := make([]byte, 0, 63)
	value := func(i int) byte {
		if i < len(line) {
			return (line[i] - ' ') & 63
		}
		return 0
	}
	for i := range len(line) {
		if line[i] < ' ' || line[i] > '`' {
			return nil
		}
	}
	for i := 0; len(out) < long; i += 4 {
		a, b, c, d := value(i), value(i+1), value(i+2), value(i+3)
		out = append(out, a<<2|b>>4, b<<4|c>>2, c<<6|d)
	}
	return out[:long]
}
