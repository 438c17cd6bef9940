package email

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// corpusMail is one row of mail.tsv: a real mail that nobody here wrote.
type corpusMail struct {
	file, kind, tags, subject string
	raw                       []byte
}

// readCorpus reads the mails that GUICHET_CORPUS names.
func readCorpus(t testing.TB) []corpusMail {
	folder := os.Getenv("GUICHET_CORPUS")
	if folder == "" {
		t.Skip("GUICHET_CORPUS is not set: the real mails were not read")
	}
	list, err := os.ReadFile(filepath.Join(folder, "mail.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	var mails []corpusMail
	for line := range strings.Lines(string(list)) {
		columns := strings.Split(line, "\t")
		if columns[0] == "file" {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(folder, "mail", columns[0]))
		if err != nil {
			t.Fatal(err)
		}
		mails = append(mails, corpusMail{columns[0], columns[1], columns[2], columns[5], raw})
	}
	return mails
}

// TestCorpus reads every real mail, and holds what is said of it against its
// label. The labels of normal mails were made by rule: a report by its structure
// among them is shown, and is no miss.
func TestCorpus(t *testing.T) {
	total, misses := map[string]int{}, map[string]int{}
	for _, c := range readCorpus(t) {
		m, err := Parse(c.raw)
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		checkInvariants(t, c.raw, m)
		if bytes.IndexByte(c.raw, '\r') < 0 {
			checkCRLF(t, c.raw, m)
		}
		group := c.kind
		if group == "normal" && (strings.Contains(c.tags, "list") || m.hasListHeaders()) {
			group = "normal, from lists"
		}
		total[group]++
		kind, evidence := m.Automatic(Ours{})
		if group == "normal, from lists" || (kind == desk.Human) == (group == "normal") {
			continue
		}
		t.Logf("%s is labelled %s; found %q on %q; subject %q, from %q", c.file, c.kind, kind, evidence, m.Subject, m.Get("From"))
		if kind != desk.Feedback {
			misses[group]++
		}
	}
	for group, n := range total {
		t.Logf("%s: %d mails, %d misses", group, n, misses[group])
		if misses[group]*100 > n {
			t.Errorf("%s: more than 1 %% missed", group)
		}
	}
}
