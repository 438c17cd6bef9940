package desk

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxReply is how many bytes are kept of what a server, a site or a command said.
const MaxReply = 500

// Reply is what a server, a site or a command said as it may be kept and shown: on
// one line, and cut after MaxReply bytes.
func Reply(words string) string {
	words = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(words, "?"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if len(words) <= MaxReply {
		return words
	}
	cut := MaxReply
	for !utf8.RuneStart(words[cut]) {
		cut--
	}
	return words[:cut] + "…"
}

// anAddress is what looks like an address in a server's words.
var anAddress = regexp.MustCompile(`[^\s<>"'(),;:]+@[^\s<>"'(),;:]+`)

// AnonymousReply is Reply without anybody's address.
func AnonymousReply(words string) string {
	return Reply(anAddress.ReplaceAllString(strings.ToValidUTF8(words, "?"), "…"))
}
