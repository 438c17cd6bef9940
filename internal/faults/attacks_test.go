package faults

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
)

// attack is a mail that is meant to hurt whoever reads it.
type attack struct {
	name string
	raw  []byte
}

// attacks are our own, on depth, size, headers and encodings.
func attacks() []attack {
	long := func(s string, n int) string { return strings.Repeat(s, n) }
	list := []attack{
		{"nothing at all", []byte("\r\n")},
		{"one byte", []byte("x")},
		{"a body without a header", []byte("\r\nBonjour\r\n")},
		{"a header without an end", []byte("From: a@example.fr\r\nSubject: Baratin")},
		{"zeros", append(front("Baratin"), append([]byte("\r\n"), make([]byte, 100_000)...)...)},
		{"no line end", append(front("Baratin"), []byte("\r\n"+long("a", 5_000_000))...)},
		{"bare carriage returns", []byte("From: a@example.fr\rSubject: Baratin\r\rUn texte\r")},
		{"a mailbox file's line", append([]byte("From a@example.fr Mon Mar  2 08:00:00 2026\r\n"), simple("Baratin", "Un texte.")...)},
		{"every byte", append(append(front("Baratin"), "\r\n"...), everyByte(200)...)},
		{"a subject of a megabyte", simple(long("Baratin ", 130_000), "Un texte.")},
		{"a folded subject of 50,000 lines", simple("Baratin"+long("\r\n x", 50_000), "Un texte.")},
		{"encoded words without end", simple(long("=?utf-8?Q?=C3=A9?= ", 50_000), "Un texte.")},
		{"encoded words within encoded words", simple(long("=?utf-8?Q?=3D?=", 20_000), "Un texte.")},
		{"an encoded word that never closes", simple("=?utf-8?B?"+long("QUFB", 100_000), "Un texte.")},
		{"UTF-7 in a subject", simple("=?utf-7?Q?+AEIAYQByAGEAdABpAG4-?=", "Un texte.")},
		{"an unknown charset", simple("=?x-nonsense?B?QmFyYXRpbg==?=", "Un texte.")},
		{"100,000 header lines", append(headers(100_000, "X-%d: a\r\n"), "\r\nUn texte.\r\n"...)},
		{"10,000 lines of Received", append(headers(10_000, "Received: from x%d by mx.example.org; Mon, 02 Mar 2026 08:40:09 +0100\r\n"), "\r\nUn texte.\r\n"...)},
		{"header lines without a colon", append(headers(20_000, "nonsense %d\r\n"), "\r\nUn texte.\r\n"...)},
		{"50,000 references", append([]byte("References: "+long("<a@example.fr>\r\n ", 50_000)+"\r\n"), simple("Re: Baratin", "Un texte.")...)},
		{"10,000 senders", append([]byte("From: "+long("a@example.fr, ", 10_000)+"b@example.fr\r\n"), "Subject: Baratin\r\n\r\nUn texte.\r\n"...)},
		{"a sender of nested comments", append([]byte("From: "+long("(", 50_000)+"a@example.fr"+long(")", 50_000)+"\r\n"), "Subject: Baratin\r\n\r\nUn texte.\r\n"...)},
		{"a sender of quotes", append([]byte("From: "+long(`"\"`, 30_000)+" <a@example.fr>\r\n"), "Subject: Baratin\r\n\r\nUn texte.\r\n"...)},
		{"authentication results of a megabyte", append([]byte("Authentication-Results: mx.example.org; "+long("dkim=pass; ", 100_000)+"\r\n"), simple("Baratin", "Un texte.")...)},
		{"quoted-printable soft breaks alone", typed("text/plain", "quoted-printable", long("=\r\n", 300_000))},
		{"broken quoted-printable", typed("text/plain", "quoted-printable", long("=ZZ=", 200_000))},
		{"base64 junk", typed("text/plain", "base64", long("!?=\r\n", 200_000))},
		{"uuencode without an end", typed("text/plain", "x-uuencode", "begin 644 a.docx\r\n"+long("M"+long("#", 60)+"\r\n", 20_000))},
		{"HTML 100,000 deep", typed("text/html", "8bit", long("<div>", 100_000))},
		{"HTML tables 3,000 deep", typed("text/html", "8bit", long("<table><tr><td>", 3_000))},
		{"HTML of attributes", typed("text/html", "8bit", "<a "+long("x=y ", 500_000)+">")},
		{"HTML entities", typed("text/html", "8bit", long("&amp;&lt;&#x1F600;", 100_000))},
		{"quotes 10,000 deep", typed("text/plain", "8bit", long(long(">", 10_000)+" a\r\n", 100))},
		{"a text of 30 MB", typed("text/plain; charset=utf-8", "8bit", long("Une ligne de prose ordinaire et sans fin.\r\n", 720_000))},
		{"parts 1,000 deep", nested(1_000)},
		{"20,000 parts", parts(20_000)},
		{"a boundary of nothing", typed(`multipart/mixed; boundary=""`, "7bit", "--\r\n\r\na\r\n--\r\n")},
		{"a boundary of 10 kB", typed(`multipart/mixed; boundary="`+long("b", 10_000)+`"`, "7bit", "--"+long("b", 10_000)+"\r\n\r\na\r\n")},
		{"boundaries that begin alike", alike(300)},
		{"mails within mails", within(200)},
		{"20,000 parameters", typed("text/plain"+long("; a=b", 20_000), "8bit", "Un texte.")},
		{"a file name in 5,000 pieces", pieces(5_000)},
		{"TNEF of noise", attachment("winmail.dat", "application/ms-tnef", append([]byte{0x78, 0x9f, 0x3e, 0x22}, everyByte(400)...))},
		{"an RTF 100,000 deep", attachment("texte.rtf", "application/rtf", []byte(`{\rtf1 `+long("{", 100_000)))},
		{"a PDF of noise", attachment("texte.pdf", "application/pdf", append([]byte("%PDF-1.7\n"), everyByte(2_000)...))},
		{"a PDF that names itself", attachment("texte.pdf", "application/pdf", []byte("%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]>>endobj\ntrailer<</Root 1 0 R>>"))},
		{"a docx that unpacks to 300 MB", attachment("texte.docx", docxType, bomb("word/document.xml", size(3, 300)<<20))},
		{"a docx of 50,000 files", attachment("texte.docx", docxType, manyFiles(size(500, 50_000)))},
		{"a docx of XML 200,000 deep", attachment("texte.docx", docxType, packed("word/document.xml", long("<a>", 200_000)))},
		{"a docx of entities", attachment("texte.docx", docxType, packed("word/document.xml", `<!DOCTYPE a [<!ENTITY a "`+long("a", 1000)+`"><!ENTITY b "`+long("&a;", 1000)+`">]><a>`+long("&b;", 1000)+`</a>`))},
		{"a docx cut short", attachment("texte.docx", docxType, packed("word/document.xml", "<a/>")[:40])},
		{"a doc of noise", attachment("texte.doc", "application/msword", append([]byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}, everyByte(4_000)...))},
	}
	for _, verb := range []string{"Retrait", "Aide", "Suivi", "Essai baratin", "Annuler"} {
		list = append(list, attack{"a command that never ends: " + verb, simple(verb+long(" BARA-2026-0042-R", 20_000), long("BARA-2026-0042-R ", 50_000))})
	}
	return list
}

// oversize is a mail above the size limit, of which the header alone is read.
func oversize() []byte {
	return append(front(oversizeSubject), "\r\n"+strings.Repeat("Une ligne de prose ordinaire et sans fin.\r\n", 950_000)...)
}

const oversizeSubject = "Baratin : beaucoup trop grand"

const docxType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

func front(subject string) []byte {
	return []byte("From: Noé <noe@example.fr>\r\nTo: contact@example.org\r\nSubject: " + subject + "\r\n")
}

func simple(subject, body string) []byte { return append(front(subject), "\r\n"+body+"\r\n"...) }

func typed(kind, encoding, body string) []byte {
	return append(front("Baratin : une attaque"), "MIME-Version: 1.0\r\nContent-Type: "+kind+
		"\r\nContent-Transfer-Encoding: "+encoding+"\r\n\r\n"+body+"\r\n"...)
}

func headers(n int, line string) []byte {
	b := bytes.NewBuffer(front("Baratin"))
	for i := range n {
		if strings.Contains(line, "%d") {
			fmt.Fprintf(b, line, i)
		}
	}
	return b.Bytes()
}

func everyByte(times int) []byte {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return bytes.Repeat(all, times)
}

func nested(depth int) []byte {
	var b strings.Builder
	for i := range depth {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i)
	}
	return append(front("Baratin"), "MIME-Version: 1.0\r\n"+b.String()+"\r\nUn texte.\r\n"...)
}

func parts(n int) []byte {
	return typed("multipart/mixed; boundary=b", "7bit", strings.Repeat("--b\r\nContent-Type: text/plain\r\n\r\na\r\n", n)+"--b--")
}

// alike nests parts whose boundaries begin with each other.
func alike(depth int) []byte {
	var b strings.Builder
	for i := range depth {
		boundary := strings.Repeat("b", i+1)
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=%s\r\n\r\n--%s\r\n", boundary, boundary)
	}
	return append(front("Baratin"), "MIME-Version: 1.0\r\n"+b.String()+strings.Repeat("--b\r\n", 3000)...)
}

func within(depth int) []byte {
	return append(front("Baratin"), strings.Repeat("Content-Type: message/rfc822\r\n\r\nFrom: a@example.fr\r\n", depth)+"\r\nUn texte.\r\n"...)
}

func pieces(n int) []byte {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, ";\r\n name*%d*=a%%C3%%A9", i)
	}
	return typed("application/pdf"+b.String(), "base64", "JVBERi0x")
}

func attachment(name, kind string, data []byte) []byte {
	return typed("multipart/mixed; boundary=frontiere", "7bit", "--frontiere\r\nContent-Type: text/plain\r\n\r\nVoici.\r\n"+
		"--frontiere\r\nContent-Type: "+kind+"\r\nContent-Disposition: attachment; filename="+name+
		"\r\nContent-Transfer-Encoding: base64\r\n\r\n"+wrapped(data)+"\r\n--frontiere--")
}

func packed(name, text string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, _ := z.Create(name) // a buffer takes everything
	_, _ = w.Write([]byte(text))
	_ = z.Close()
	return b.Bytes()
}

func manyFiles(n int) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range n {
		_, _ = z.Create(fmt.Sprintf("word/%d.xml", i))
	}
	_ = z.Close()
	return b.Bytes()
}

// bomb packs so many bytes of one letter.
func bomb(name string, size int) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, _ := z.Create(name)
	page := bytes.Repeat([]byte("<w:p>a</w:p>"), 1<<16)
	for written := 0; written < size; written += len(page) {
		_, _ = w.Write(page)
	}
	_ = z.Close()
	return b.Bytes()
}
