package sheet_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"github.com/bara-think-tank/guichet/internal/sheet"
)

var columns = []sheet.Column{
	{Name: "name", Titles: []string{"name", "nom"}, Required: true},
	{Name: "address", Titles: []string{"address", "adresse", "adresse e-mail"}, Required: true, Repeats: true},
	{Name: "consent", Titles: []string{"consentement"}},
}

// encodings write text as programs do.
var encodings = map[string]func(string) []byte{
	"UTF-8":                func(s string) []byte { return []byte(s) },
	"UTF-8 with a mark":    func(s string) []byte { return []byte("\ufeff" + s) },
	"UTF-16LE with a mark": func(s string) []byte { return wide("\ufeff"+s, binary.LittleEndian) },
	"UTF-16BE with a mark": func(s string) []byte { return wide("\ufeff"+s, binary.BigEndian) },
	"UTF-16LE":             func(s string) []byte { return wide(s, binary.LittleEndian) },
	"UTF-16BE":             func(s string) []byte { return wide(s, binary.BigEndian) },
	"Windows-1252": func(s string) []byte {
		raw, err := charmap.Windows1252.NewEncoder().Bytes([]byte(s))
		if err != nil {
			panic(err) // of the test's own text
		}
		return raw
	},
}

func wide(s string, order binary.AppendByteOrder) []byte {
	var raw []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		raw = order.AppendUint16(raw, unit)
	}
	return raw
}

// TestTheMatrix reads one table in every encoding, with every separator, line end
// and order of its columns.
func TestTheMatrix(t *testing.T) {
	titles := []string{"Nom", "Adresse E-Mail", "Consentement"}
	values := []string{"Léa Martin", "lea@example.fr", "J’accepte ;\nd’être, publiée \"ici\"\tmême"}
	quote := func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }
	for encoding, encode := range encodings {
		for _, comma := range []string{",", ";", "\t"} {
			for _, end := range []string{"\n", "\r\n"} {
				for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}} {
					var head, row []string
					for _, i := range order {
						head, row = append(head, titles[i]), append(row, quote(values[i]))
					}
					text := strings.Join(head, comma) + end + strings.Join(row, comma) + end
					t.Run(fmt.Sprintf("%s %q %q %v", encoding, comma, end, order), func(t *testing.T) {
						s, faults := sheet.Read("x.csv", encode(text), columns)
						if faults != nil || len(s.Rows) != 1 {
							t.Fatal(s, faults)
						}
						r := s.Rows[0]
						if r.Text("name") != values[0] || r.Text("address") != values[1] || r.Text("consent") != values[2] {
							t.Errorf("read %q %q %q", r.Text("name"), r.Text("address"), r.Text("consent"))
						}
					})
				}
			}
		}
	}
}

func TestPlaces(t *testing.T) {
	const text = "sep=;\r\nnom;adresse;inutile;Adresse 2\r\n\"Léa\nMartin\";lea@example.fr;;lea@example.org\r\n;;;\r\nÉvé;x;1\r\n"
	s, faults := sheet.Read("x.csv", []byte(text), columns)
	if faults != nil || len(s.Rows) != 2 || !slices.Equal(s.Ignored, []string{"inutile"}) || s.Has("consent") {
		t.Fatal(s, faults)
	}
	if got := s.Rows[0].Texts("address"); !slices.Equal(got, []string{"lea@example.fr", "lea@example.org"}) {
		t.Errorf("addresses %q", got)
	}
	if f := s.Rows[1].Fault("address", "wrong"); f.Error() != "x.csv:6:5: wrong" {
		t.Error(f)
	}
	if f := s.Rows[1].Fault("consent", "none"); f.Error() != "x.csv:6:1: none" || s.Rows[0].Line() != 3 {
		t.Error(f)
	}
}

func TestFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "x.csv: the file has no first line; accepted: name,address",
		"nom\n":               "x.csv:1:1: no column is called address; accepted: address, adresse, adresse e-mail",
		"nom,name,adresse\n":  `x.csv:1:5: a second column is called name, as "name"; keep one`,
		"nom,adresse\nA\"b,c": `x.csv:2:2: a quotation mark is missing or out of place; accepted: a value that holds one stands between "…", with "" inside`,
	} {
		_, faults := sheet.Read("x.csv", []byte(text), columns)
		if len(faults) != 1 || faults[0].Error() != want {
			t.Errorf("%q: %v, want %s", text, faults, want)
		}
	}
	s, faults := sheet.Read("x.csv", []byte("nom,adresse\nA\"b,c\nTom,t@example.fr\n"), columns)
	if len(faults) != 1 || len(s.Rows) != 1 || s.Rows[0].Text("name") != "Tom" {
		t.Errorf("a row after a faulty one: %v, %v", s, faults)
	}
}

func TestDates(t *testing.T) {
	paris, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 3, 1, 0, 0, 0, 0, paris)
	for _, text := range []string{"2026-03-01", "01/03/2026", "1/3/2026", "01.03.2026", "1er mars 2026", "1 Mars 2026", "2026/03/01", "2026-02-28T23:00:00Z"} {
		if got, err := sheet.Date(text, paris); err != nil || !got.Equal(day) {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
	if got, err := sheet.Date("01/03/2026  14:30", paris); err != nil || got.Hour() != 14 {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"", "someday", "31/02/2026", "30 février 2026", "2026", "3/2026", "13/13/2026"} {
		if got, err := sheet.Date(text, paris); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// FuzzRead gives any bytes as a table: there is a sheet or a fault, and every
// fault is at a place in the file.
func FuzzRead(f *testing.F) {
	for _, encode := range encodings {
		f.Add(encode("nom;adresse\r\n\"Léa; fille\";lea@example.fr\r\n;;\r\n"))
	}
	f.Add([]byte("\""))
	f.Add([]byte("nom,adresse\n\"a\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, faults := sheet.Read("x.csv", raw, columns)
		if s == nil && len(faults) == 0 {
			t.Fatal("neither a sheet nor a fault")
		}
		lines := 2 + bytes.Count(raw, []byte("\n")) + bytes.Count(raw, []byte("\r"))
		for _, fault := range faults {
			if fault.Message == "" || fault.Line > lines {
				t.Fatalf("%v in %d lines", fault, lines)
			}
		}
		if s == nil {
			return
		}
		for _, r := range s.Rows {
			if r.Line() < 1 || r.Line() > lines {
				t.Fatalf("a row on line %d of %d", r.Line(), lines)
			}
		}
	})
}

// A value that holds the separator is told as that, and not by what it shifts.
func TestALineWithTooManyValues(t *testing.T) {
	table, faults := sheet.Read("a.csv", []byte("nom;adresse;consentement\nLéa Martin ; Noé Petit;lea@example.fr;oui\nInès;ines@example.fr;oui;;\n"), columns)
	if len(faults) != 1 || faults[0].Line != 2 || !strings.Contains(faults[0].Message, "more values than the first one has columns, 3") ||
		!strings.Contains(faults[0].Message, "';'") {
		t.Errorf("%v", faults)
	}
	if len(table.Rows) != 1 || table.Rows[0].Text("name") != "Inès" {
		t.Errorf("%+v", table.Rows)
	}
}
