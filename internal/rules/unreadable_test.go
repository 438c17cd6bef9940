package rules

import (
	"reflect"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
)

// TestEveryCauseHasWords: the rules that ship say of every cause what it is and how
// to repair it, in each language, on one file and on two, and a receipt has room for it.
func TestEveryCauseHasWords(t *testing.T) {
	set := loadShipped(t)
	for _, kind := range unreadableKinds() {
		for _, lang := range set.Desk.Languages {
			words, ok := set.unreadable[kind][lang]
			if !ok {
				t.Errorf("nothing is said of %s in %s", kind, lang)
				continue
			}
			for _, files := range [][]string{{"texte.docx"}, {"texte.docx", "annexe.odt"}} {
				data := unreadData(lang, files, "Google Docs")
				said := desk.Finding{Message: say(words.says, data, ""), Repair: say(words.repair, data, "")}
				if said.Message == "" || said.Repair == "" || len(said.Message) > 500 || len(said.Repair) > 500 {
					t.Errorf("%s in %s: %q, %q", kind, lang, said.Message, said.Repair)
				}
				if lang == "fr" {
					checkTypography(t, said)
				}
			}
		}
	}
}

// TestKindsInSchema: the schema lists every cause, and no other.
func TestKindsInSchema(t *testing.T) {
	field, _ := reflect.TypeFor[causeFile]().FieldByName("Kinds")
	if want := strings.Join(unreadableKinds(), ","); field.Tag.Get("enum") != want {
		t.Errorf("the schema lists %s, want %s", field.Tag.Get("enum"), want)
	}
}

// TestCauses: files of one cause are told together, those of several one after the
// other, and never more than a screen of them.
func TestCauses(t *testing.T) {
	set := loadShipped(t)
	unread := func(file, named string, fault document.Fault) document.Document {
		return document.Document{File: file, Type: document.Other, Error: "not read", Fault: fault, Named: named}
	}
	pages, rar := unread("a.pages", "pages", document.FaultType), unread("b.rar", "rar", document.FaultType)
	locked, scan := unread("c.pdf", "", document.FaultEncrypted), unread("d.pdf", "scan", document.FaultScan)
	for _, tt := range []struct {
		name     string
		docs     []document.Document
		pictures int
		result   desk.Result
		says     []string
	}{
		{"one", []document.Document{pages}, 0, desk.Unknown, []string{"a.pages", "document Pages", "Exporter vers > Word"}},
		{"two of one cause", []document.Document{scan, unread("e.pdf", "scan", document.FaultScan)}, 0, desk.Unknown, []string{"d.pdf", " et ", "e.pdf", "contiennent"}},
		{"two causes", []document.Document{rar, locked}, 0, desk.Unknown, []string{"b.rar", "archive", "c.pdf", "mot de passe", "sans cocher"}},
		{"too many causes", []document.Document{rar, locked, scan, pages}, 0, desk.Unknown, []string{"pas pu lire", "b.rar", "a.pages"}},
		{"a type without a name", []document.Document{unread("f.bin", "a binary file", document.FaultType)}, 0, desk.Unknown, []string{"f.bin", "d’un type"}},
		{"a photograph", []document.Document{{File: "p.jpg", Type: document.Picture}}, 1, desk.Unknown, []string{"p.jpg", "photographié"}},
		{"a picture shown in the body", []document.Document{{File: "p.jpg", Type: document.Picture}}, 0, desk.Fail, []string{"aucun texte"}},
		{"a link", []document.Document{unread("https://1drv.ms/w/x", "OneDrive", document.FaultOnline)}, 0, desk.Fail, []string{"lien vers OneDrive", "Téléchargez-le"}},
	} {
		r := set.Validate(Submission{Format: "baratin", Documents: tt.docs, AttachedPictures: tt.pictures}, "fr")
		f := find(t, r, "readable")
		if f.Result != tt.result {
			t.Errorf("%s: %s, want %s", tt.name, f.Result, tt.result)
		}
		for _, want := range tt.says {
			if !strings.Contains(inOrdinarySpaces(f).Message+inOrdinarySpaces(f).Repair, want) {
				t.Errorf("%s: %q %q does not say %q", tt.name, f.Message, f.Repair, want)
			}
		}
	}
}

// TestWithoutUnreadable: a folder without unreadable.yaml says the general sentence.
func TestWithoutUnreadable(t *testing.T) {
	files := copyOfShipped(t)
	delete(files, unreadableName)
	set, err := Load(files)
	if err != nil {
		t.Fatal(err)
	}
	locked := []document.Document{{File: "a.pdf", Type: document.PDF, Error: "x", Fault: document.FaultEncrypted}}
	f := find(t, set.Validate(Submission{Format: "baratin", Documents: locked}, "en"), "readable")
	if want := "We could not read “a.pdf”; an editor will look at it."; f.Message != want || f.Repair != "" {
		t.Errorf("%+v", f)
	}
}
