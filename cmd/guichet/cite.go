package main

import (
	"fmt"

	"github.com/bara-think-tank/guichet/internal/citation"
	"github.com/bara-think-tank/guichet/internal/desk"
)

// citeCommand is `guichet cite`.
type citeCommand struct {
	configured
	Format    string `enum:"french,bibtex,csl-json" default:"french" help:"french, bibtex or csl-json."`
	Reference string `arg:"" help:"The publication's reference, the address of its page, or its exact title."`
}

// Run prints how a publication is cited.
func (c citeCommand) Run(a *app) error {
	w, done, err := a.lookAtWorks(c.Config)
	if err != nil {
		return err
	}
	defer done()
	p, err := w.publicationCalled(a, c.Reference)
	if err != nil {
		return err
	}
	cited := w.citation(p)
	switch c.Format {
	case "bibtex":
		_, err = fmt.Fprint(a.out, cited.BibTeX())
	case "csl-json":
		var text []byte
		if text, err = cited.CSL(); err == nil {
			_, err = a.out.Write(text)
		}
	default:
		_, err = fmt.Fprintln(a.out, cited.French())
	}
	return err
}

// citation is a publication as its readers cite it.
func (w *works) citation(p desk.Publication) citation.Work {
	set := w.stations[0].rules()
	c := citation.Work{
		Reference: p.Reference, Format: set.QueueName(desk.Queue(p.Format), "fr"), Title: p.Title,
		On: p.On.In(w.zone), URL: p.URL, Publisher: set.Desk.Name, Language: set.Desk.Language, State: p.State,
	}
	for _, s := range p.Authors {
		c.Authors = append(c.Authors, s.Name)
	}
	return c
}
