package main

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/sheet"
	"github.com/bara-think-tank/guichet/internal/typo"
)

// archive is a file of what was published before the desk, as it was read.
type archive struct {
	works   []desk.Publication
	rows    []sheet.Row // of the works
	ignored []string    // columns
	faults  desk.Faults
}

var archiveColumns = []sheet.Column{
	{Name: "reference", Titles: []string{"reference", "référence", "réf", "ref"}},
	{Name: "format", Required: true, Titles: []string{"format", "type", "rubrique"}},
	{Name: "title", Required: true, Titles: []string{"title", "titre"}},
	{Name: "authors", Required: true, Titles: []string{"authors", "author", "auteurs", "auteur", "autrice", "autrices", "auteur(s)", "auteur·e·s", "signature"}},
	{Name: "addresses", Titles: []string{
		"addresses", "address", "adresses", "adresse", "email", "emails", "e-mail", "mail", "mails", "courriel", "courriels", "adresse e-mail", "adresses e-mail",
	}},
	{Name: "date", Required: true, Titles: []string{"date", "published", "publié le", "publication", "date de publication", "publication date"}},
	{Name: "url", Titles: []string{"url", "lien", "link", "page", "adresse de la page", "site"}},
}

// archivist reads such files by a publication's rules.
type archivist struct {
	formats []rules.Format
	prefix  string
	zone    *time.Location
	now     time.Time
}

// read reads a file: every bad line is a fault, and the good ones are read all the
// same.
func (r archivist) read(name string, text []byte) *archive {
	list := &archive{}
	table, faults := sheet.Read(name, text, archiveColumns)
	list.faults = faults
	if table == nil {
		return list
	}
	list.ignored = table.Ignored
	lines := map[desk.Reference]int{}
	for _, row := range table.Rows {
		p, wrong := r.work(row)
		if line, twice := lines[p.Reference]; twice && p.Reference != "" {
			wrong = append(wrong, row.Fault("reference", "the reference %s stands on line %d already", p.Reference, line))
		}
		lines[p.Reference] = row.Line()
		list.faults = append(list.faults, wrong...)
		if wrong == nil {
			list.works, list.rows = append(list.works, p), append(list.rows, row)
		}
	}
	return list
}

func (r archivist) work(row sheet.Row) (p desk.Publication, faults desk.Faults) {
	wrong := func(column string, err error) {
		if err != nil {
			faults = append(faults, row.Fault(column, "%v", err))
		}
	}
	var err error
	p.Title = strings.Join(strings.Fields(row.Text("title")), " ")
	if p.Title == "" {
		wrong("title", fmt.Errorf("the publication has no title"))
	}
	p.Reference, err = r.reference(row.Text("reference"))
	wrong("reference", err)
	p.Format, err = r.format(row.Text("format"))
	wrong("format", err)
	if p.Authors = signatories(row.Text("authors")); len(p.Authors) == 0 {
		wrong("authors", fmt.Errorf("the publication has no author"))
	} else {
		wrong("addresses", giveAddresses(p.Authors, row.Text("addresses")))
	}
	p.On, err = sheet.Date(row.Text("date"), r.zone)
	if err == nil && p.On.After(r.now) {
		err = fmt.Errorf("%s is still to come", row.Text("date"))
	}
	wrong("date", err)
	p.URL = row.Text("url")
	wrong("url", desk.CheckPage(p.URL))
	return p, faults
}

// oldReference is what a reference of another scheme may be made of.
var oldReference = regexp.MustCompile(`^[\pL0-9]+(?:[-/.][\pL0-9]+)*$`)

// reference is one of ours, its check character right, or one of another scheme as
// it stands.
func (r archivist) reference(text string) (desk.Reference, error) {
	ref, err := desk.ParseReference(text)
	_, _, ours := ref.Parts(r.prefix)
	switch {
	case text == "":
		return "", nil
	case err == nil && ours:
		return ref, nil
	case errors.Is(err, desk.ErrCheck) && strings.HasPrefix(strings.ToUpper(text), r.prefix):
		return "", fmt.Errorf("%s: %w", text, err)
	case !oldReference.MatchString(text) || utf8.RuneCountInString(text) > 60:
		return "", fmt.Errorf("%q is no reference; accepted: one like %s, or letters and digits with - / . between them; without one the desk gives it",
			text, desk.NewReference(r.prefix, 2024, 7))
	}
	return desk.Reference(text), nil
}

func (r archivist) format(text string) (string, error) {
	var names []string
	folded := typo.Fold(text)
	for _, f := range r.formats {
		names = append(names, f.Name)
		for _, name := range append([]string{f.ID, f.Name}, f.Aliases...) {
			if folded == typo.Fold(name) {
				return f.ID, nil
			}
		}
	}
	return "", fmt.Errorf("%q is no format; accepted: %s", text, strings.Join(names, ", "))
}

var (
	betweenNames     = regexp.MustCompile(`\s*[;\n]\s*|\s+(?:et|and)\s+`)
	betweenAddresses = regexp.MustCompile(`\s*[;,\n]\s*|\s+(?:et|and)\s+`)
)

// signatories reads the names in the order of the signatures.
func signatories(names string) (all []desk.Signatory) {
	for _, name := range betweenNames.Split(strings.TrimSpace(names), -1) {
		if name = strings.Join(strings.Fields(name), " "); name != "" {
			all = append(all, desk.Signatory{Name: name})
		}
	}
	return all
}

// giveAddresses reads the addresses in the order of the signatures; one that is not
// known is left empty between its separators.
func giveAddresses(all []desk.Signatory, addresses string) error {
	if strings.TrimSpace(addresses) == "" {
		return nil
	}
	list := betweenAddresses.Split(strings.TrimSpace(addresses), -1)
	if len(list) > len(all) && list[len(list)-1] == "" { // a separator at the end
		list = list[:len(list)-1]
	}
	if len(list) > len(all) {
		return fmt.Errorf("there are more addresses (%d) than authors (%d); accepted: one each, in the order of the names", len(list), len(all))
	}
	for i, text := range list {
		if text == "" {
			continue
		}
		parsed, bad := splitAddresses(text)
		if bad != "" || len(parsed) != 1 {
			return fmt.Errorf("%q is no mail address", text)
		}
		all[i].Addresses = parsed
	}
	return nil
}
