package email

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"strings"
)

// Identity is the same for one mail delivered twice, through an alias and
// directly, with other trace headers: a SHA-256 over Message-ID, From, Date and
// Subject as written, and over the body with its line ends made equal. It is
// zero without a Message-ID. A known Message-ID on another mail gives another
// identity.
func (m *Message) Identity() [sha256.Size]byte {
	var sum [sha256.Size]byte
	if m.MessageID == "" {
		return sum
	}
	h := sha256.New()
	for _, name := range []string{"Message-ID", "From", "Date", "Subject"} {
		values := m.Values(name)
		writeLength(h, len(values))
		for _, value := range values {
			value = strings.Join(strings.Fields(value), " ") // relays fold anew
			writeLength(h, len(value))
			h.Write([]byte(value))
		}
	}
	body := bytes.TrimRight(m.body, "\r\n") // relays add or take an empty line
	writeEven(h, body)
	h.Sum(sum[:0])
	return sum
}

// writeEven writes a text with every CRLF as LF, some lines at once.
func writeEven(h hash.Hash, text []byte) {
	lines := make([]byte, 0, min(len(text), 32<<10))
	for len(text) > 0 {
		line, rest, found := bytes.Cut(text, []byte("\r\n"))
		text = rest
		if len(lines)+len(line)+1 > cap(lines) {
			h.Write(lines)
			lines = lines[:0]
		}
		if len(line) >= cap(lines) {
			h.Write(line)
			line = nil
		}
		if lines = append(lines, line...); found {
			lines = append(lines, '\n')
		}
	}
	h.Write(lines)
}

func writeLength(h hash.Hash, n int) {
	var b [8]byte
	h.Write(binary.BigEndian.AppendUint64(b[:0], uint64(n)))
}
