package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// authorsEraseCommand is `guichet authors erase`.
type authorsEraseCommand struct {
	configured
	Yes bool   `help:"Do it: nothing brings it back. Without this, say what would be erased."`
	Who string `arg:"" help:"An address, registered or not, or the name of somebody registered."`
}

// Help says what the one line of help cannot.
func (authorsEraseCommand) Help() string {
	return "Their mails, the answers to them, their registration, their name and addresses are deleted from the database; their mails " +
		"from the desk's folders too, at the next run. References, verdicts, decisions, dates and the titles of what was published stay, " +
		"signed by what the rules say (desk.yaml, erasure), and the site is told. Backups made before still hold everything."
}

// Run forgets one person.
func (c authorsEraseCommand) Run(a *app) error {
	w, done, err := a.openWorks(c.Config, store.Open)
	if err != nil {
		return err
	}
	defer done()
	author, err := w.personCalled(a, c.Who)
	if err != nil {
		return err
	}
	by := w.stations[0].rules().Desk.Erasure
	erased, err := w.db.Erase(a.ctx, desk.Erasure{
		Author: author.ID, Addresses: author.Addresses, Name: by.Name, Ground: by.Ground,
	}, !c.Yes)
	if errors.Is(err, desk.ErrNotFound) {
		return nobody(c.Who)
	}
	if err != nil {
		return err
	}
	if err := refusalToErase(erased); err != nil {
		return err
	}
	_, err = fmt.Fprint(a.out, tellErased(erased, by.Name, by.Ground, c.Yes))
	return err
}

// refusalToErase says what has to be done first.
func refusalToErase(e desk.Erased) error {
	switch {
	case len(e.Waiting) > 0:
		return hint(fmt.Errorf("nothing is erased: %s still waits for somebody", joined(e.Waiting)),
			"decide it first: guichet decide "+string(e.Waiting[0])+" …")
	case e.Unsent > 0:
		return hint(fmt.Errorf("nothing is erased: %d answers to them have not left", e.Unsent), "send them with: guichet run --once")
	}
	return nil
}

func tellErased(e desk.Erased, name, ground string, done bool) string {
	var b strings.Builder
	verb := "erased"
	if !done {
		verb = "would be erased (add --yes)"
	}
	fmt.Fprintf(&b, "%s: mails %d, cases %d, publications signed %d\n", verb, e.Mails, len(e.Cases), len(e.Publications))
	if len(e.Cases) > 0 {
		fmt.Fprintf(&b, "  cases         %s\n", joined(e.Cases))
	}
	if len(e.Publications) > 0 {
		signed := "signed by " + name + " from now on"
		if ground != "" {
			signed = "the name stays: " + ground
		}
		fmt.Fprintf(&b, "  publications  %s: %s\n", joined(e.Publications), signed)
	}
	if done {
		b.WriteString("  their mails leave the mailbox's folders at the next run; backups made before now still hold them\n")
	}
	return b.String()
}

func joined(refs []desk.Reference) string {
	all := make([]string, len(refs))
	for i, ref := range refs {
		all[i] = string(ref)
	}
	return strings.Join(all, ", ")
}

// personCalled is the one person that an address or a name stands for; of somebody
// who never registered, only the address is known.
func (w *works) personCalled(a *app, who string) (desk.Author, error) {
	found, err := w.db.AuthorsCalled(a.ctx, who)
	switch {
	case err != nil:
		return desk.Author{}, err
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1:
		return desk.Author{}, fmt.Errorf("%d people are called %s: say an address, %s or %s", len(found), who, found[0].Addresses[0], found[1].Addresses[0])
	case !strings.Contains(who, "@"):
		return desk.Author{}, nobody(who)
	}
	return desk.Author{Addresses: []string{strings.ToLower(who)}}, nil
}

func nobody(who string) error {
	return hint(fmt.Errorf("nobody on file is called %s", who), "see: guichet authors list")
}
