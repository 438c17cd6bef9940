package workload

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/scripts/essay"
)

// letter is a mail in the making.
type letter struct {
	essay.Writer
	plan    Plan
	number  int
	mail    *Mail
	name    string
	address string
	b       strings.Builder
}

func (l *letter) write() (err error) {
	l.name, l.address = l.plan.author(l.number)
	switch l.mail.Kind {
	case Text:
		l.text()
	case Withdrawal:
		l.withdrawal()
	case Automatic:
		l.automatic()
	default:
		err = l.attached()
	}
	l.mail.Raw = []byte(l.b.String())
	return err
}

// head writes what the servers on the way and the author's program put above a mail,
// up to the fields that say how its body is written.
func (l *letter) head(from, subject, more string) {
	at := l.mail.At.Format("Mon, 02 Jan 2006 15:04:05 -0700")
	fmt.Fprintf(&l.b, `Return-Path: <%[1]s>
Delivered-To: %[2]s
Received: from %[3]s
	by imap.example.org with LMTP id %[4]x
	for <%[2]s>; %[5]s
Authentication-Results: %[3]s;
	dkim=pass header.d=example.fr header.s=s2026;
	spf=pass smtp.mailfrom=%[1]s;
	dmarc=pass header.from=example.fr
Received: from out.example.fr (out.example.fr [192.0.2.%[6]d])
	(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))
	by %[3]s (Postfix) with ESMTPS id %[4]X
	for <%[2]s>; %[5]s
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.fr; s=s2026;
	h=from:to:subject:date:message-id:mime-version:content-type;
	bh=%[7]s;
	b=%[8]s
From: %[9]s
To: %[2]s
Subject: %[10]s
Date: %[5]s
Message-ID: %[11]s
%[12]sMIME-Version: 1.0
`, l.address, Contact, Border, l.Uint64(), at, 1+l.IntN(254), l.base64(32), l.base64(256),
		from, subject, l.mail.MessageID, more)
}

func (l *letter) from() string { return encodedWord(l.name) + " <" + l.address + ">" }

// base64 is so many bytes by chance, in one line.
func (l *letter) base64(n int) string { return base64.StdEncoding.EncodeToString(l.noise(n)) }

// noise is so many bytes that do not compress.
func (l *letter) noise(n int) []byte {
	noise := make([]byte, 0, n+7)
	for len(noise) < n {
		noise = binary.LittleEndian.AppendUint64(noise, l.Uint64())
	}
	return noise[:n]
}

// format is the one that takes texts of that length.
func format(words int) string {
	switch {
	case words <= 800:
		return "Baratin"
	case words <= 2000:
		return "Baragouin"
	}
	return "Analyse"
}

// A file's picture, which brings the median mail to 25 KB: a thumbnail, a logo.
const (
	leastPicture = 4 << 10
	mostPicture  = 16 << 10
)

// attached writes a short note with the text as a file.
func (l *letter) attached() error {
	words := l.Length()
	if l.mail.Kind == PDF {
		words = 330 * (1 + l.IntN(10)) // that many pages, about
	}
	e := l.Essay(words)
	e.Author = l.name
	size := leastPicture + l.IntN(mostPicture-leastPicture)
	if large, _ := l.plan.large(l.number); large > 0 {
		size = large * 3 / 4 * 77 / 78 // in base64 with its line ends
	}
	picture := l.noise(size / 64 * 64)
	file, err := map[Kind]func(essay.Essay, []byte) ([]byte, error){DOCX: essay.DOCX, PDF: essay.PDF, ODT: essay.ODT}[l.mail.Kind](e, picture)
	if err != nil {
		return err
	}
	name := strings.ToLower(format(words)) + "." + strings.ToLower(string(l.mail.Kind))
	l.head(l.from(), encodedWord(format(words)+" : "+e.Title), "")
	boundary := fmt.Sprintf("=_%x", l.Uint64())
	fmt.Fprintf(&l.b, `Content-Type: multipart/mixed; boundary="%[1]s"

--%[1]s
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour,

Vous trouverez ci-joint mon texte, « %[2]s ».

Bien à vous,
%[3]s

--%[1]s
Content-Type: %[4]s; name="%[5]s"
Content-Disposition: attachment; filename="%[5]s"
Content-Transfer-Encoding: base64

`, boundary, e.Title, l.name, mediaTypes[l.mail.Kind], name)
	l.attach(file)
	fmt.Fprintf(&l.b, "\n--%s--\n", boundary)
	return nil
}

var mediaTypes = map[Kind]string{
	DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	PDF:  "application/pdf",
	ODT:  "application/vnd.oasis.opendocument.text",
}

// attach writes a file in lines of 76 characters.
func (l *letter) attach(file []byte) {
	const most = 57 // bytes that make 76 characters
	line := make([]byte, 0, 77)
	l.b.Grow(len(file) / most * 78)
	for part := range slices.Chunk(file, most) {
		line = append(base64.StdEncoding.AppendEncode(line[:0], part), '\n')
		l.b.Write(line)
	}
}

// text writes the author's text as the mail's own.
func (l *letter) text() {
	e := l.Essay(400 + l.IntN(350))
	e.Author = l.name
	l.head(l.from(), encodedWord("Baratin : "+e.Title), "")
	l.b.WriteString("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n")
	e.Walk(func(_, text, _ string) { l.b.WriteString(text + "\n\n") })
}

func (l *letter) withdrawal() {
	l.head(l.from(), "Retrait Baratin", "")
	fmt.Fprintf(&l.b, `Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Bonjour,

Je souhaite retirer mon baratin, dont la référence est %s.

Bien à vous,
%s
`, reference(l.number), l.name)
}

// automatic writes what a machine sends: the answer of one who is away, or a bounce.
func (l *letter) automatic() {
	if l.number%2 == 0 {
		l.head(l.from(), encodedWord("Réponse automatique : absente jusqu’à lundi"), "Auto-Submitted: auto-replied\n")
		l.b.WriteString("Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nJe suis absente jusqu’à lundi.\n")
		return
	}
	l.head("Mail Delivery System <MAILER-DAEMON@example.fr>", "Undelivered Mail Returned to Sender", "Auto-Submitted: auto-replied\n")
	boundary := fmt.Sprintf("=_%x", l.Uint64())
	fmt.Fprintf(&l.b, `Content-Type: multipart/report; report-type=delivery-status; boundary="%[1]s"

--%[1]s
Content-Type: text/plain; charset=us-ascii

I'm sorry to have to inform you that your message could not be delivered.

--%[1]s
Content-Type: message/delivery-status

Reporting-MTA: dns; out.example.fr

Final-Recipient: rfc822; %[2]s
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--%[1]s--
`, boundary, l.address)
}

// encodedWord is a header's text, in base64 where it is not ASCII (RFC 2047), folded
// so that no encoded word is longer than 75 characters.
func encodedWord(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r > 126 }) {
		return text
	}
	const most = 45 // bytes
	var words []string
	for word := ""; ; word = "" {
		for _, r := range text {
			if len(word)+len(string(r)) > most {
				break
			}
			word += string(r)
		}
		if word == "" {
			return strings.Join(words, "\n ")
		}
		words = append(words, "=?utf-8?B?"+base64.StdEncoding.EncodeToString([]byte(word))+"?=")
		text = text[len(word):]
	}
}
