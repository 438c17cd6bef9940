package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// authorsCommand is `guichet authors`.
type authorsCommand struct {
	Import importCommand `cmd:"" help:"Add the registered authors of a CSV file with the columns name, address, registered (2026-11-23)."`
}

type importCommand struct {
	configured
	File string `arg:"" help:"The CSV file, comma or semicolon, with a first line that names its columns."`
}

// Run adds every author of the file, or none where a line is wrong.
func (c importCommand) Run(a *app) error {
	config, err := loadConfig(c.Config)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	authors, err := readAuthors(c.File, text, config.zone)
	if err != nil {
		return err
	}
	db, err := store.Open(a.ctx, config.path(config.Database), a.now)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // everything is on the disk
	done, err := db.ImportAuthors(a.ctx, authors)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "authors: %d added, %d known before; texts released to the editors: %d\n",
		done.Added, len(authors)-done.Added, done.Released)
	return err
}

// columns is what the columns of an authors' file may be called.
var columns = []struct {
	name   string
	titles []string
}{
	{"name", []string{"name", "nom"}},
	{"address", []string{"address", "adresse", "email", "e-mail", "mail", "courriel"}},
	{"registered", []string{"registered", "date", "inscription", "inscrit", "inscrite"}},
}

// readAuthors reads a CSV file; its error is desk.Faults, every bad line at once.
func readAuthors(name string, text []byte, zone *time.Location) ([]store.Author, error) {
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if !utf8.Valid(text) { // spreadsheets still write Windows-1252
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(text)
		if err != nil {
			return nil, err
		}
		text = decoded
	}
	lines := csv.NewReader(bytes.NewReader(text))
	first, _, _ := bytes.Cut(text, []byte("\n"))
	if bytes.Count(first, []byte(";")) > bytes.Count(first, []byte(",")) {
		lines.Comma = ';'
	}
	lines.FieldsPerRecord, lines.TrimLeadingSpace = -1, true
	head, err := lines.Read()
	if err != nil {
		return nil, desk.Faults{{File: name, Message: "the file has no first line; accepted: name,address,registered"}}
	}
	at, fault := findColumns(name, head)
	if fault != nil {
		return nil, desk.Faults{*fault}
	}
	var authors []store.Author
	var faults desk.Faults
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return authors, faults.OrNil()
		}
		if err != nil {
			return nil, append(faults, desk.Fault{File: name, Message: err.Error()})
		}
		if strings.TrimSpace(strings.Join(record, "")) == "" {
			continue // a spreadsheet's empty row
		}
		author, err := readAuthor(record, at, zone)
		if err != nil {
			line, column := lines.FieldPos(0)
			faults = append(faults, desk.Fault{File: name, Line: line, Column: column, Message: err.Error()})
		}
		authors = append(authors, author)
	}
}

func findColumns(name string, head []string) (at [3]int, fault *desk.Fault) {
	for i, column := range columns {
		at[i] = slices.IndexFunc(head, func(title string) bool {
			return slices.Contains(column.titles, strings.ToLower(strings.TrimSpace(title)))
		})
		if at[i] < 0 {
			return at, &desk.Fault{File: name, Line: 1, Column: 1, Message: fmt.Sprintf(
				"no column is called %s; accepted: %s", column.name, strings.Join(column.titles, ", "))}
		}
	}
	return at, nil
}

func readAuthor(record []string, at [3]int, zone *time.Location) (a store.Author, err error) {
	if len(record) <= max(at[0], at[1], at[2]) {
		return a, fmt.Errorf("the line has %d values, too few", len(record))
	}
	field := func(i int) string { return strings.TrimSpace(record[at[i]]) }
	address, err := mail.ParseAddress(field(1))
	if err != nil {
		return a, fmt.Errorf("%q is no mail address", field(1))
	}
	if field(0) == "" {
		return a, fmt.Errorf("%s has no name", address.Address)
	}
	for _, layout := range []string{"2006-01-02", "02/01/2006", "2006-01-02 15:04:05", "02/01/2006 15:04", "02/01/2006 15:04:05"} {
		if a.Registered, err = time.ParseInLocation(layout, field(2), zone); err == nil {
			a.Name, a.Address = field(0), address.Address
			return a, nil
		}
	}
	return a, fmt.Errorf("%q is no date; accepted: 2026-11-23, 23/11/2026", field(2))
}
