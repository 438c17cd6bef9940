package tombstone

import (
	"slices"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Announcement is what a site is told of one change of a publication. Its Event is
// the key by which a site that is told twice acts once.
type Announcement struct {
	Event     int64     `json:"event"`
	Type      string    `json:"type"` // published, withdrawn, retracted, removed, concern or reinstated
	At        time.Time `json:"at"`
	Reference string    `json:"reference"`
	Format    string    `json:"format"`
	Title     string    `json:"title"`
	Authors   []string  `json:"authors"`
	URL       string    `json:"url"`
	Published string    `json:"published"` // a day: 2026-03-02
	State     string    `json:"state"`     // after this change
	Tombstone *Record   `json:"tombstone"` // null where the text was published
}

// Announce is what a site is told of the change with this number, as the
// publication was after it; desk.ErrNotFound where it is none of the changes. The
// language is the one in which the editors write, languages those of the notice.
func Announce(
	w Words, p desk.Publication, changes []desk.PublicationChange, event int64, publisher string, zone *time.Location,
	lang string, languages ...string,
) (Announcement, error) {
	at := slices.IndexFunc(changes, func(c desk.PublicationChange) bool { return c.Event == event })
	if at < 0 {
		return Announcement{}, desk.ErrNotFound
	}
	c := changes[at]
	p.State, p.ChangedAt = c.State, c.At
	a := Announcement{
		Event: event, Type: "published", At: c.At.UTC(), Reference: string(p.Reference), Format: p.Format, Title: p.Title,
		Authors: []string{}, URL: p.URL, Published: p.On.In(zone).Format(time.DateOnly), State: string(c.State),
	}
	for _, s := range p.Authors {
		a.Authors = append(a.Authors, s.Name)
	}
	k, told := kinds[actOf(c)]
	if !told {
		return a, nil
	}
	a.Type = k.event
	t, err := New(p, changes[:at+1], zone)
	if err != nil {
		return a, err
	}
	t.Lang = lang
	record, err := t.Record(w, publisher, languages...)
	a.Tombstone = &record
	return a, err
}
