package main

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path"
	"slices"

	builtin "github.com/bara-think-tank/guichet/rules"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/rules"
)

// loadRules reads a rules folder, or the built-in one where dir is empty: the
// rules, and the notices that go with them. Its error is desk.Faults, every
// fault of both at once.
func loadRules(dir string) (*rules.Set, *notice.Composer, error) {
	var folder fs.FS = builtin.FS
	if dir != "" {
		if _, err := os.Stat(dir); err != nil {
			return nil, nil, badUse{err}
		}
		folder = os.DirFS(dir)
	}
	set, err := rules.Load(folder)
	if err != nil {
		return nil, nil, inFolder(dir, err)
	}
	templates, err := fs.Sub(folder, "notices")
	if err != nil {
		return nil, nil, err
	}
	composer, err := notice.New(templates, publication(set))
	if err != nil {
		return nil, nil, inFolder(path.Join(dir, "notices"), err)
	}
	composer.Random = rand.Reader
	return set, composer, nil
}

// inFolder names the folder before each file that is at fault.
func inFolder(dir string, err error) error {
	var faults desk.Faults
	if !errors.As(err, &faults) {
		return err
	}
	for i, f := range faults {
		faults[i].File = path.Join(dir, f.File)
	}
	return faults
}

func publication(set *rules.Set) notice.Publication {
	p := notice.Publication{
		Name: set.Desk.Name, Prefix: set.Desk.Prefix, Language: set.Desk.Language, Languages: set.Desk.Languages,
		RegistrationPage: set.Desk.Registration.Page, Site: set.Desk.Site, QueueName: set.QueueName,
	}
	for _, f := range set.Formats {
		p.Formats = append(p.Formats, notice.Format{ID: f.ID, Name: f.Name})
	}
	return p
}

// queueOrder is every queue in the order in which people see them: the formats
// of the publications, then the others.
func queueOrder(sets ...*rules.Set) (order []desk.Queue) {
	for _, set := range sets {
		for _, f := range set.Formats {
			if q := desk.Queue(f.ID); !slices.Contains(order, q) {
				order = append(order, q)
			}
		}
	}
	return append(order, desk.QueueWithdrawals, desk.QueueToSort, desk.QueueRegistration, desk.QueueParked)
}
