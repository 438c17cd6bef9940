package rules

import (
	"slices"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/document"
)

func TestChooseText(t *testing.T) {
	letter := func(words int) document.Document {
		return document.Document{Type: document.Body, Words: words, WordsTotal: words, Text: strings.Repeat("lettre ", words)}
	}
	text := func(file string, is document.Type, words int, said string) document.Document {
		return document.Document{File: file, Type: is, Words: words, WordsTotal: words, Text: strings.Repeat(said+" ", words)}
	}
	unread := func(file string, is document.Type, fault document.Fault) document.Document {
		return document.Document{File: file, Type: is, Error: "it cannot be read", Fault: fault}
	}
	beside := func(file, named string) document.Document {
		return document.Document{File: file, Type: document.Other, Error: "it cannot be read", Fault: document.FaultType, Named: named}
	}
	online1 := document.Document{File: "https://1drv.ms/x", Type: document.Other, Error: "a link", Fault: document.FaultOnline, Named: "OneDrive"}
	note := func(words int) document.Document {
		d := letter(words)
		d.Text = "Bonjour,\nvoici mon texte sur la ville.\n" + d.Text
		return d
	}
	forwarded := letter(200)
	forwarded.File = "m.eml"
	docx := text("a.docx", document.DOCX, 40, "texte")
	for _, tt := range []struct {
		name  string
		docs  []document.Document
		doubt doubt
		files string // of the text, or of the doubt

		pictures int // attached
	}{
		{"nothing", nil, noText, "", 0},
		{"an empty body", []document.Document{unread("", document.Body, document.FaultEmpty)}, noText, "", 0},
		{"a picture", []document.Document{{File: "a.jpg", Type: document.Picture}}, noText, "", 0},
		{"a short body alone is no text", []document.Document{letter(6)}, noText, "", 0},
		{"an attachment before a long body", []document.Document{docx, letter(500)}, certain, "a.docx", 0},
		{"a body beside a picture", []document.Document{{File: "a.jpg", Type: document.Picture}, letter(300)}, certain, "", 0},
		{"a body beside a signature", []document.Document{unread("smime.p7s", document.Other, document.FaultType), letter(300)}, certain, "", 0},
		{"a footer is no text beside a body", []document.Document{text("ATT00001.txt", document.Text, 9, "pied"), letter(300)}, certain, "", 0},
		{"a footer is no text beside a file", []document.Document{docx, text("ATT00001.txt", document.Text, 9, "pied")}, certain, "a.docx", 0},
		{"an empty plain file", []document.Document{unread("ATT00001.txt", document.Text, document.FaultEmpty), letter(300)}, certain, "", 0},
		{"a short plain file before a short body", []document.Document{text("a.txt", document.Text, 60, "texte"), letter(20)}, certain, "a.txt", 0},
		{"a plain file of 100 words before a long body", []document.Document{text("a.txt", document.Text, 100, "texte"), letter(300)}, certain, "a.txt", 0},
		{"one text in two types", []document.Document{text("a.txt", document.Text, 200, "texte"), text("a.odt", document.ODT, 200, "texte")}, certain, "a.odt", 0},
		{"two texts", []document.Document{docx, text("b.docx", document.DOCX, 40, "autre")}, twoTexts, "a.docx, b.docx", 0},
		{"two files of one type that differ by a word", []document.Document{text("a.docx", document.DOCX, 400, "texte"), text("b.docx", document.DOCX, 401, "texte")}, twoTexts, "a.docx, b.docx", 0},
		{"one file twice", []document.Document{docx, docx}, certain, "a.docx", 0},
		{"the third differs", []document.Document{docx, docx, text("b.docx", document.DOCX, 40, "autre")}, twoTexts, "a.docx, a.docx, b.docx", 0},
		{"a file not read", []document.Document{unread("a.pdf", document.PDF, document.FaultType)}, unreadable, "a.pdf", 0},
		{"a file not read beside a long body", []document.Document{unread("a.pdf", document.PDF, document.FaultType), letter(500)}, unreadable, "a.pdf", 0},
		{"a file not read beside one read", []document.Document{docx, unread("a.pdf", document.PDF, document.FaultType)}, unreadable, "a.pdf", 0},
		{"a broken file", []document.Document{unread("a.docx", document.DOCX, document.FaultBroken)}, unreadable, "a.docx", 0},
		{"a document without a word may be a scan", []document.Document{unread("a.docx", document.DOCX, document.FaultEmpty), letter(300)}, unreadable, "a.docx", 0},
		{"an unknown type", []document.Document{unread("a.pages", document.Other, document.FaultType), letter(20)}, unreadable, "a.pages", 0},
		{"what a mail program wraps", []document.Document{unread("winmail.dat", document.Other, document.FaultType)}, unreadable, "winmail.dat", 0},
		{"a picture attached", []document.Document{{File: "a.jpg", Type: document.Picture}, letter(6)}, unreadable, "a.jpg", 1},
		{"a picture beside a text", []document.Document{{File: "a.jpg", Type: document.Picture}, docx}, certain, "a.docx", 1},
		{"a link", []document.Document{letter(6), online1}, online, "https://1drv.ms/x", 0},
		{"a spreadsheet beside a text", []document.Document{docx, beside("a.xlsx", "xlsx")}, certain, "a.docx", 0},
		{"a spreadsheet alone", []document.Document{beside("a.xlsx", "xlsx"), letter(6)}, unreadable, "a.xlsx", 0},
		{"a lock file beside a body", []document.Document{beside("~$a.docx", "lock"), letter(300)}, certain, "", 0},
		{"a long note beside a link", []document.Document{note(120), online1}, online, "https://1drv.ms/x", 0},
		{"a long note beside a photograph", []document.Document{{File: "a.jpg", Type: document.Picture}, note(120)}, unreadable, "a.jpg", 1},
		{"a long note alone", []document.Document{note(120)}, certain, "", 0},
		{"a text that greets", []document.Document{note(400), online1}, certain, "", 0},
		{"a lock file alone", []document.Document{beside("~$a.docx", "lock")}, unreadable, "~$a.docx", 0},
		{"a forwarded mail's text", []document.Document{forwarded, letter(6)}, certain, "m.eml", 0},
		{"the sender's own text before a forwarded mail's", []document.Document{forwarded, letter(200)}, certain, "", 0},
	} {
		got := chooseText(tt.docs, tt.pictures)
		if got.doubt != tt.doubt || got.file() != tt.files {
			t.Errorf("%s: doubt %d, %q; want %d, %q", tt.name, got.doubt, got.file(), tt.doubt, tt.files)
		}
		if got.doubt != certain && (got.text.Words != 0 || got.text.File != "") {
			t.Errorf("%s: a doubt with the text %+v", tt.name, got.text)
		}
	}
}

func TestCouldBeText(t *testing.T) {
	var could []string
	for _, d := range []document.Document{
		{File: "body99", Type: document.Body, Words: 99, WordsTotal: 99},
		{File: "body100", Type: document.Body, Words: 100, WordsTotal: 100},
		{File: "a.docx", Type: document.DOCX, Words: 5, WordsTotal: 5},
		{File: "a.pdf", Type: document.PDF, Error: "not read", Fault: document.FaultType},
		{File: "a.zip", Type: document.Other, Error: "not read", Fault: document.FaultType},
		{File: "Card.VCF", Type: document.Other, Error: "not read", Fault: document.FaultType},
		{File: "a.png", Type: document.Picture},
		{File: "https://1drv.ms/x", Type: document.Other, Error: "a link", Fault: document.FaultOnline},
		{File: "short.txt", Type: document.Text, Words: 99, WordsTotal: 99},
	} {
		if CouldBeText(d) {
			could = append(could, d.File)
		}
	}
	if want := []string{"body100", "a.docx", "a.pdf", "a.zip"}; !slices.Equal(could, want) {
		t.Errorf("could be texts: %v, want %v", could, want)
	}
}
