package email

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// nested is a mail of that many multiparts, each within the one before.
func nested(levels int) string {
	var mail strings.Builder
	mail.WriteString(jeanne)
	for i := range levels {
		fmt.Fprintf(&mail, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	mail.WriteString("Content-Type: text/plain\n\nBonjour\n")
	for i := levels - 1; i >= 0; i-- {
		fmt.Fprintf(&mail, "--b%d--\n", i)
	}
	return mail.String()
}

// walk reads the body of a mail and gives the walker, which counts its work.
func walk(mail string) (*Message, walker) {
	m := &Message{}
	m.Fields, m.body = m.readHeader([]byte(mail))
	w := walker{m: m}
	w.part(part{fields: m.Fields, body: m.body, fallback: "text/plain"})
	return m, w
}

// TestNesting proves that the work on nested multiparts grows with the depth
// and the size, and not with a power of either: each byte is searched at most
// twice a level (for the declared boundary, and for one to guess).
func TestNesting(t *testing.T) {
	for _, levels := range []int{1, 24, MaxDepth, MaxDepth + 1, 1000} {
		mail := nested(levels)
		m, w := walk(mail)
		if most := 2 * (MaxDepth + 1) * len(mail); w.work > most {
			t.Errorf("%d levels: %d bytes searched, at most %d expected", levels, w.work, most)
		}
		if tooDeep := levels > MaxDepth; m.Has(FlagTooDeep) != tooDeep || (len(w.texts) == 0) != tooDeep {
			t.Errorf("%d levels: flags %q, texts %q", levels, m.Flags, w.texts)
		}
	}
}

// TestNestingOneBoundary nests multiparts that all declare one boundary, the
// form that takes other parsers exponential time.
func TestNestingOneBoundary(t *testing.T) {
	mail := jeanne + strings.Repeat("Content-Type: multipart/mixed; boundary=b\n\n--b\n", 200) + "\ntext\n--b--\n"
	_, w := walk(mail)
	if most := 2 * (MaxDepth + 1) * len(mail); w.work > most || w.parts > 1000 {
		t.Errorf("%d bytes searched, %d parts", w.work, w.parts)
	}
}

func TestManyParts(t *testing.T) {
	mail := jeanne + "Content-Type: multipart/mixed; boundary=b\n\n" +
		strings.Repeat("--b\nContent-Type: a/b\n\nx\n", MaxParts+500) + "--b--\n"
	m := parse(t, mail, "\n")
	if !m.Has(FlagTooManyParts) || len(m.Attachments) != MaxParts-1 { // the multipart is a part too
		t.Errorf("%d attachments, flags %q", len(m.Attachments), m.Flags)
	}
	mail = jeanne + "Content-Type: multipart/mixed; boundary=b\n\n" +
		strings.Repeat("--b\nContent-Type: a/b\n\nx\n", MaxParts-1) + "--b--\n"
	if m := parse(t, mail, "\n"); m.Has(FlagTooManyParts) || len(m.Attachments) != MaxParts-1 {
		t.Errorf("at the limit: %d attachments, flags %q", len(m.Attachments), m.Flags)
	}
}

// TestHostileSizes reads megabytes written to cost quadratic time. The limit is
// far above what linear time takes, and far below what quadratic would.
func TestHostileSizes(t *testing.T) {
	const size = 1 << 20
	fill := func(s string) string { return strings.Repeat(s, size/len(s)) }
	for name, mail := range map[string]string{
		"10,000 headers":      strings.Repeat("X-A: b\n", 10_000) + jeanne + "\n.\n",
		"a million headers":   fill("a:\n") + "\n.\n",
		"broken lines":        jeanne + fill("broken line\n") + "Subject: s\n\n.\n",
		"folded lines":        "Subject: s\n" + fill(" x\n") + "\n.\n",
		"one line":            "Subject: " + strings.Repeat(fill("x"), 5) + "\n\n.\n",
		"encoded words":       "Subject: " + fill("=?utf-8?q?") + "\n\n.\n",
		"word starts":         "Subject: " + fill("=?") + "?=\n\n.\n",
		"quotes":              "From: " + fill(`"\`) + "\n\n.\n",
		"quotes and brackets": "From: " + fill(`"<`) + "\n\n.\n",
		"parentheses":         "From: " + fill("(") + "\n\n.\n",
		"commas":              "From: " + fill(",") + "\n\n.\n",
		"brackets":            "From: " + fill("<") + "\n\n.\n",
		"addresses":           "To: " + fill("a@b,") + "\n\n.\n",
		"identifiers":         "References: " + fill("<") + "\n\n.\n",
		"parameters":          "Content-Type: a/b; " + fill(`a="\";`) + "\n\n.\n",
		"pieces":              "Content-Type: a/b; " + fill("a*1=x;") + "\n\n.\n",
		"boundary lines":      "Content-Type: multipart/mixed; boundary=b\n\n" + fill("--b x\n"),
		"dashes":              "Content-Type: multipart/mixed; boundary=----\n\n" + fill("-"),
		"base64 junk":         "Content-Transfer-Encoding: base64\n\n" + fill("A="),
		"flowed":              "Content-Type: text/plain; format=flowed\n\n" + fill("> a \n"),
		"Received":            fill("Received: by (by (\n") + "\n.\n",
	} {
		start := time.Now()
		m := parse(t, mail, "\n")
		m.Automatic(ours)
		m.Authenticate(ourHost, ourHost)
		m.Identity()
		OwnText(m.Text)
		t.Logf("%s: %v", name, time.Since(start))
	}
}
