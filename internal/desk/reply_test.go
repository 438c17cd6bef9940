package desk_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bara-think-tank/guichet/internal/desk"
)

func TestAnonymousReply(t *testing.T) {
	tests := []struct{ words, want string }{
		{"2.0.0 Ok: queued as 4F1", "2.0.0 Ok: queued as 4F1"},
		{"<a.b@example.org>: no\nsuch  user\x00here", "<…>: no such user here"},
		{"mailbox a+b@example.org, (c@example.fr)", "mailbox …, (…)"},
		{"caf\xe9", "caf?"},
	}
	for _, test := range tests {
		if got := desk.AnonymousReply(test.words); got != test.want {
			t.Errorf("desk.AnonymousReply(%q) = %q, want %q", test.words, got, test.want)
		}
	}
	long := desk.AnonymousReply(strings.Repeat("é", 1000) + "x")
	if !utf8.ValidString(long) || len(long) > desk.MaxReply+len("…") {
		t.Errorf("a long reply keeps %d bytes, valid %t", len(long), utf8.ValidString(long))
	}
}
