package document

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decodeText makes UTF-8 of a text file: by its byte order mark, else UTF-8 where
// it is valid, else windows-1252. It is false for bytes that are no text.
func decodeText(data []byte) (string, bool) {
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		return decodeUTF16(data)
	}
	if control(data) {
		return "", false
	}
	if utf8.Valid(data) {
		return string(data), true
	}
	return decode1252(data), true
}

// control says whether bytes hold a NUL, or more control characters than a text
// that went through a printer or a terminal.
func control(data []byte) bool {
	n := 0
	for _, b := range data[:min(len(data), 64<<10)] {
		switch {
		case b == 0:
			return true
		case b < ' ' && b != '\n' && b != '\r' && b != '\t' && b != '\f' && b != 0x1b:
			n++
		}
	}
	return n*50 > min(len(data), 64<<10)
}

// decodeUTF16 goes by the byte order mark.
func decodeUTF16(data []byte) (string, bool) {
	out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(data)
	if err != nil || control(out) {
		return "", false
	}
	return string(out), true
}

// decode1252 reads what Windows saves where it does not save Unicode. Every byte
// means something in it, once the five that are unassigned are let through.
func decode1252(data []byte) string {
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return string(data)
	}
	return string(out)
}
