package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// FuzzReadAuthors gives any bytes as an authors' file: either every author has a
// name and an address, or every fault is at a place in the file.
func FuzzReadAuthors(f *testing.F) {
	for _, text := range []string{
		"name,address,registered\nLéa,lea@example.fr,2026-11-23\n",
		"\ufeffNom;Courriel;Inscription\r\n\"Tom; fils\";tom@example.fr;23/11/2026\r\n;;\r\n",
		"name,address,registered\n,lea@example.fr,2026-11-23\nTom,tom,hier\nZoé\n",
		"nom;mail;date\nL\xe9a;lea@example.fr;23/11/2026\n", "name,address\n", "\"", "",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		authors, err := readAuthors("authors.csv", text, time.UTC)
		var faults desk.Faults
		if err != nil && (!errors.As(err, &faults) || len(faults) == 0) {
			t.Fatalf("%v is no list of faults", err)
		}
		for _, fault := range faults {
			if lines := strings.Count(string(text), "\n") + 1; fault.Line > lines || fault.Message == "" {
				t.Fatalf("%v in a file of %d lines", fault, lines)
			}
		}
		for _, a := range authors {
			if err == nil && (a.Name == "" || !strings.Contains(a.Address, "@")) {
				t.Fatalf("%+v is no author", a)
			}
		}
	})
}
