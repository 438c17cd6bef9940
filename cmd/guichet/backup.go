package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// backupCommand is `guichet backup`.
type backupCommand struct {
	configured
	Keep int    `help:"Of a folder: how many backups to keep; older ones that this command made there are deleted." placeholder:"N"`
	To   string `arg:"" help:"The file to write, or a folder in which the backup gets a dated name." placeholder:"FILE|DIR"`
}

// Run copies the database, reads the copy back, and says what it holds.
func (c backupCommand) Run(a *app) error {
	config, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	database := config.path(config.Database)
	if _, err := os.Stat(database); err != nil {
		return hint(fmt.Errorf("there is no database %s yet", config.Database), "guichet run makes it")
	}
	series := seriesOf(database)
	to, folder, err := c.target(a, series)
	if err != nil {
		return err
	}
	if c.Keep < 0 || c.Keep > 0 && !folder {
		return badUse{errors.New("--keep counts the backups in a folder, and wants a number of them")}
	}
	if err := store.Replaceable(to, database); err != nil {
		return badUse{fmt.Errorf("%s: %w", to, err)}
	}
	held, err := store.Backup(a.ctx, database, to, a.now())
	if errors.Is(err, desk.ErrNoSpace) {
		return hint(fmt.Errorf("backup to %s: %w", to, err), "make room there, or delete old backups: --keep N does")
	}
	if errors.Is(err, fs.ErrNotExist) {
		return hint(fmt.Errorf("backup to %s: its folder is not there", to), "mkdir -p "+filepath.Dir(to))
	}
	if err != nil {
		return fmt.Errorf("backup to %s: %w", to, err)
	}
	verified := ", its log empty"
	if held.LastEvent > 0 {
		verified = fmt.Sprintf(", and the log verified up to event %d (%s)", held.LastEvent, held.LastHash)
	}
	fmt.Fprintf(a.out, "%s: %s; whole%s\n", to, holdings(held), verified)
	if c.Keep == 0 {
		return nil
	}
	return series.prune(a, filepath.Dir(to), c.Keep)
}

// target is the file to write, and whether it got its name here.
func (c backupCommand) target(a *app, s series) (to string, named bool, err error) {
	info, err := os.Stat(c.To)
	switch {
	case err == nil && info.IsDir():
	case err != nil && os.IsPathSeparator(c.To[len(c.To)-1]):
		if err := os.MkdirAll(c.To, 0o700); err != nil {
			return "", false, err
		}
	default:
		return c.To, false, nil
	}
	return filepath.Join(c.To, s.name+"-"+a.now().UTC().Format(backupTime)+".db"), true, nil
}

const backupTime = "2006-01-02T150405Z"

// series is the backups of one database in a folder.
type series struct {
	name string
	made *regexp.Regexp // the names that this command gives
}

func seriesOf(database string) series {
	base := filepath.Base(database)
	name := strings.TrimSuffix(base, filepath.Ext(base))
	return series{name, regexp.MustCompile(`^` + regexp.QuoteMeta(name) + `-\d{4}-\d{2}-\d{2}T\d{6}Z\.db$`)}
}

// prune deletes the oldest backups of a series but for so many. Other files of the folder
// are left alone.
func (s series) prune(a *app, folder string, keep int) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var made []string
	for _, e := range entries {
		if e.Type().IsRegular() && s.made.MatchString(e.Name()) {
			made = append(made, e.Name())
		}
	}
	slices.Sort(made) // by their time
	for _, name := range made[:max(0, len(made)-keep)] {
		path := filepath.Join(folder, name)
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("deleting an old backup: %w", err)
		}
		fmt.Fprintf(a.out, "%s: deleted, older than the last %d\n", path, keep)
	}
	_, err = store.RemoveParts(folder, s.name+"-", a.now().Add(-24*time.Hour)) // of backups that were killed
	return err
}

// holdings says in a few words what a database holds.
func holdings(c store.Contents) string {
	return fmt.Sprintf("%s, %s, %s, %s, %s", sizeOf(c.Size), several(c.Mails, "mail"), several(c.Cases, "case"),
		several(c.Publications, "publication"), several(c.Events, "event"))
}

// sizeOf writes a size in the unit that reads best.
func sizeOf(bytes int64) string {
	switch {
	case bytes < 10<<10:
		return several(int(bytes), "byte")
	case bytes < 10<<20:
		return fmt.Sprintf("%d kB", bytes>>10)
	}
	return fmt.Sprintf("%d MB", bytes>>20)
}
