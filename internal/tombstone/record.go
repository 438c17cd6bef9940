package tombstone

import (
	"regexp"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// kind is how Crossref names a change, and how the site is told of it.
type kind struct {
	update string // a type of Crossref's updates
	label  string
	event  string // in an Announcement
	by     string // who decided: author, editors or legal
}

// kinds are the changes that have a notice. Crossref has no update for a
// reinstatement: it is a correction of the record, and its label says which.
var kinds = map[desk.Act]kind{
	desk.ActGrant:     {"withdrawal", "Withdrawal", "withdrawn", "author"},
	desk.ActRetract:   {"retraction", "Retraction", "retracted", "editors"},
	desk.ActRemove:    {"removal", "Removal", "removed", "legal"},
	desk.ActConcern:   {"expression_of_concern", "Expression of concern", "concern", "editors"},
	desk.ActReinstate: {"correction", "Reinstatement", "reinstated", "editors"},
}

// Record is a notice in Crossref's terms (the works of its REST API): the notice
// updates the work (update-to), the work is updated by it (updated-by).
type Record struct {
	ID        string            `json:"id"`
	URL       string            `json:"URL,omitempty"`
	Type      string            `json:"type"` // of the update, as in update-to
	Label     string            `json:"label"`
	Title     []string          `json:"title"`
	Issued    Date              `json:"issued"`
	Publisher string            `json:"publisher"`
	DecidedBy string            `json:"decided-by"` // author, editors or legal
	Reason    *Reason           `json:"reason,omitempty"`
	UpdateTo  []Update          `json:"update-to"`
	Work      Work              `json:"work"`
	Notice    map[string]Worded `json:"notice"` // by language
}

// Work is the publication that a notice is about.
type Work struct {
	ID        string   `json:"id"` // its reference
	DOI       string   `json:"DOI,omitempty"`
	URL       string   `json:"URL,omitempty"`
	Title     []string `json:"title"`
	Author    []Author `json:"author"`
	Published Date     `json:"published"`
	State     string   `json:"state"`
	UpdatedBy []Update `json:"updated-by"`
}

// Author is one who signs, in order.
type Author struct {
	Name     string `json:"name"`
	Sequence string `json:"sequence"` // first or additional
}

// Update is one end of the tie between a work and a notice.
type Update struct {
	ID      string `json:"id"`
	DOI     string `json:"DOI,omitempty"`
	URL     string `json:"URL,omitempty"`
	Type    string `json:"type"`
	Label   string `json:"label"`
	Source  string `json:"source"`
	Updated Date   `json:"updated"`
}

// Reason is why: a category of desk.Categories with its name in each language, and
// the text that the editors approved.
type Reason struct {
	Category string            `json:"category,omitempty"`
	Name     map[string]string `json:"name,omitempty"`
	Text     string            `json:"text,omitempty"`
	Lang     string            `json:"lang,omitempty"` // of Text
}

// Worded is the notice as people read it.
type Worded struct {
	Heading    string   `json:"heading"`
	Paragraphs []string `json:"paragraphs"`
}

// Date is a day as Crossref writes it.
type Date struct {
	DateParts [][]int `json:"date-parts"`
	DateTime  string  `json:"date-time"` // UTC
	Timestamp int64   `json:"timestamp"` // milliseconds since 1970
}

func (t Tombstone) date(at time.Time) Date {
	year, month, day := t.local(at).Date()
	return Date{[][]int{{year, int(month), day}}, at.UTC().Format(time.RFC3339), at.UnixMilli()}
}

// Record is the notice for machines, its words in the languages given.
func (t Tombstone) Record(w Words, publisher string, languages ...string) (Record, error) {
	p, k := t.Publication, kinds[t.Change.Act]
	r := Record{
		ID: t.ID(), URL: t.URL(), Type: k.update, Label: k.label, Title: []string{k.label + ": " + p.Title}, Issued: t.date(t.Change.At),
		Publisher: publisher, DecidedBy: k.by, UpdateTo: []Update{t.update(t.Change, string(p.Reference), p.URL)},
		Work: Work{
			ID: string(p.Reference), DOI: doi(p.URL), URL: p.URL, Title: []string{p.Title}, Author: []Author{},
			Published: t.date(p.On), State: string(t.Change.State),
		},
		Notice: map[string]Worded{},
	}
	for i, a := range p.Authors {
		sequence := "additional"
		if i == 0 {
			sequence = "first"
		}
		r.Work.Author = append(r.Work.Author, Author{a.Name, sequence})
	}
	for _, c := range append(t.Before[:len(t.Before):len(t.Before)], t.Change) {
		r.Work.UpdatedBy = append(r.Work.UpdatedBy, t.update(c, t.id(c), t.url(c)))
	}
	every, err := t.all(w, languages)
	if err != nil {
		return r, err
	}
	for _, s := range every {
		r.Notice[s.Lang] = Worded{s.Heading, s.Paragraphs}
	}
	r.Reason, err = t.reason(w, languages)
	return r, err
}

func (t Tombstone) update(c desk.PublicationChange, id, url string) Update {
	k := kinds[c.Act]
	return Update{ID: id, DOI: doi(url), URL: url, Type: k.update, Label: k.label, Source: "publisher", Updated: t.date(c.At)}
}

func (t Tombstone) reason(w Words, languages []string) (*Reason, error) {
	if t.Change.Category == "" && t.Change.Public == "" {
		return nil, nil
	}
	r := &Reason{Category: t.Change.Category, Text: t.Change.Public}
	if r.Text != "" {
		r.Lang = t.Lang
	}
	for _, lang := range languages {
		if r.Category == "" {
			break
		}
		name, err := w.CategoryName(lang, r.Category)
		if err != nil {
			return nil, err
		}
		if r.Name == nil {
			r.Name = map[string]string{}
		}
		r.Name[lang] = name
	}
	return r, nil
}

var doiAddress = regexp.MustCompile(`^https?://(?:dx\.)?doi\.org/(10\.[^?#]+)$`)

// doi is the DOI that an address is, "" for any other.
func doi(address string) string {
	if m := doiAddress.FindStringSubmatch(address); m != nil {
		return strings.ToLower(m[1])
	}
	return ""
}
