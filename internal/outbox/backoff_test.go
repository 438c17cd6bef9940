package outbox

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestBackoffDoublesToItsCap(t *testing.T) {
	want := []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240}
	for i, minutes := range want {
		low, high := backoff(i+1, 0), backoff(i+1, 1)
		if low != minutes*time.Minute || high != low+low/4 {
			t.Errorf("after %d failures: %v to %v, want %v and a quarter more", i+1, low, high, minutes*time.Minute)
		}
	}
	if got := backoff(1000, 0); got != longestWait {
		t.Errorf("after 1000 failures: %v", got)
	}
}

func TestTriesSpreadOverFiveDays(t *testing.T) {
	var sum time.Duration
	for n := 1; n < maxTries; n++ {
		sum += backoff(n, 0.5)
	}
	if days := sum.Hours() / 24; days < 4.8 || days > 5.2 {
		t.Errorf("%d tries take %.1f days, want five", maxTries, days)
	}
}

func TestPresentable(t *testing.T) {
	tests := []struct{ words, want string }{
		{"2.0.0 Ok: queued as 4F1", "2.0.0 Ok: queued as 4F1"},
		{"<a.b@example.org>: no\nsuch  user\x00here", "<…>: no such user here"},
		{"mailbox a+b@example.org, (c@example.fr)", "mailbox …, (…)"},
		{"caf\xe9", "caf?"},
	}
	for _, test := range tests {
		if got := presentable(test.words); got != test.want {
			t.Errorf("presentable(%q) = %q, want %q", test.words, got, test.want)
		}
	}
	long := presentable(strings.Repeat("é", 1000) + "x")
	if !utf8.ValidString(long) || len(long) > maxReply+len("…") {
		t.Errorf("a long reply keeps %d bytes, valid %t", len(long), utf8.ValidString(long))
	}
}
