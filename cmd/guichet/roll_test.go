package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

var rollNow = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

// FuzzReadRoll gives any bytes as an authors' file: every author has a name and an
// address that nobody else has, and every fault is at a place in the file.
func FuzzReadRoll(f *testing.F) {
	for _, text := range []string{
		"name,address,registered\nLéa,lea@example.fr,2026-11-23\nLéa,lea@example.org,\n",
		"\ufeffNom;Courriel;Inscription\r\n\"Tom; fils\";tom@example.fr;23/11/2026\r\n;;\r\n",
		"name,address,registered\n,lea@example.fr,2026-11-23\nTom,tom,hier\nZoé\n",
		"name,address,registered,newsletter\nA B,a@example.fr,2026-11-23,x\nA B,b@example.fr,2026-11-22,\nA B,a@example.fr b@example.fr,,non\n",
		"nom;mail;date\nL\xe9a;lea@example.fr;23/11/2026\n", "name,address\n", "\"", "",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		list := readRoll("authors.csv", text, time.UTC, rollNow)
		lines := strings.Count(string(text), "\n") + strings.Count(string(text), "\r") + 2
		for _, fault := range list.faults {
			if fault.Line > lines || fault.Message == "" {
				t.Fatalf("%v in a file of %d lines", fault, lines)
			}
		}
		seen := map[string]bool{}
		for _, p := range list.people {
			if p.Name == "" || len(p.Addresses) == 0 {
				t.Fatalf("%+v is no author", p.Author)
			}
			for _, address := range p.Addresses {
				if seen[address] || !strings.Contains(address, "@") {
					t.Fatalf("the address %q of %s", address, p.Name)
				}
				seen[address] = true
			}
		}
	})
}

// TestWhoIsOnePerson reads rows as people write them, and says who they are.
func TestWhoIsOnePerson(t *testing.T) {
	for name, test := range map[string]struct {
		rows string
		want []string
	}{
		"one row":                        {"Léa Martin;lea@example.fr;15/01/2026;", []string{"Léa Martin 2026-01-15 lea@example.fr"}},
		"two addresses in a cell":        {"Léa Martin;LEA@example.fr, lea@example.org;15/01/2026;oui", []string{"Léa Martin 2026-01-15 lea@example.fr lea@example.org yes"}},
		"a name before the address":      {"Léa Martin;Léa <lea@example.fr>;15/01/2026;non", []string{"Léa Martin 2026-01-15 lea@example.fr no"}},
		"two rows of one day":            {"Léa Martin;lea@example.fr;15/01/2026;\nlea martin;lea@example.org;15/01/2026;x", []string{"lea martin 2026-01-15 lea@example.fr lea@example.org yes"}},
		"a second row without a day":     {"Léa Martin;lea@example.fr;15/01/2026;\nLéa Martin;lea@example.org;;", []string{"Léa Martin 2026-01-15 lea@example.fr lea@example.org"}},
		"two days and a common address":  {"Léa Martin;lea@example.fr;15/01/2026;\nLéa Martin;lea@example.fr;12/01/2026;", []string{"Léa Martin 2026-01-12 lea@example.fr"}},
		"homonyms":                       {"Léa Martin;lea@example.fr;15/01/2026;\nLéa Martin;lea@example.org;16/01/2026;", []string{"Léa Martin 2026-01-15 lea@example.fr", "Léa Martin 2026-01-16 lea@example.org"}},
		"homonyms that a row makes one":  {"Léa Martin;a@example.fr;15/01/2026;\nLéa Martin;b@example.fr;16/01/2026;\nLéa Martin;a@example.fr b@example.fr;;", []string{"Léa Martin 2026-01-15 a@example.fr b@example.fr"}},
		"the newsletter's day":           {"Léa Martin;lea@example.fr;15/01/2026;02/02/2026", []string{"Léa Martin 2026-01-15 lea@example.fr yes 2026-02-02"}},
		"an address of somebody else":    {"Léa Martin;lea@example.fr;15/01/2026;\nPaul Roux;paul@example.fr,lea@example.fr;15/01/2026;", []string{"Léa Martin 2026-01-15 lea@example.fr", "x.csv:3:11: an address of Paul Roux is Léa Martin’s on line 2: an address belongs to one person"}},
		"nobody, nowhere, never, maybe":  {";lea@example.fr;15/01/2026;\nLéa;;15/01/2026;\nTom;tom@example.fr;;\nZoé;zoe@example.fr;2026-01-15;bof", []string{"Tom 0001-01-01 tom@example.fr", "x.csv:2:1: lea@example.fr has no name", "x.csv:3:5: Léa has no mail address", "x.csv:4:20: Tom has no date of registration; accepted: 2026-11-23, 23/11/2026", "x.csv:5:31: \"bof\" is no answer; accepted: oui, non, yes, no, 1, 0, true, false, x, or the date of the yes"}},
		"a registration that is to come": {"Léa;lea@example.fr;15/01/2062;", []string{"x.csv:2:20: 15/01/2062 is still to come"}},
	} {
		t.Run(name, func(t *testing.T) {
			list := readRoll("x.csv", []byte("Nom;Adresse e-mail;Inscrit le;Newsletter\n"+test.rows+"\n"), time.UTC, rollNow)
			var got []string
			for _, p := range list.people {
				said := append([]string{p.Name, p.Registered.Format(time.DateOnly)}, p.Addresses...)
				if p.Newsletter != desk.NotAsked {
					said = append(said, string(p.Newsletter))
				}
				if !p.NewsletterAt.IsZero() {
					said = append(said, p.NewsletterAt.Format(time.DateOnly))
				}
				got = append(got, strings.Join(said, " "))
			}
			for _, fault := range list.faults {
				got = append(got, fault.Error())
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got  %q\nwant %q", got, test.want)
			}
		})
	}
}

// TestNamesInTwoColumns reads the columns as forms name them, in any order.
func TestNamesInTwoColumns(t *testing.T) {
	for head, row := range map[string]string{
		"Prénom,Nom,Adresse e-mail,Horodateur":                            "Léa,Martin,lea@example.fr,2026/01/15 10:00:00",
		"Horodateur\tNom de famille\tPrénom\tAdresse électronique":        "15/01/2026 10:00:00\tMartin\tLéa\tlea@example.fr",
		"first name;last name;e-mail;registration date;consent;ville":     "Léa;Martin;lea@example.fr;2026-01-15;J’accepte;Lyon",
		"Texte du consentement;Date du consentement;nom;courriel;inscrit": "J’accepte;16/01/2026;Léa Martin;lea@example.fr;15/01/2026",
	} {
		list := readRoll("x.csv", fmt.Appendf(nil, "%s\n%s\n", head, row), time.UTC, rollNow)
		if len(list.faults) > 0 || len(list.people) != 1 || list.people[0].Name != "Léa Martin" {
			t.Errorf("%s: %+v, %v", head, list.people, list.faults)
			continue
		}
		if p := list.people[0]; p.Consent != "" && (p.Consent != "J’accepte" || p.ConsentAt.IsZero()) {
			t.Errorf("%s: %+v", head, p.Author)
		}
		if ignored := strings.Contains(head, "ville"); ignored != slices.Equal(list.ignored, []string{"ville"}) {
			t.Errorf("%s: ignored %q", head, list.ignored)
		}
	}
	if list := readRoll("x.csv", []byte("prénom,adresse,date\n"), time.UTC, rollNow); len(list.faults) != 1 {
		t.Errorf("a first name alone: %v", list.faults)
	}
}
