package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/bara-think-tank/guichet/internal/tombstone"
)

// tombstoneCommand is `guichet tombstone`.
type tombstoneCommand struct {
	configured
	Format    string `enum:"text,html,json" default:"text" help:"text, html (a fragment of a page) or json (in Crossref's terms)."`
	Lang      string `help:"One language, as fr; all of the publication's without it." placeholder:"LANG"`
	Reference string `arg:"" help:"The reference of a publication that was withdrawn, retracted, removed, doubted or reinstated; its page or its exact title."`
}

// Run prints the notice that the site shows.
func (c tombstoneCommand) Run(a *app) error {
	w, done, err := a.lookAtWorks(c.Config)
	if err != nil {
		return err
	}
	defer done()
	stone, err := w.tombstone(a, c.Reference)
	if err != nil {
		return err
	}
	now := w.stations[0].book.edition()
	stone.Lang = now.rules.Desk.Language
	languages := now.rules.Desk.Languages
	if c.Lang != "" {
		if !slices.Contains(languages, c.Lang) {
			return badUse{fmt.Errorf("--lang: the publication does not write %q; accepted: %v", c.Lang, languages)}
		}
		languages = []string{c.Lang}
	}
	text := ""
	switch c.Format {
	case "html":
		text, err = stone.HTML(now.notices, languages...)
	case "json":
		var record tombstone.Record
		if record, err = stone.Record(now.notices, now.rules.Desk.Name, languages...); err != nil {
			return err
		}
		lines := json.NewEncoder(a.out)
		lines.SetEscapeHTML(false)
		lines.SetIndent("", "  ")
		return lines.Encode(record)
	default:
		text, err = stone.Text(now.notices, languages...)
	}
	if err == nil {
		_, err = fmt.Fprint(a.out, text)
	}
	return err
}

// tombstone is the notice of a publication; what has none is refused with how it
// stands.
func (w *works) tombstone(a *app, said string) (stone tombstone.Tombstone, err error) {
	p, err := w.publicationCalled(a, said)
	if err != nil {
		return stone, err
	}
	changes, err := w.db.PublicationChanges(a.ctx, p.ID)
	if err != nil {
		return stone, err
	}
	stone, err = tombstone.New(p, changes, w.decisions.Zone)
	if errors.Is(err, tombstone.ErrStands) {
		return stone, fmt.Errorf("%s is %s: %w", p.Reference, p.State, err)
	}
	return stone, err
}
