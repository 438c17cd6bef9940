package email

import (
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

func TestCorpus(t *testing.T) {
	wanted := map[string]string{"bounce": "automatic", "autoreply": "automatic", "feedback-arf": "automatic", "mdn": "automatic"}
	total, right := map[string]int{}, map[string]int{}
	for _, c := range readCorpus(t) {
		m, err := Parse(c.raw)
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		checkInvariants(t, c.raw, m)
		kind, evidence := m.Automatic(Ours{})
		group := c.kind
		if group == "normal" && strings.Contains(c.tags, "list") {
			group = "normal from lists"
		}
		total[group]++
		if (kind != desk.Human) == (wanted[c.kind] != "") {
			right[group]++
		} else if group != "normal from lists" {
			t.Logf("%s (%s): %q %q, subject %q, from %v", c.file, c.kind, kind, evidence, m.Subject, m.From)
		}
	}
	for group, n := range total {
		t.Logf("%s: %d of %d as labelled", group, right[group], n)
	}
}
