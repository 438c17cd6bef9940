package document

import (
	"encoding/json"
	"strings"
	"testing"
)

// ole makes the head of a compound file that holds a stream of some name.
func ole(stream string) []byte {
	b := []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600))
	for _, r := range stream {
		b = append(b, byte(r), 0)
	}
	return b
}

func TestRead(t *testing.T) {
	docx := makeDOCX(t, wp("", "Bonjour à tous"))
	deep := strings.Repeat("<w:ins>", MaxDepth+10)
	for _, test := range []struct {
		name, file, declared string
		data                 []byte
		is                   Type
		fault                Fault
	}{
		{"docx", "a.docx", "", docx, DOCX, FaultNone},
		{"docx under another name", "a.pdf", "application/pdf", docx, DOCX, FaultNone},
		{"odt", "a.odt", "", makeODT(t, "<text:p>Bonjour</text:p>"), ODT, FaultNone},
		{"text", "a.txt", "text/plain", []byte("Bonjour"), Text, FaultNone},
		{"text of no name", "", "", []byte("Bonjour"), Text, FaultNone},
		{"windows-1252", "a.txt", "", []byte("Un \x9cuf \xe0 la coque"), Text, FaultNone},
		{"UTF-16", "a.txt", "", []byte("\xff\xfeU\x00n\x00"), Text, FaultNone},
		{"markdown", "a.md", "", []byte("# Titre\n\nTexte"), Markdown, FaultNone},
		{"markdown of no name", "", "", []byte("# Titre\n\n## Partie\n\nTexte"), Markdown, FaultNone},
		{"html", "a.html", "", []byte("<!DOCTYPE html><p>Bonjour"), HTML, FaultNone},
		{"html called doc", "a.doc", "", []byte("<html><body><p>Bonjour"), HTML, FaultNone},

		{"pdf", "a.pdf", "", []byte("%PDF-1.7\n"), PDF, FaultType},
		{"pdf called docx", "a.docx", "", []byte("\n%PDF-1.7\n"), PDF, FaultType},
		{"rtf", "a.doc", "", []byte(`{\rtf1 x}`), RTF, FaultNone},
		{"rtf cut short", "a.rtf", "", []byte(`{\rtf1 x{\b y`), RTF, FaultBroken},
		{"deep rtf", "a.rtf", "", []byte(`{\rtf1 x` + strings.Repeat("{", MaxDepth)), RTF, FaultTooLarge},
		{"doc", "a.doc", "", makeDOC(docParts{text: "Bonjour\r"}), DOC, FaultNone},
		{"doc encrypted", "a.doc", "", makeDOC(docParts{text: "Bonjour\r", flags: 0x100}), DOC, FaultEncrypted},
		{"doc of Word 95", "a.doc", "", makeDOC(docParts{text: "Bonjour\r", version: 0x68}), DOC, FaultType},
		{"doc of Word 2", "a.doc", "", []byte("\xdb\xa5\x2d\x00"), DOC, FaultType},
		{"doc without its streams", "a.doc", "", ole("WordDocument"), DOC, FaultBroken},
		{"doc cut short", "a.doc", "", makeDOC(docParts{text: strings.Repeat("Bonjour ", 900)})[:4096], DOC, FaultBroken},
		{"xls", "a.xls", "", ole("Workbook"), Other, FaultType},
		{"xlsx", "a.xlsx", "", zipped(t, "xl/workbook.xml", "<x/>"), Other, FaultType},
		{"pages", "a.pages", "", zipped(t, "Index/Document.iwa", "x"), Other, FaultType},
		{"publisher", "a.pub", "", ole("Quill"), Other, FaultType},
		{"an Outlook message", "a.msg", "", ole("__substg1.0_"), Mail, FaultType},
		{"a message", "", "message/rfc822", []byte("Subject: x\n\nx"), Mail, FaultType},
		{"a message saved", "a.eml", "", []byte("Subject: x\n\nx"), Mail, FaultType},
		{"docm", "a.docm", "", zipped(t, "word/document.xml", `<d><body><p><r><t>x</t></r></p></body></d>`, "word/vbaProject.bin", "x"), DOCX, FaultNone},
		{"dotx", "a.dotx", "", docx, DOCX, FaultNone},
		{"ott", "a.ott", "", zipped(t, "mimetype", "application/vnd.oasis.opendocument.text-template", "content.xml", `<d><body><text><p>x</p></text></body></d>`), ODT, FaultNone},
		{"fodt", "a.fodt", "", []byte(flatODT(`<text:p>x</text:p>`)), ODT, FaultNone},
		{"fodt called xml", "a.xml", "", []byte("\xef\xbb\xbf" + flatODT(`<text:p>x</text:p>`)), ODT, FaultNone},
		{"Word in xml", "a.xml", "", []byte(`<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>`), Other, FaultType},
		{"zip of one", "a.zip", "", zipped(t, "b/a.txt", "x", "__MACOSX/b/._a.txt", "x", "b/", "", "logo.png", "\x89PNG\r\n\x1a\n"), Text, FaultNone},
		{"zip of two", "a.zip", "", zipped(t, "a.txt", "x", "a.docx", string(docx)), Other, FaultSeveral},
		{"zip of none", "a.zip", "", zipped(t, "a.csv", "x"), Other, FaultType},
		{"zip of nothing", "a.zip", "", zipped(t), Other, FaultType},
		{"zip of a zip", "a.zip", "", zipped(t, "b.docx", string(zipped(t, "a.docx", string(docx)))), Other, FaultType},
		{"zip of one damaged", "a.zip", "", zipped(t, "a.docx", string(docx[:len(docx)/2])), DOCX, FaultBroken},
		{"zip of pages", "a.zip", "", zipped(t, "a.pages/Index/Document.iwa", "x"), Other, FaultType},
		{"bomb in a zip", "a.zip", "", zipped(t, "a.txt", strings.Repeat(" ", 30<<20)), Other, FaultTooLarge},
		{"calendar", "a.ics", "text/calendar", []byte("BEGIN:VCALENDAR\n"), Other, FaultType},
		{"binary", "a.txt", "text/plain", []byte("a\x00b"), Other, FaultType},

		{"png", "a.docx", "", []byte("\x89PNG\r\n\x1a\n"), Picture, FaultNone},
		{"jpeg", "a.jpg", "", []byte("\xff\xd8\xff\xe0"), Picture, FaultNone},
		{"svg", "a.svg", "", []byte(`<svg xmlns="x"/>`), Picture, FaultNone},

		{"encrypted", "a.docx", "", ole("EncryptedPackage"), DOCX, FaultEncrypted},
		{"nothing", "a.docx", "", nil, DOCX, FaultEmpty},
		{"blank", "a.txt", "", []byte(" \n"), Text, FaultEmpty},
		{"no word", "a.docx", "", makeDOCX(t, wp("", " ")), DOCX, FaultEmpty},
		{"a scan", "a.docx", "", makeDOCX(t, `<w:p><w:r><w:drawing><a:blip/></w:drawing></w:r></w:p>`), DOCX, FaultEmpty},
		{"cut short", "a.docx", "", docx[:len(docx)/2], DOCX, FaultBroken},
		{"no main part", "a.docx", "", zipped(t, "word/styles.xml", "<x/>"), DOCX, FaultBroken},
		{"not well-formed", "a.docx", "", zipped(t, "word/document.xml", "<a><b></a>"), DOCX, FaultBroken},
		{"unfinished", "a.docx", "", zipped(t, "word/document.xml", "<a><b>"), DOCX, FaultBroken},
		{"an entity", "a.docx", "", zipped(t, "word/document.xml", `<!DOCTYPE a [<!ENTITY x "xx">]><a><p><r><t>&x;</t></r></p></a>`), DOCX, FaultBroken},
		{"deep", "a.docx", "", makeDOCX(t, deep), DOCX, FaultTooLarge},
		{"a bomb", "a.docx", "", zipped(t, "word/document.xml", "<a>"+strings.Repeat(" ", 30<<20)+"</a>"), DOCX, FaultTooLarge},
		{"a bomb in ODT", "a.odt", "", zipped(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<a>"+strings.Repeat(" ", 30<<20)+"</a>"), ODT, FaultTooLarge},
		{"much text", "a.txt", "", []byte(strings.Repeat("mot ", MaxText/4+1)), Text, FaultTooLarge},
		{"many parts", "a.docx", "", []byte("PK\x03\x04" + strings.Repeat("PK\x01\x02", MaxEntries+1)), DOCX, FaultTooLarge},
		{"deep html", "a.html", "", []byte("<html>" + strings.Repeat("<div>", 600)), HTML, FaultTooLarge},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := Read(test.file, test.declared, test.data)
			if d.Type != test.is || d.Fault != test.fault {
				t.Errorf("got %s, fault %q (%s); want %s, fault %q", d.Type, d.Fault, d.Error, test.is, test.fault)
			}
			if got := Sniff(test.file, test.declared, test.data); got != test.is {
				t.Errorf("Sniff says %s", got)
			}
			if (d.Error == "") != (d.Fault == FaultNone) {
				t.Errorf("fault %q with error %q", d.Fault, d.Error)
			}
			if want := test.fault == FaultNone && test.is != Picture; d.Readable() != want {
				t.Errorf("readable: %t", !want)
			}
			if out, err := json.Marshal(d); err != nil || strings.Contains(string(out), "null") {
				t.Errorf("%s, %v", out, err)
			}
		})
	}
}

func TestZip(t *testing.T) {
	inner := makeDOCX(t, wp("", "Bonjour à tous"))
	d := Read("envoi.zip", "", zipped(t, "dossier/re\x87u\x1b.docx", string(inner)))
	plain := Read("a.docx", "", inner)
	if d.File != "envoi.zip/reçu.docx" || d.Text != plain.Text || d.SHA256 != plain.SHA256 {
		t.Errorf("%q: %q, %s", d.File, d.Text, d.SHA256)
	}
	if d := Read("envoi.zip", "", zipped(t, "b.docx", string(inner), "a.odt", string(makeODT(t, "")))); !strings.Contains(d.Error, "a.odt, b.docx") || d.File != "envoi.zip" {
		t.Errorf("%q: %s", d.File, d.Error)
	}
}

// TestNamed holds what an answer needs to name the fix.
func TestNamed(t *testing.T) {
	for named, d := range map[string]Document{
		"pages":     Read("a.pages", "", zipped(t, "Index/Document.iwa", "x")),
		"keynote":   Read("a.key", "", zipped(t, "Index/Document.iwa", "x")),
		"publisher": Read("a.pub", "", ole("Quill")),
		"xlsx":      Read("a.xls", "", ole("Workbook")),
		"pptx":      Read("a.pptx", "", zipped(t, "ppt/presentation.xml", "x")),
		"ods":       Read("a.ods", "", zipped(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet")),
		"mail":      Read("", "message/rfc822", []byte("Subject: x")),
		"zip":       Read("a.zip", "", zipped(t, "a.docx", "PK\x05\x06"+strings.Repeat("\x00", 18))),
		"scan":      Read("a.docx", "", makeDOCX(t, `<w:p><w:r><w:drawing><a:blip/></w:drawing></w:r></w:p>`)),
		"":          Read("a.txt", "", []byte("x")),
	} {
		if d.Named != named || d.Error != fixes[named] {
			t.Errorf("%s: named %q, %q", named, d.Named, d.Error)
		}
	}
}

func TestSameText(t *testing.T) {
	text := "Une ville à refaire\n\nPar Jeanne Delmas\n\n" + prose(300)
	docx := Read("a.docx", "", makeDOCX(t, wp("Titre", "Une ville à refaire")+wp("", "Par Jeanne Delmas")+wp("", prose(300))))
	for _, test := range []struct {
		name string
		with Document
		want bool
	}{
		{"txt", Read("a.txt", "", []byte(text)), true},
		{"a longer one", Read("a.txt", "", []byte(text+"\n\n"+prose(100))), false},
		{"another", Read("a.txt", "", []byte(strings.Repeat("Rien de commun avec cela. ", 60))), false},
		{"one not read", Read("a.pdf", "", []byte("%PDF-1.4")), false},
	} {
		if got := SameText(docx, test.with); got != test.want {
			t.Errorf("%s: %t", test.name, got)
		}
	}
}

func TestCountWords(t *testing.T) {
	for _, test := range []struct {
		text string
		want int
	}{
		{"", 0},
		{"c’est-à-dire un e-mail", 3},
		{"Quoi\u00a0? Rien\u202f! « Bon »", 3},
		{"mot—mot – mot", 3},
		{"12\u202f000 € en 2025", 4},
		{"* - … •", 0},
		{"et/ou l'eau", 2},
		{"日本 и мир", 3},
	} {
		if got := countWords(test.text); got != test.want {
			t.Errorf("%q: %d words, want %d", test.text, got, test.want)
		}
	}
}
