package main

import (
	"archive/zip"
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// kinds are the endings of the files that are made.
var kinds = []string{"pdf", "docx", "odt", "rtf", "html"}

// makeDocuments writes so many documents of each kind, or takes those that stand in
// the folder from the last time.
func makeDocuments(folder string, count int, seed uint64) (map[string][]string, error) {
	files := map[string][]string{}
	for i := range count {
		for _, kind := range kinds {
			files[kind] = append(files[kind], filepath.Join(folder, fmt.Sprintf("%d-%03d.%s", seed, i, kind)))
		}
	}
	if _, err := os.Stat(files["pdf"][count-1]); err == nil {
		return files, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	w := writer{rand.New(rand.NewPCG(seed, 0))}
	for i := range count {
		e := w.essay()
		for kind, made := range map[string]func(essay) ([]byte, error){"docx": makeDOCX, "odt": makeODT, "rtf": makeRTF, "html": makeHTML} {
			data, err := made(e)
			if err == nil {
				err = os.WriteFile(files[kind][i], data, 0o644)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return files, makePDFs(folder, files["docx"])
}

// makePDFs has LibreOffice save the documents as PDF, with a profile of its own.
func makePDFs(folder string, files []string) error {
	profile, err := os.MkdirTemp("", "bench-read-office-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile) //nolint:errcheck // a temporary folder
	fmt.Fprintln(os.Stderr, "LibreOffice makes the PDFs…")
	args := append([]string{"-env:UserInstallation=file://" + profile, "--headless", "--convert-to", "pdf", "--outdir", folder}, files...)
	if said, err := exec.Command("soffice", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("soffice: %w: %s", err, said)
	}
	return nil
}

var xmlText = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

const word = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`

func makeDOCX(e essay) ([]byte, error) {
	var body, notes strings.Builder
	count := 0
	add := func(style, text, note string) {
		fmt.Fprintf(&body, `<w:p><w:pPr><w:pStyle w:val="%s"/></w:pPr><w:r><w:t xml:space="preserve">%s</w:t></w:r>`, style, xmlText.Replace(text))
		if note != "" {
			count++
			fmt.Fprintf(&body, `<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="%d"/></w:r>`, count)
			fmt.Fprintf(&notes, `<w:footnote w:id="%d"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/></w:pPr><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> %s</w:t></w:r></w:p></w:footnote>`, count, xmlText.Replace(note))
		}
		body.WriteString(`</w:p>`)
	}
	e.walk(add)
	return zipOf(
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/footnotes.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"/></Types>`,
		"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes" Target="footnotes.xml"/></Relationships>`,
		"word/styles.xml", `<w:styles `+word+`><w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after="160"/></w:pPr></w:pPrDefault></w:docDefaults>`+
			`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>`+
			`<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:rPr><w:sz w:val="48"/></w:rPr></w:style>`+
			`<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="30"/></w:rPr></w:style>`+
			`<w:style w:type="paragraph" w:styleId="FootnoteText"><w:name w:val="footnote text"/><w:rPr><w:sz w:val="18"/></w:rPr></w:style></w:styles>`,
		"word/footnotes.xml", `<w:footnotes `+word+`>`+notes.String()+`</w:footnotes>`,
		"word/document.xml", `<w:document `+word+`><w:body>`+body.String()+`<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>`,
	)
}

// walk gives every paragraph of the text with its style.
func (e essay) walk(add func(style, text, note string)) {
	add("Title", e.title, "")
	add("Normal", "Par "+e.author, "")
	for _, p := range e.parts {
		add("Heading1", p.heading, "")
		for _, t := range p.paragraphs {
			add("Normal", t.text, t.note)
		}
	}
	add("Heading1", "Bibliographie", "")
	for _, s := range e.sources {
		add("Normal", s, "")
	}
}

func makeODT(e essay) ([]byte, error) {
	var body strings.Builder
	count := 0
	e.walk(func(style, text, note string) {
		open, end := `<text:p text:style-name="`+style+`">`, "</text:p>"
		if style == "Heading1" {
			open, end = `<text:h text:outline-level="1">`, "</text:h>"
		}
		body.WriteString(open + xmlText.Replace(text))
		if note != "" {
			count++
			fmt.Fprintf(&body, `<text:note text:id="n%d" text:note-class="footnote"><text:note-citation>%d</text:note-citation><text:note-body><text:p>%s</text:p></text:note-body></text:note>`, count, count, xmlText.Replace(note))
		}
		body.WriteString(end)
	})
	const names = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"`
	return zipOf(
		"mimetype", "application/vnd.oasis.opendocument.text",
		"META-INF/manifest.xml", `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>`,
		"styles.xml", `<office:document-styles `+names+`><office:styles/></office:document-styles>`,
		"content.xml", `<office:document-content `+names+`><office:body><office:text>`+body.String()+`</office:text></office:body></office:document-content>`,
	)
}

func makeRTF(e essay) ([]byte, error) {
	var b strings.Builder
	b.WriteString(`{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0 Times New Roman;}}` + "\n")
	e.walk(func(style, text, note string) {
		look := map[string]string{"Title": `\fs48`, "Heading1": `\outlinelevel0\b\fs30`}[style]
		fmt.Fprintf(&b, `{\pard%s %s`, look, rtfText(text))
		if note != "" {
			fmt.Fprintf(&b, `{\super\chftn{\footnote\pard\plain\fs18 {\super\chftn} %s}}`, rtfText(note))
		}
		b.WriteString("\\par}\n")
	})
	b.WriteString("}")
	return []byte(b.String()), nil
}

func rtfText(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case strings.ContainsRune(`\{}`, r):
			b.WriteString(`\` + string(r))
		case r < 128:
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, `\u%d?`, r)
		}
	}
	return b.String()
}

func makeHTML(e essay) ([]byte, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "<!DOCTYPE html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>%s</title></head><body>\n", xmlText.Replace(e.title))
	e.walk(func(style, text, _ string) {
		tag := map[string]string{"Title": "h1", "Heading1": "h2", "Normal": "p"}[style]
		fmt.Fprintf(&b, "<%s>%s</%s>\n", tag, xmlText.Replace(text), tag)
	})
	b.WriteString("</body></html>\n")
	return []byte(b.String()), nil
}

// zipOf packs parts, given as names and contents in turn.
func zipOf(parts ...string) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		method := zip.Deflate
		if parts[i] == "mimetype" {
			method = zip.Store
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: parts[i], Method: method})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(parts[i+1])); err != nil {
			return nil, err
		}
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
