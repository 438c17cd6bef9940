package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// authorsExportCommand is `guichet authors export`.
type authorsExportCommand struct {
	configured
	Who  string `arg:"" help:"An address, registered or not, or the name of somebody registered."`
	File string `arg:"" help:"The zip file to write; it must not be there."`
}

// Help says what the one line of help cannot.
func (authorsExportCommand) Help() string {
	return "In the file: person.json, everything on file of them and of their texts and requests; mails/ and answers/, the mails as they " +
		"were received and sent. What others wrote, and whose texts theirs look like, is left out. Editors' motives are in it: read it " +
		"before you hand it over."
}

// person is everything on file of a person, as JSON.
type personFile struct {
	authorLine
	Cases        []dossier         `json:"cases"`
	Publications []publicationLine `json:"publications"`
	Objections   []objectionLine   `json:"objections"`
	Mails        []mailLine        `json:"mails"`
	Answers      []noticeLine      `json:"answers"`
}

// Run writes the file.
func (c authorsExportCommand) Run(a *app) error {
	w, done, err := a.lookAtWorks(c.Config)
	if err != nil {
		return err
	}
	defer done()
	author, err := w.personCalled(a, c.Who)
	if err != nil {
		return err
	}
	held, err := w.db.Dossier(a.ctx, author.ID, author.Addresses)
	if errors.Is(err, desk.ErrNotFound) {
		return nobody(c.Who)
	}
	if err != nil {
		return err
	}
	file, err := os.OpenFile(c.File, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return hint(fmt.Errorf("there is a file %s already", c.File), "name another")
	}
	if err != nil {
		return err
	}
	err = w.export(a, author, held, file)
	if err = errors.Join(err, file.Close()); err != nil {
		return errors.Join(err, os.Remove(c.File))
	}
	_, err = fmt.Fprintf(a.out, "%s: %d cases, %d publications, %d mails, %d answers\n",
		c.File, len(held.Cases), len(held.Publications), len(held.Mails), len(held.Notices))
	return err
}

// export writes the zip of a person.
func (w *works) export(a *app, author desk.Author, held desk.Dossier, out io.Writer) error {
	archive := zip.NewWriter(out)
	told, err := w.person(a, author, held)
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(told, "", "  ")
	if err != nil {
		return err
	}
	if err := add(archive, "person.json", text); err != nil {
		return err
	}
	for _, m := range held.Mails {
		raw, err := w.db.Raw(a.ctx, m.ID)
		if errors.Is(err, desk.ErrErased) {
			continue
		}
		if err := errors.Join(err, add(archive, fmt.Sprintf("mails/%d.eml", m.ID), raw)); err != nil {
			return err
		}
	}
	for _, n := range held.Notices {
		raw, err := w.db.NoticeBytes(a.ctx, n.ID)
		if err == nil && len(raw) > 0 {
			err = add(archive, fmt.Sprintf("answers/%d.eml", n.ID), raw)
		}
		if err != nil {
			return err
		}
	}
	return archive.Close()
}

func add(archive *zip.Writer, name string, text []byte) error {
	file, err := archive.Create(name)
	if err == nil {
		_, err = file.Write(text)
	}
	return err
}

func (w *works) person(a *app, author desk.Author, held desk.Dossier) (p personFile, err error) {
	p = personFile{
		authorLine: lineOf(author, w.zone), Cases: []dossier{}, Publications: []publicationLine{},
		Objections: []objectionLine{}, Mails: []mailLine{}, Answers: []noticeLine{},
	}
	for _, ref := range held.Cases {
		d, err := a.dossier(w.db, ref)
		if err != nil {
			return p, err
		}
		p.Cases = append(p.Cases, d.only(author))
	}
	for _, work := range held.Publications {
		p.Publications = append(p.Publications, publicationOf(work, w.zone))
	}
	for _, o := range held.Objections {
		p.Objections = append(p.Objections, objectionLine{o.Address, o.MailID, o.At, o.Text})
	}
	for _, m := range held.Mails {
		p.Mails = append(p.Mails, mailLineOf(m))
	}
	for _, n := range held.Notices {
		p.Answers = append(p.Answers, noticeLineOf(n))
	}
	return p, nil
}

// only leaves out of a case what others wrote, and whose texts it looks like.
func (d dossier) only(author desk.Author) dossier {
	theirs := func(address string) bool { return slices.Contains(author.Addresses, strings.ToLower(address)) }
	d.Mails = slices.DeleteFunc(d.Mails, func(m mailLine) bool { return !theirs(m.address) })
	d.Notices = slices.DeleteFunc(d.Notices, func(n noticeLine) bool { return !theirs(n.To) })
	for i := range d.Versions {
		d.Versions[i].Alike = []alikeLine{}
	}
	if d.Request != nil {
		d.Request.Objections = slices.DeleteFunc(d.Request.Objections, func(o objectionLine) bool { return !theirs(o.Address) })
	}
	return d
}
