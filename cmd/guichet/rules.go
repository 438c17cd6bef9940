package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"

	builtin "github.com/bara-think-tank/guichet/rules"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/rules"
)

// rulesCommand is `guichet rules`.
type rulesCommand struct {
	Check  rulesCheckCommand  `cmd:"" help:"Say everything that is wrong in a rules folder."`
	List   rulesListCommand   `cmd:"" help:"What each format asks for, as editors read it."`
	Test   rulesTestCommand   `cmd:"" help:"Try each criterion's own good and bad examples."`
	Schema rulesSchemaCommand `cmd:"" help:"Print a JSON Schema of the rules' files, for text editors."`
}

// ruled is a command on one rules folder.
type ruled struct {
	Dir string `arg:"" optional:"" help:"A rules folder; the built-in rules without it."`
}

// loadRules reads a rules folder, or the built-in one where dir is empty: the
// rules, and the notices that go with them. Its error is desk.Faults, every
// fault of both at once.
func loadRules(dir string) (*rules.Set, *notice.Composer, error) {
	var folder fs.FS = builtin.FS
	if dir != "" {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, nil, badUse{hint(fmt.Errorf("there is no folder %s", dir), "the rules are a folder, as rules/ in the project")}
		}
		folder = os.DirFS(dir)
	}
	set, err := rules.Load(folder)
	if err != nil {
		return nil, nil, faultsOfBoth(dir, folder, err)
	}
	composer, err := loadNotices(folder, publication(set))
	if err != nil {
		return nil, nil, inFolder(dir, err)
	}
	composer.Random = rand.Reader
	return set, composer, nil
}

func loadNotices(folder fs.FS, p notice.Publication) (*notice.Composer, error) {
	templates, err := fs.Sub(folder, noticesFolder)
	if err != nil {
		return nil, err
	}
	composer, err := notice.New(templates, p)
	return composer, inFolder(noticesFolder, err)
}

// noticesFolder is where a rules folder has the texts of the mails.
const noticesFolder = "notices"

// faultsOfBoth adds to the faults of rules those of the notices beside them,
// which are tried for a publication that stands in. Where desk.yaml does not
// tell its languages, which notices there should be is not known.
func faultsOfBoth(dir string, folder fs.FS, err error) error {
	var all, more desk.Faults
	languages := rules.Languages(folder)
	if !errors.As(err, &all) || len(languages) == 0 {
		return inFolder(dir, err)
	}
	_, err = loadNotices(folder, notice.Publication{
		Name: "Publication", Prefix: "P", Language: languages[0], Languages: languages,
		RegistrationPage: "https://example.org/", Site: "https://example.org/",
		Formats: []notice.Format{{ID: "format", Name: "Format"}},
	})
	if errors.As(err, &more) {
		all = append(all, more...)
	}
	return inFolder(dir, all)
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
