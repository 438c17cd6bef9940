package email

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"
)

const identified = "Message-ID: <1@example.org>\nFrom: Jeanne\n <jeanne@example.org>\nDate: Mon, 3 Mar 2025 10:00:00 +0100\nSubject: s\n\nun\ndeux\n"

func TestIdentity(t *testing.T) {
	want := parse(t, identified, "\n").Identity()
	if want == ([32]byte{}) {
		t.Fatal("zero")
	}
	for name, mail := range map[string]string{
		"other trace headers":   "Return-Path: <j@example.org>\nReceived: by alias.example.org; x\n" + identified,
		"folded elsewhere":      strings.Replace(identified, "Jeanne\n <", "Jeanne <", 1),
		"an empty line at last": identified + "\n",
	} {
		for form, lineEnd := range lineEnds {
			if got := parse(t, mail, lineEnd).Identity(); got != want {
				t.Errorf("%s (%s) has another identity", name, form)
			}
		}
	}
	for _, change := range [][2]string{
		{"<1@", "<2@"},
		{"jeanne@", "jean@"},
		{"10:00", "10:01"},
		{"Subject: s", "Subject: t"},
		{"deux", "trois"},
		{"Subject: s\n", "Subject: s\nFrom: b@example.org\n"},
		{"un\ndeux", "undeux"},
	} {
		if parse(t, strings.Replace(identified, change[0], change[1], 1), "\n").Identity() == want {
			t.Errorf("%q for %q has the same identity", change[1], change[0])
		}
	}
}

func TestIdentityWithoutMessageID(t *testing.T) {
	if parse(t, jeanne+"\n.\n", "\n").Identity() != ([32]byte{}) {
		t.Error("not zero")
	}
}

// TestEvenLines: a body is hashed as it stands with LF, however long its lines are.
func TestEvenLines(t *testing.T) {
	long := strings.Repeat("x", 40_000)
	for _, text := range []string{"", "\r\n", "a\r\nb\nc\r", long, long + "\r\n" + long, strings.Repeat("un mot\r\n", 10_000) + long + "\r\n\r\n"} {
		h := sha256.New()
		writeEven(h, []byte(text))
		want := sha256.Sum256([]byte(strings.ReplaceAll(text, "\r\n", "\n")))
		if !bytes.Equal(h.Sum(nil), want[:]) {
			t.Errorf("%.20q…: another hash", text)
		}
	}
}
