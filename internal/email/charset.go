package email

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
)

// decodeCharset turns text into UTF-8, believing the declared charset as far as
// the bytes bear it out. The flag is "" where nothing had to be guessed.
//
// Two lies are common. Bytes that are valid UTF-8 beyond ASCII, declared as
// Latin-1 or as nothing, are UTF-8: no sentence in Latin-1 looks like it. And
// Latin-1 with bytes of 0x80 to 0x9f is Windows-1252, as browsers take it.
func decodeCharset(name string, data []byte) (string, Flag) {
	name = charsetName(name)
	switch name {
	case "", "us-ascii", "ascii", "utf-8", "utf8", "unknown-8bit", "unknown", "x-unknown", "8bit":
		return decodeUndeclared(name, data)
	case "iso-8859-1", "latin1", "latin-1", "iso8859-1", "windows-1252", "cp1252":
		if utf8.Valid(data) {
			if isASCII(data) {
				return string(data), ""
			}
			return string(data), FlagWrongCharset
		}
		return fromWindows1252(data), ""
	case "utf-7", "unicode-1-1-utf-7":
		if text, ok := decodeUTF7(data); ok {
			return text, ""
		}
		return validText(data), FlagWrongCharset
	}
	reader, err := charset.Reader(name, bytes.NewReader(data))
	if err != nil {
		return validText(data), FlagUnknownCharset
	}
	decoded, err := io.ReadAll(reader)
	if err != nil || !utf8.Valid(decoded) {
		return validText(data), FlagWrongCharset
	}
	if bytes.ContainsRune(decoded, utf8.RuneError) && utf8.Valid(data) {
		return string(data), FlagWrongCharset
	}
	return string(decoded), ""
}

// decodeUndeclared reads text that says nothing of its charset, or UTF-8.
func decodeUndeclared(name string, data []byte) (string, Flag) {
	if !utf8.Valid(data) {
		return fromWindows1252(data), FlagWrongCharset
	}
	if isASCII(data) || strings.HasPrefix(name, "utf") {
		return string(data), ""
	}
	return string(data), FlagWrongCharset
}

// validText is UTF-8 where the bytes are, else Windows-1252.
func validText(data []byte) string {
	if utf8.Valid(data) {
		return string(data)
	}
	return fromWindows1252(data)
}

// charsetName reduces a declared charset to its name: quotes, comments and what
// else was glued to it are cut.
func charsetName(declared string) string {
	name := strings.ToLower(strings.Trim(declared, " \t\"'<>"))
	if i := strings.IndexAny(name, " \t;(,\"'"); i >= 0 {
		name = name[:i]
	}
	if len(name) > 64 {
		return "x-too-long"
	}
	return name
}

func isASCII(data []byte) bool {
	for _, c := range data {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
