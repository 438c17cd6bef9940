package notice

import (
	"fmt"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Tombstone is what the site says of a publication that was withdrawn, retracted,
// removed, doubted or reinstated. All of it is public.
type Tombstone struct {
	Changed
	Title   string
	Several bool      // authors sign it
	Gone    bool      // the text is no longer on the site
	Public  string    // the text that the editors approved; "" for none
	Before  []Changed // the changes before it, oldest first
}

// Changed is one change of a publication.
type Changed struct {
	Act      desk.Act
	On       time.Time
	Category string // one of desk.Categories; "" for none
}

type tombstonePage struct {
	Tombstone
	frame
}

func (t Tombstone) page(f frame) tombstonePage {
	t.Title, t.Public = oneLine(t.Title, maxTitle), oneLine(t.Public, maxMotive)
	return tombstonePage{t, f}
}

// Tombstone is the one text here that is no mail: the heading of the site's notice
// and its paragraphs, as plain text, in a language of the publication's (its own,
// where it has not that one). The error is a template's that fails on this very text.
func (c *Composer) Tombstone(lang string, t Tombstone) (heading string, paragraphs []string, err error) {
	f := c.frame(Envelope{Lang: lang})
	heading, text, err := run(c.sheets[f.Lang][KindTombstone], f.Lang, t.page(f))
	if err != nil {
		return "", nil, fmt.Errorf("write the notice %s: %w", KindTombstone, err)
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			paragraphs = append(paragraphs, line)
		}
	}
	return strings.TrimSpace(heading), paragraphs, nil
}

// CategoryName is how a reason reads within a sentence, in a language.
func (c *Composer) CategoryName(lang, category string) (string, error) {
	f := c.frame(Envelope{Lang: lang})
	var b strings.Builder
	if err := c.sheets[f.Lang][KindTombstone].ExecuteTemplate(&b, "category", category); err != nil {
		return "", fmt.Errorf("write the notice %s: %w", KindTombstone, err)
	}
	return languageOf(f.Lang).space(b.String()), nil
}

// Day writes a date as a language of the publication's does: "3 mars 2026".
func (c *Composer) Day(lang string, t time.Time) string {
	return languageOf(c.frame(Envelope{Lang: lang}).Lang).day(t)
}

func sampleTombstones(f frame) []any {
	var pages []any
	for _, act := range []desk.Act{desk.ActGrant, desk.ActRetract, desk.ActRemove, desk.ActConcern, desk.ActReinstate} {
		for _, several := range []bool{true, false} {
			t := Tombstone{Changed: Changed{Act: act, On: sampleTime}, Title: "x", Several: several, Gone: several}
			for _, category := range desk.Categories {
				t.Category, t.Public = category, "x"
				t.Before = append(t.Before, Changed{desk.ActConcern, sampleTime, category}, Changed{Act: act, On: sampleTime})
			}
			pages = append(pages, t.page(f), Tombstone{Changed: Changed{Act: act, On: sampleTime}, Title: "x"}.page(f))
		}
	}
	return pages
}
