package email

import (
	"bytes"
	"encoding/base64"
	"strings"
)

// decodeTransfer undoes a Content-Transfer-Encoding (RFC 2045 section 6). It
// says false where the encoding is unknown or the data bears junk; the data is
// then what could be saved.
func decodeTransfer(encoding string, data []byte) ([]byte, bool) {
	switch encodingName(encoding) {
	case "", "7bit", "8bit", "binary":
		return data, true
	case "base64":
		return decodeBase64(data)
	case "quoted-printable":
		return decodeQuotedPrintable(data), true
	}
	return data, false
}

// encodingName trims what mailers glue to the name: quotes, a semicolon, a
// comment, a charset.
func encodingName(declared string) string {
	name := strings.ToLower(strings.Trim(declared, " \t\"'"))
	if i := strings.IndexFunc(name, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-'
	}); i >= 0 {
		name = name[:i]
	}
	switch name {
	case "7-bit":
		return "7bit"
	case "8-bit":
		return "8bit"
	case "quotedprintable", "qp":
		return "quoted-printable"
	}
	return name
}

// decodeBase64 decodes as RFC 2045 section 6.8 asks, passing over what is not
// base64. The standard decoder, which passes over line ends, does nearly all
// mails; what it refuses goes character by character.
func decodeBase64(src []byte) ([]byte, bool) {
	dst := make([]byte, base64.StdEncoding.DecodedLen(len(src)))
	if n, err := base64.StdEncoding.Decode(dst, src); err == nil {
		return dst[:n], true
	}
	return filterBase64(dst[:0], src)
}

// filterBase64 decodes what is base64 in src. After padding, the next line
// begins anew (files that were joined), and a line with other characters is no
// data: the footer of a mailing list.
func filterBase64(dst, src []byte) (data []byte, clean bool) {
	clean = true
	var bits uint32
	var count int
	padded := false
	for len(src) > 0 {
		var line []byte
		line, src = cutLine(src)
		if padded && !isBase64(line) {
			clean = false
			continue
		}
		for _, c := range line {
			value := base64Values[c]
			switch {
			case value >= 0:
				bits = bits<<6 | uint32(value)
				if count++; count == 4 {
					dst = append(dst, byte(bits>>16), byte(bits>>8), byte(bits))
					bits, count = 0, 0
				}
			case c == '=':
				dst = appendQuantum(dst, bits, count)
				bits, count, padded = 0, 0, true
			case c != ' ' && c != '\t':
				clean = false
			}
		}
	}
	return appendQuantum(dst, bits, count), clean && count == 0
}

// appendQuantum adds the bytes of an unfinished group of four characters.
func appendQuantum(dst []byte, bits uint32, count int) []byte {
	switch count {
	case 2:
		return append(dst, byte(bits>>4))
	case 3:
		return append(dst, byte(bits>>10), byte(bits>>2))
	}
	return dst
}

func isBase64(line []byte) bool {
	for _, c := range bytes.TrimSpace(line) {
		if base64Values[c] < 0 && c != '=' {
			return false
		}
	}
	return true
}

// base64Values is the value of each character, -1 where it has none.
var base64Values = func() (values [256]int8) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	for i := range values {
		values[i] = int8(strings.IndexByte(alphabet, byte(i)))
	}
	return values
}()

// decodeQuotedPrintable decodes RFC 2045 section 6.7. What is not an escape
// stays as it is.
func decodeQuotedPrintable(src []byte) []byte {
	dst := make([]byte, 0, len(src))
	for len(src) > 0 {
		end := bytes.IndexByte(src, '\n') + 1
		if end == 0 {
			end = len(src)
		}
		line := bytes.TrimRight(src[:end], " \t\r\n")
		ending := bytes.TrimLeft(src[len(line):end], " \t")
		src = src[end:]
		if soft, ok := bytes.CutSuffix(line, []byte{'='}); ok {
			dst = append(dst, decodeQuoted(soft)...)
			continue
		}
		dst = append(append(dst, decodeQuoted(line)...), ending...)
	}
	return dst
}

// decodeQuoted undoes the =XX escapes of one line or encoded word.
func decodeQuoted(line []byte) []byte {
	if bytes.IndexByte(line, '=') < 0 {
		return line
	}
	out := make([]byte, 0, len(line))
	for i := 0; i < len(line); i++ {
		if line[i] == '=' && i+2 < len(line) {
			if high, low := unhex(line[i+1]), unhex(line[i+2]); high >= 0 && low >= 0 {
				out = append(out, byte(high<<4|low))
				i += 2
				continue
			}
		}
		out = append(out, line[i])
	}
	return out
}

func unhex(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}
