// Package tombstone writes the notice that a site shows in place of a text that was
// withdrawn, retracted or removed, beside one under an expression of concern, or
// after a reinstatement; and what a site is told when any of it happens.
//
// It promises what the Retraction Guidelines of COPE and NISO RP-45-2024 (CREC) ask
// of such a record: the title, the authors and both dates stay, whatever became of
// the text; who decided is said (an author, the editors, the law), and why (the
// category and the text that the editors approved for the public, never their private
// motive); the work and the notice have an identifier each, and name each other. As
// JSON it speaks in Crossref's terms.
//
// It is pure: what happened comes from the ledger, the words from package notice.
package tombstone

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
)

// ErrStands says that a publication stands as it was published: there is no notice.
var ErrStands = errors.New("it stands as it was published, so that there is no notice")

// Tombstone is the notice of the last change of a publication.
type Tombstone struct {
	Publication desk.Publication
	Change      desk.PublicationChange
	Before      []desk.PublicationChange // the changes before it, oldest first, its being published left out
	Zone        *time.Location           // of the dates
	Lang        string                   // of the public text: the editors write it in one language
}

// New is the notice of a publication's last change; ErrStands where there was none
// but its being published.
func New(p desk.Publication, changes []desk.PublicationChange, zone *time.Location) (Tombstone, error) {
	changes = slices.DeleteFunc(slices.Clone(changes), func(c desk.PublicationChange) bool {
		_, told := kinds[actOf(c)]
		return !told
	})
	if len(changes) == 0 && p.State != desk.StandsPublished { // from before the log
		changes = append(changes, desk.PublicationChange{At: p.ChangedAt, State: p.State})
	}
	if len(changes) == 0 {
		return Tombstone{}, ErrStands
	}
	for i := range changes {
		changes[i].Act = actOf(changes[i])
	}
	last := len(changes) - 1
	return Tombstone{Publication: p, Change: changes[last], Before: changes[:last], Zone: zone}, nil
}

// actOf is what brought a change about; where the ledger does not say, what leads to
// its state.
func actOf(c desk.PublicationChange) desk.Act {
	if c.Act != "" {
		return c.Act
	}
	return map[desk.PublicationState]desk.Act{
		desk.StandsConcern: desk.ActConcern, desk.StandsWithdrawn: desk.ActGrant, desk.StandsRetracted: desk.ActRetract,
		desk.StandsRemoved: desk.ActRemove,
	}[c.State]
}

// ID is the notice's own identifier: the publication's reference, and the number of
// the change in the log, or its day where the log does not know it.
func (t Tombstone) ID() string { return t.id(t.Change) }

func (t Tombstone) id(c desk.PublicationChange) string {
	return string(t.Publication.Reference) + "/" + t.number(c)
}

func (t Tombstone) number(c desk.PublicationChange) string {
	if c.Event != 0 {
		return strconv.FormatInt(c.Event, 10)
	}
	return t.local(c.At).Format(time.DateOnly)
}

// URL is where the notice stands: on the publication's page, at the anchor that the
// HTML has; "" where the page is not known.
func (t Tombstone) URL() string { return t.url(t.Change) }

func (t Tombstone) url(c desk.PublicationChange) string {
	if t.Publication.URL == "" {
		return ""
	}
	page, _, _ := strings.Cut(t.Publication.URL, "#")
	return page + "#" + t.anchor(c)
}

func (t Tombstone) anchor(c desk.PublicationChange) string { return "notice-" + t.number(c) }

func (t Tombstone) local(at time.Time) time.Time {
	if t.Zone == nil {
		return at
	}
	return at.In(t.Zone)
}

// Words are the texts of the rules folder: *notice.Composer.
type Words interface {
	Tombstone(lang string, t notice.Tombstone) (heading string, paragraphs []string, err error)
	CategoryName(lang, category string) (string, error)
	Day(lang string, t time.Time) string
}

// said is the notice in one language.
type said struct {
	Lang       string
	Heading    string
	Paragraphs []string
	Facts      []fact
	Foreign    string // the paragraph that is in another language, "" for none
}

// fact is one line of the record.
type fact struct {
	Label, Value string
	Link         string // an address that the value is, "" for none
	Date         string // as machines read it, "" for none
}

func (t Tombstone) in(w Words, lang string) (s said, err error) {
	at := func(c desk.PublicationChange) notice.Changed {
		return notice.Changed{Act: c.Act, On: t.local(c.At), Category: c.Category}
	}
	words := notice.Tombstone{
		Changed: at(t.Change), Title: t.Publication.Title, Several: len(t.Publication.Authors) > 1, Gone: t.Change.State.Gone(),
		Public: t.Change.Public,
	}
	for _, c := range t.Before {
		words.Before = append(words.Before, at(c))
	}
	s.Lang, s.Facts = lang, t.facts(w, lang)
	if t.Lang != "" && t.Lang != lang {
		s.Foreign = oneLine(t.Change.Public)
	}
	s.Heading, s.Paragraphs, err = w.Tombstone(lang, words)
	return s, err
}

// labels are the names of what a record holds.
var labels = map[string][8]string{
	"fr": {"Titre", "Auteur", "Auteurs", "Publié le", "Référence", "Page", "Notice", "Notice du"},
	"en": {"Title", "Author", "Authors", "Published", "Reference", "Page", "Notice", "Notice of"},
}

// facts are what stays of a publication, whatever became of it. A language without
// labels of its own gets the English ones.
func (t Tombstone) facts(w Words, lang string) []fact {
	names, ok := labels[lang]
	if !ok {
		names = labels["en"]
	}
	p, published := t.Publication, t.local(t.Publication.On)
	facts := []fact{{Label: names[0], Value: oneLine(p.Title)}}
	if len(p.Authors) > 0 {
		authors := fact{Label: names[1], Value: oneLine(p.Authors[0].Name)}
		for _, a := range p.Authors[1:] {
			authors.Label, authors.Value = names[2], authors.Value+", "+oneLine(a.Name)
		}
		facts = append(facts, authors)
	}
	changed := t.local(t.Change.At)
	facts = append(
		facts,
		fact{Label: names[3], Value: w.Day(lang, published), Date: published.Format(time.DateOnly)},
		fact{Label: names[7], Value: w.Day(lang, changed), Date: changed.Format(time.DateOnly)},
		fact{Label: names[4], Value: string(p.Reference)},
	)
	if p.URL != "" {
		facts = append(facts, fact{Label: names[5], Value: oneLine(p.URL), Link: p.URL})
	}
	return append(facts, fact{Label: names[6], Value: t.ID(), Link: t.URL()})
}

// all is the notice in several languages.
func (t Tombstone) all(w Words, languages []string) ([]said, error) {
	var every []said
	for _, lang := range languages {
		s, err := t.in(w, lang)
		if err != nil {
			return nil, fmt.Errorf("the notice of %s: %w", t.Publication.Reference, err)
		}
		every = append(every, s)
	}
	return every, nil
}
