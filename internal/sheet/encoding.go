package sheet

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// utf16Of says whether bytes are UTF-16, by their mark or by the zeros that
// letters of Europe leave in it, and in which order.
func utf16Of(raw []byte) (wide bool, order binary.ByteOrder) {
	switch {
	case bytes.HasPrefix(raw, []byte{0xFF, 0xFE}):
		return true, binary.LittleEndian
	case bytes.HasPrefix(raw, []byte{0xFE, 0xFF}):
		return true, binary.BigEndian
	}
	var zeros [2]int
	start := raw[:min(len(raw), 512)]
	for i, b := range start {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case zeros[1] > len(start)/4 && zeros[0] == 0:
		return true, binary.LittleEndian
	case zeros[0] > len(start)/4 && zeros[1] == 0:
		return true, binary.BigEndian
	}
	return false, nil
}

func fromUTF16(raw []byte, order binary.ByteOrder) string {
	units := make([]uint16, 0, len(raw)/2)
	for i := 0; i+1 < len(raw); i += 2 {
		units = append(units, order.Uint16(raw[i:]))
	}
	return clean(strings.TrimPrefix(string(utf16.Decode(units)), "\ufeff"))
}

func fromWindows1252(raw []byte) string {
	text, err := charmap.Windows1252.NewDecoder().Bytes(raw)
	if err != nil { // every byte has a meaning, if only "unknown"
		return string(bytes.ToValidUTF8(raw, []byte("\ufffd")))
	}
	return string(text)
}

// clean writes accents with their letters, and takes out what does not show.
func clean(text string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch r {
		case '\u200b', '\u200e', '\u200f', '\u2060', '\ufeff', 0:
			return -1
		case '\u00a0', '\u202f':
			return ' '
		}
		return r
	}, text))
}
