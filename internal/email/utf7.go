package email

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeUTF7 decodes RFC 2152: ASCII, and between "+" and "-" UTF-16 in base64
// without padding. It says false where the bytes are no UTF-7.
func decodeUTF7(data []byte) (string, bool) {
	var out strings.Builder
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case c >= utf8.RuneSelf:
			return "", false
		case c != '+':
			out.WriteByte(c)
		default:
			end := i + 1
			for end < len(data) && base64Values[data[end]] >= 0 {
				end++
			}
			text, ok := shifted(data[i+1 : end])
			if !ok {
				return "", false
			}
			if end == i+1 && end < len(data) && data[end] == '-' {
				text = "+"
			}
			out.WriteString(text)
			if i = end - 1; end < len(data) && data[end] == '-' {
				i = end
			}
		}
	}
	return out.String(), true
}

// shifted decodes what stands between "+" and the end of its base64.
func shifted(code []byte) (string, bool) {
	raw, err := base64.RawStdEncoding.DecodeString(string(code))
	if err != nil {
		return "", false
	}
	units := make([]uint16, 0, len(raw)/2)
	for ; len(raw) >= 2; raw = raw[2:] {
		units = append(units, uint16(raw[0])<<8|uint16(raw[1]))
	}
	return string(utf16.Decode(units)), true
}
