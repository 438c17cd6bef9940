package document

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// decodeText makes UTF-8 of a text file that says nothing of its charset: by its
// byte order mark; else UTF-16 where every other byte is none; UTF-8 where it is
// valid, but for a few bytes; and else the charset of one byte in which it reads
// best. It is false for bytes that are no text.
func decodeText(data []byte) (string, bool) {
	if enc, marked := byMark(data); enc != nil {
		return decodeMarked(enc, data[marked:])
	}
	if enc := unmarkedUTF16(data); enc != nil {
		return decodeMarked(enc, data)
	}
	data = bytes.TrimPrefix(data, []byte(utf8Mark))
	switch {
	case control(data):
		return "", false
	case utf8.Valid(data):
		return string(data), true
	case mostlyUTF8(data):
		return strings.ToValidUTF8(string(data), "\uFFFD"), true
	}
	return decodeGuess(data), true
}

const utf8Mark = "\xef\xbb\xbf"

// byMark is the charset that a byte order mark names, and the mark's length; nil
// for UTF-8's and where there is none. That of UTF-32 begins with UTF-16's.
func byMark(data []byte) (encoding.Encoding, int) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe\x00\x00")):
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), 4
	case bytes.HasPrefix(data, []byte("\x00\x00\xfe\xff")):
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), 4
	case bytes.HasPrefix(data, []byte("\xff\xfe")):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), 2
	case bytes.HasPrefix(data, []byte("\xfe\xff")):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), 2
	}
	return nil, 0
}

// unmarkedUTF16 tells UTF-16 without a mark by the zeros that it is half made of
// in a Latin script, all at even or all at odd places; nil for anything else.
func unmarkedUTF16(data []byte) encoding.Encoding {
	head := data[:min(len(data), 16<<10)&^1]
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i&1]++
		}
	}
	units := len(head) / 2
	switch {
	case units < 2:
		return nil
	case zeros[1]*10 > units*7 && zeros[0] == 0:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeros[0]*10 > units*7 && zeros[1] == 0:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return nil
}

func decodeMarked(enc encoding.Encoding, data []byte) (string, bool) {
	out, err := enc.NewDecoder().Bytes(data)
	if err != nil || control(out) {
		return "", false
	}
	return string(out), true
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

// mostlyUTF8 says whether a text is UTF-8 that was damaged in a place or two: no
// text in another charset holds so many valid signs of several bytes.
func mostlyUTF8(data []byte) bool {
	long, broken := 0, 0
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && n == 1:
			broken++
		case n > 1:
			long++
		}
		data = data[n:]
	}
	return long > 10*broken
}

// asDeclared is a text in UTF-8 behind a byte order mark, where its declared media
// type names a charset that its bytes bear out; else the bytes as they are. What
// has a mark, or is UTF-8 beyond ASCII, is never what else is said of it.
func asDeclared(declared string, data []byte) []byte {
	_, params, _ := mime.ParseMediaType(declared)
	name := params["charset"]
	if name == "" || len(data) > MaxText*4 {
		return data
	}
	enc, canonical := charset.Lookup(name)
	if enc == nil || canonical == "utf-8" || canonical == "replacement" || !mayBe(canonical, data) {
		return data
	}
	out, err := enc.NewDecoder().Bytes(data)
	if err != nil || control(out) || bytes.ContainsRune(out, utf8.RuneError) {
		return data
	}
	return append([]byte(utf8Mark), out...)
}

// mayBe says whether bytes can be in a charset that somebody names. UTF-16 has
// zeros, which no other text has; and most programs that name Latin-1 mean nothing
// by it, so that the bytes are asked.
func mayBe(canonical string, data []byte) bool {
	if enc, _ := byMark(data); enc != nil || bytes.HasPrefix(data, []byte(utf8Mark)) {
		return false
	}
	switch canonical {
	case "utf-16le", "utf-16be":
		return len(data)%2 == 0 && bytes.IndexByte(data, 0) >= 0
	case "iso-2022-jp":
		return true
	}
	return !utf8.Valid(data) && !mostlyUTF8(data)
}

// decodeHTML makes UTF-8 of a page: by its mark, by what it declares where its
// bytes bear that out, else as a text that says nothing.
func decodeHTML(data []byte) (string, bool) {
	if enc, _ := byMark(data); enc == nil && !bytes.HasPrefix(data, []byte(utf8Mark)) && unmarkedUTF16(data) == nil {
		// This is also what a page gets that says nothing: it is left to the guess.
		if _, name, _ := charset.DetermineEncoding(data[:min(len(data), 1024)], ""); name != "windows-1252" {
			data = asDeclared("text/html; charset="+name, data)
		}
	}
	return decodeText(data)
}

// decode1252 reads what Windows saves where it does not save Unicode. Every byte
// means something in it, once the five that are unassigned are let through.
func decode1252(data []byte) string { return decodeByte(westernPages[0], data) }

func decodeByte(enc encoding.Encoding, data []byte) string {
	out, err := enc.NewDecoder().Bytes(data)
	if err != nil {
		return string(data)
	}
	return string(out)
}
