package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
	"github.com/bara-think-tank/guichet/internal/intake"
	"github.com/bara-think-tank/guichet/internal/likeness"
	"github.com/bara-think-tank/guichet/internal/store"
)

// kinship is what two texts share, as JSON.
type kinship struct {
	Reference desk.Reference  `json:"reference"`
	Version   int             `json:"version"`
	Other     desk.Reference  `json:"other"`
	OtherNo   int             `json:"other_version"`
	Percent   int             `json:"percent"`
	Passages  []sharedPassage `json:"passages"`

	author, otherAuthor string
}

type sharedPassage struct {
	Words int    `json:"words"`
	Here  string `json:"here"`
	There string `json:"there"`

	overlap likeness.Overlap
}

// tellLikeness prints the passages that a case's last version shares with other
// authors' texts. Both are read anew from the mails that brought them.
func (a *app) tellLikeness(db *store.DB, ref desk.Reference, asJSON bool) error {
	kin, err := a.kinships(db, ref)
	if err != nil {
		return err
	}
	if asJSON {
		lines := json.NewEncoder(a.out)
		for _, k := range kin {
			if err := lines.Encode(k); err != nil {
				return err
			}
		}
		return nil
	}
	if len(kin) == 0 {
		_, err := fmt.Fprintf(a.out, "%s: no text of another author is near its last version\n", ref)
		return err
	}
	for _, k := range kin {
		if err := k.print(a.out, terminalWidth(a.out)); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) kinships(db *store.DB, ref desk.Reference) (all []kinship, err error) {
	c, err := db.Case(a.ctx, ref)
	if err != nil {
		return nil, err
	}
	found, err := db.Alike(a.ctx, c.ID, c.Versions)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	// What a document holds depends on no rules: any will do.
	set, _, err := loadRules("")
	if err != nil {
		return nil, err
	}
	read := rereader{a, db, intake.Assessor{Rules: set, Reader: a.reader}}
	here, err := read.text(c, c.Versions)
	if err != nil {
		return nil, err
	}
	for _, l := range found {
		other, err := db.Case(a.ctx, l.Reference)
		if err != nil {
			return nil, err
		}
		there, err := read.text(other, l.Version)
		if err != nil {
			return nil, err
		}
		k := kinship{
			Reference: ref, Version: c.Versions, Other: l.Reference, OtherNo: l.Version, Percent: l.Percent,
			Passages: []sharedPassage{}, author: person(c.Author, c.Address), otherAuthor: person(other.Author, other.Address),
		}
		for _, o := range likeness.Overlaps(here, there) {
			k.Passages = append(k.Passages, sharedPassage{o.Words, o.A.Text, o.B.Text, o})
		}
		all = append(all, k)
	}
	return all, nil
}

// rereader reads the text of versions anew.
type rereader struct {
	a        *app
	db       *store.DB
	assessor intake.Assessor
}

// text is the text of a version, from its mail.
func (r rereader) text(c desk.Case, number int) (text document.Document, err error) {
	versions, err := r.db.Versions(r.a.ctx, c.ID)
	if err != nil {
		return text, err
	}
	for _, v := range versions {
		if v.Number != number {
			continue
		}
		raw, err := r.db.Raw(r.a.ctx, v.MailID)
		if err != nil {
			return text, fmt.Errorf("%s version %d: %w", c.Reference, number, err)
		}
		for _, d := range r.assessor.Assess(desk.Received{Raw: raw}).Documents {
			if d.SHA256 == v.SHA256 {
				return d, nil
			}
		}
	}
	return text, fmt.Errorf("%s version %d: its text is not in its mail any more as it was read", c.Reference, number)
}

// How passages are shown: at most so many of two texts, and each in two columns
// where the terminal has room.
const (
	mostPassages = 12
	twoColumns   = 100
	oneColumn    = 76
	between      = "  │  "
)

func (k kinship) print(w io.Writer, width int) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s version %d, by %s\n%s version %d, by %s\n", k.Reference, k.Version, k.author, k.Other, k.OtherNo, k.otherAuthor)
	fmt.Fprintf(&b, "%d %% of the shorter text; passages in common: %d\n", k.Percent, len(k.Passages))
	for i, p := range k.Passages {
		if i == mostPassages {
			fmt.Fprintf(&b, "\n… and %d more; --json has all\n", len(k.Passages)-i)
			break
		}
		fmt.Fprintf(&b, "\n%s\n", several(p.Words, "word"))
		p.write(&b, width, k.Reference, k.Other)
	}
	b.WriteString("\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// write shows one passage in both texts, what they share between ▸ and ◂.
func (p sharedPassage) write(b *strings.Builder, width int, here, there desk.Reference) {
	one, other := marked(p.overlap.A), marked(p.overlap.B)
	if width < twoColumns {
		for _, side := range []struct {
			ref  desk.Reference
			text string
		}{{here, one}, {there, other}} {
			fmt.Fprintf(b, "  %s\n", side.ref)
			for _, line := range folded(side.text, oneColumn) {
				fmt.Fprintf(b, "    %s\n", line)
			}
		}
		return
	}
	column := (width - utf8.RuneCountInString(between)) / 2
	left, right := folded(one, column), folded(other, column)
	for i := range max(len(left), len(right)) {
		var l, r string
		if i < len(left) {
			l = left[i]
		}
		if i < len(right) {
			r = right[i]
		}
		fmt.Fprintf(b, "%s%s%s%s\n", l, strings.Repeat(" ", column-utf8.RuneCountInString(l)), between, r)
	}
}

func marked(p likeness.Passage) string {
	return strings.TrimSpace(p.Before + " ▸ " + p.Text + " ◂ " + p.After)
}

// folded is a text in lines of at most so many characters; control characters, which
// could move the cursor, are left out.
func folded(text string, width int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(strings.Map(visible, text)) {
		for utf8.RuneCountInString(word) > width {
			cut := []rune(word)
			lines, line, word = append(lines, string(cut[:width])), "", string(cut[width:])
		}
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}
