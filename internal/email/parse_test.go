package email

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// lineEnds is the two forms in which every test mail is read.
var lineEnds = map[string]string{"LF": "\n", "CRLF": "\r\n"}

// parse reads a test mail written with LF.
func parse(t testing.TB, mail, lineEnd string) *Message {
	t.Helper()
	raw := []byte(strings.ReplaceAll(mail, "\n", lineEnd))
	m, err := Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	checkInvariants(t, raw, m)
	return m
}

// parseTest is a mail and what must be read in it; what is not named must be
// empty, the flags included.
type parseTest struct {
	mail        string
	subject     string
	from        Address
	text, html  string
	attachments []Attachment
	flags       []Flag
}

const jeanne = "From: Jeanne <jeanne@example.org>\n"

var isJeanne = Address{"Jeanne", "jeanne@example.org"}

var parseTests = map[string]parseTest{
	"plain": {
		mail:    jeanne + "Subject: Baratin\n\nBonjour,\nvoici.\n",
		subject: "Baratin", from: isJeanne, text: "Bonjour,\nvoici.\n",
	},
	"a line without a colon in the header": {
		mail:    jeanne + "Subject: Baratin :\nle titre\nContent-Type: text/plain; charset=utf-8\n\nélan\n",
		subject: "Baratin : le titre", from: isJeanne, text: "élan\n", flags: []Flag{FlagBrokenHeader},
	},
	"mbox lines": {
		mail:    "From jeanne@example.org Mon Mar  3 10:00:00 2025\n" + jeanne + ">From someone\nSubject: s\n\ntext\n",
		subject: "s", from: isJeanne, text: "text\n", flags: []Flag{FlagBrokenHeader},
	},
	"no empty line before the body": {
		mail:    jeanne + "Subject: s\nBonjour à tous,\nvoici mon texte.\n",
		subject: "s", from: isJeanne, text: "Bonjour à tous,\nvoici mon texte.\n",
		flags: []Flag{FlagBrokenHeader, FlagWrongCharset},
	},
	"white space for an empty line": {
		mail:    jeanne + "Subject: s\n \t\nBonjour\n",
		subject: "s", from: isJeanne, text: "Bonjour\n", flags: []Flag{FlagBrokenHeader},
	},
	"no header at all": {
		mail: "Bonjour à tous,\n\nvoici.\n",
		text: "Bonjour à tous,\n\nvoici.\n", flags: []Flag{FlagBrokenHeader, FlagNoFrom, FlagWrongCharset},
	},
	"header only": {
		mail: jeanne + "Subject: s\n", subject: "s", from: isJeanne,
	},
	"NUL and bare CR in the header": {
		mail:    jeanne + "Subject: a\x00b\rc\n\ntext\x00\n",
		subject: "ab c", from: isJeanne, text: "text\n", flags: []Flag{FlagBrokenHeader},
	},
	"folded encoded words": {
		mail:    jeanne + "Subject: =?utf-8?Q?Baratin_:_l=C3?=\n =?UTF-8?q?=A9lan?=\n =?iso-8859-1?B?6Q==?= fin\n\n.\n",
		subject: "Baratin : lélané fin", from: isJeanne, text: ".\n",
	},
	"raw Latin-1 in the header": {
		mail:    jeanne + "Subject: \xe9lan\n\n.\n",
		subject: "élan", from: isJeanne, text: ".\n", flags: []Flag{FlagWrongCharset},
	},
	"injected header in a subject": {
		mail:    jeanne + "Subject: =?utf-8?q?a=0D=0ABcc:_x=E2=80=AEfdp?=\n\n.\n",
		subject: "a  Bcc: xfdp", from: isJeanne, text: ".\n", flags: []Flag{FlagControlCharacters},
	},
	"undeclared Latin-1": {
		mail: jeanne + "\n\xabl\x92\xe9lan\xbb\n",
		from: isJeanne, text: "«l’élan»\n", flags: []Flag{FlagWrongCharset},
	},
	"UTF-8 declared as Latin-1": {
		mail: jeanne + "Content-Type: text/plain; charset=ISO-8859-1\n\nélan\n",
		from: isJeanne, text: "élan\n", flags: []Flag{FlagWrongCharset},
	},
	"Latin-1 declared as UTF-8": {
		mail: jeanne + "Content-Type: text/plain; charset=\"utf-8\"\n\n\xe9lan\n",
		from: isJeanne, text: "élan\n", flags: []Flag{FlagWrongCharset},
	},
	"unknown charset": {
		mail: jeanne + "Content-Type: text/plain; charset=klingon\n\nélan\n",
		from: isJeanne, text: "élan\n", flags: []Flag{FlagUnknownCharset},
	},
	"UTF-7, broken": {
		mail: jeanne + "Content-Type: text/plain; charset=utf-7\n\n1 +- 1, +A-\n",
		from: isJeanne, text: "1 +- 1, +A-\n", flags: []Flag{FlagWrongCharset},
	},
	"UTF-7": {
		mail: jeanne + "Content-Type: text/plain; charset=utf-7\n\n+AOk-lan\n",
		from: isJeanne, text: "élan\n",
	},
	"Japanese": {
		mail: jeanne + "Content-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B$\"\x1b(B\n",
		from: isJeanne, text: "あ\n",
	},
	"quoted-printable": {
		mail: jeanne + "Content-Transfer-Encoding: \"Quoted-Printable\" ;\nContent-Type: text/plain; charset=utf-8\n\nl=C3=A9=  \nlan=3D 100=% =zz  \nfin=\n",
		from: isJeanne, text: "lélan= 100=% =zz\nfin",
	},
	"unknown encoding": {
		mail: jeanne + "Content-Transfer-Encoding: x-secret\n\ntext\n",
		from: isJeanne, text: "text\n", flags: []Flag{FlagBrokenEncoding},
	},
	"base64 with junk": {
		mail: jeanne + "Content-Transfer-Encoding: base64,\nContent-Type: text/plain\n\nQm9u*\n am91\ncg==\n____\nfooter of a list\n",
		from: isJeanne, text: "Bonjour", flags: []Flag{FlagBrokenEncoding},
	},
	"flowed": {
		mail: jeanne + "Content-Type: text/plain; format=flowed\n\nun \ndeux\n trois\n> quatre \n> cinq\n-- \nJ.\n",
		from: isJeanne, text: "un deux\ntrois\n> quatre cinq\n-- \nJ.\n",
	},
	"alternative with an attachment": {
		mail: jeanne + "Content-Type: multipart/mixed; boundary=\"m\";;\n\npreamble\n--m\n" +
			"Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\ntext\n\n--a\n" +
			"Content-Type: text/html\n\n<p>text</p>\n--a--\n--m\n" +
			"Content-Type: application/pdf; name=Mon texte.pdf\nContent-Transfer-Encoding: base64\n\nJVBERg==\n--m--\nepilogue\n",
		from: isJeanne, text: "text\n", html: "<p>text</p>",
		attachments: []Attachment{{Name: "Mon texte.pdf", Type: "application/pdf", Data: []byte("%PDF")}},
	},
	"several inline texts": {
		mail: jeanne + "Content-Type: multipart/mixed; boundary=m\n\n--m\n\none\n--m\nContent-Type: text/plain\n\ntwo\n--m\n" +
			"Content-Type: text/plain\nContent-Disposition: attachment\n\nthree\n--m\nContent-Type: text/plain; name=four.txt\n\nfour\n--m--\n",
		from: isJeanne, text: "one\ntwo",
		attachments: []Attachment{
			{Type: "text/plain", Data: []byte("three")},
			{Name: "four.txt", Type: "text/plain", Data: []byte("four")},
		},
	},
	"text in a broken multipart": {
		mail: jeanne + "Content-Type: multipart/mixed; boundary=gone\n\nBonjour\n",
		from: isJeanne, text: "Bonjour\n", flags: []Flag{FlagBrokenBoundary},
	},
	"boundary not declared": {
		mail: jeanne + "Content-Type: multipart/mixed\n\n--b\nContent-Type: text/plain\n\nBonjour\n--b--\n",
		from: isJeanne, text: "Bonjour", flags: []Flag{FlagBrokenBoundary},
	},
	"cut short": {
		mail: jeanne + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nBonjour\n",
		from: isJeanne, text: "Bonjour\n", flags: []Flag{FlagBrokenBoundary},
	},
	"closed too early": {
		mail: jeanne + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
		from: isJeanne, text: "one\ntwo",
	},
	"a picture and a document within the body": {
		mail: jeanne + "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>\n--b\n" +
			"Content-Type: image/png\nContent-ID: <logo>\n\nPNG\n--b\n" +
			"Content-Type: application/msword; name=\"a.doc\"\nContent-Disposition: inline\n\nDOC\n--b--\n",
		from: isJeanne, html: "<p>",
		attachments: []Attachment{
			{Type: "image/png", Inline: true, Data: []byte("PNG")},
			{Name: "a.doc", Type: "application/msword", Data: []byte("DOC")},
		},
	},
	"a nested mail is not its text": {
		mail: jeanne + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsee\n--b\nContent-Type: message/rfc822\n\nSubject: inner\n\ninner\n--b--\n",
		from: isJeanne, text: "see",
		attachments: []Attachment{{Type: "message/rfc822", Data: []byte("Subject: inner\n\ninner")}},
	},
	"encrypted": {
		mail: jeanne + "\n-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----\n",
		from: isJeanne, text: "-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----\n", flags: []Flag{FlagEncrypted},
	},
	"signed": {
		mail: jeanne + "Content-Type: multipart/signed; boundary=b\n\n--b\n\ntext\n--b\nContent-Type: application/pgp-signature; name=s.asc\n\nx\n--b--\n",
		from: isJeanne, text: "text", flags: []Flag{FlagSigned},
		attachments: []Attachment{{Name: "s.asc", Type: "application/pgp-signature", Data: []byte("x")}},
	},
	"S/MIME": {
		mail: jeanne + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: application/pkcs7-mime; smime-type=signed-data\n\nx\n--b\n" +
			"Content-Type: application/pkcs7-mime; smime-type=enveloped-data\n\ny\n--b--\n",
		from: isJeanne, flags: []Flag{FlagSigned, FlagEncrypted},
		attachments: []Attachment{{Type: "application/pkcs7-mime", Data: []byte("x")}, {Type: "application/pkcs7-mime", Data: []byte("y")}},
	},
	"a multipart in base64": {
		mail: jeanne + "Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\nLS1iCgpCb25qb3VyCi0tYi0tCg==\n",
		from: isJeanne, text: "Bonjour", flags: []Flag{FlagBrokenBoundary},
	},
	"a digest": {
		mail: jeanne + "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: one\n\none\n--b--\n",
		from: isJeanne, attachments: []Attachment{{Type: "message/rfc822", Data: []byte("Subject: one\n\none")}},
	},
	"a type that is none": {
		mail: jeanne + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text\n\nBonjour\n--b\nContent-Type: pdf; name=\"a.pdf\"\n\nx\n--b--\n",
		from: isJeanne, text: "Bonjour", attachments: []Attachment{{Name: "a.pdf", Type: "application/octet-stream", Data: []byte("x")}},
	},
	"flowed with deleted spaces": {
		mail: jeanne + "Content-Type: text/plain; format=flowed; delsp=yes\n\nanti \nconst \n-- \nJ. \n> q \nfin\n",
		from: isJeanne, text: "anticonst\n-- \nJ.\n> q\nfin\n",
	},
	"a blank line before the header goes on": {
		mail:    jeanne + " \nSubject: s\n\n.\n",
		subject: "s", from: isJeanne, text: ".\n",
	},
	"an indented first line": {
		mail: "  Bonjour,\nvoici.\n",
		text: "  Bonjour,\nvoici.\n", flags: []Flag{FlagBrokenHeader, FlagNoFrom},
	},
	"junk before the header": {
		mail:    "junk\n" + jeanne + "Subject: s\n\n.\n",
		subject: "s", from: isJeanne, text: ".\n", flags: []Flag{FlagBrokenHeader},
	},
	"partial": {
		mail: jeanne + "Content-Type: message/partial; id=1; number=1\n\nSubject: s\n",
		from: isJeanne, flags: []Flag{FlagPartial},
		attachments: []Attachment{{Type: "message/partial", Data: []byte("Subject: s\n")}},
	},
	"several authors": {
		mail:  "From: a@example.org, b@example.org\n\n.\n",
		text:  ".\n",
		flags: []Flag{FlagSeveralFrom},
	},
	"two From headers": {
		mail:  "From: a@example.org\nFrom: b@example.org\n\n.\n",
		text:  ".\n",
		flags: []Flag{FlagDuplicateHeader, FlagSeveralFrom},
	},
	"the same From twice": {
		mail: "From: Jeanne <jeanne@example.org>\nFrom: JEANNE@example.org\n\n.\n",
		from: isJeanne, text: ".\n", flags: []Flag{FlagDuplicateHeader},
	},
	"an address for a name": {
		mail: "From: \"president@example.fr\" <someone@example.test>\n\n.\n",
		from: Address{"president@example.fr", "someone@example.test"}, text: ".\n", flags: []Flag{FlagNameIsAddress},
	},
	"its own address for a name": {
		mail: "From: \"'Jeanne@Example.org'\" <jeanne@example.org>\n\n.\n",
		from: Address{"'Jeanne@Example.org'", "jeanne@example.org"}, text: ".\n",
	},
}

func TestParse(t *testing.T) {
	for name, test := range parseTests {
		for form, lineEnd := range lineEnds {
			t.Run(name+"/"+form, func(t *testing.T) {
				checkParsed(t, parse(t, test.mail, lineEnd), test)
			})
		}
	}
}

func checkParsed(t *testing.T, m *Message, want parseTest) {
	t.Helper()
	for _, pair := range [][2]string{{m.Subject, want.subject}, {m.Text, want.text}, {m.HTML, want.html}} {
		if pair[0] != pair[1] {
			t.Errorf("got %q, want %q", pair[0], pair[1])
		}
	}
	if m.From != want.from {
		t.Errorf("From is %+v, want %+v", m.From, want.from)
	}
	if len(m.Attachments)+len(want.attachments) > 0 && !reflect.DeepEqual(m.Attachments, want.attachments) {
		t.Errorf("attachments are %+v, want %+v", m.Attachments, want.attachments)
	}
	slices.Sort(m.Flags)
	if flags := slices.Sorted(slices.Values(want.flags)); !slices.Equal(m.Flags, flags) {
		t.Errorf("flags are %q, want %q", m.Flags, flags)
	}
}

func TestParseEmpty(t *testing.T) {
	for _, raw := range []string{"", "\n", "\r\n\r\n \t", "\x00\x00"} {
		if m, err := Parse([]byte(raw)); !errors.Is(err, ErrEmpty) || m != nil {
			t.Errorf("%q: %v, %v", raw, m, err)
		}
	}
}

// TestParseBareCR reads a mail whose only line ends are CR.
func TestParseBareCR(t *testing.T) {
	m := parse(t, jeanne+"Subject: s\n\none\ntwo\n", "\r")
	if m.Subject != "s" || m.Text != "one\ntwo\n" || m.From != isJeanne {
		t.Errorf("%+v", m)
	}
}

func TestReadFields(t *testing.T) {
	m := parse(t, "Message-Id:\n <a.b@example.org> (once)\nIn-Reply-To: <x@y> <z@y>\nReferences: <x@y>\n\t<z@y>\n"+
		"Date: Mon, 3 Mar 2025 10:00:00 +0100 (CET)\nTo: Groupe : a@example.org, \"B, C\" <b@example.org>;\nTO: c@example.org\n"+
		"cc: undisclosed-recipients:;\nReply-To: <r@example.org>\nX-Empty:\nSubject: one\nSubject: two\n\n.\n", "\r\n")
	if m.MessageID != "<a.b@example.org>" || !slices.Equal(m.InReplyTo, []string{"<x@y>", "<z@y>"}) ||
		!slices.Equal(m.References, []string{"<x@y>", "<z@y>"}) {
		t.Errorf("identifiers: %q %q %q", m.MessageID, m.InReplyTo, m.References)
	}
	if want := time.Date(2025, 3, 3, 9, 0, 0, 0, time.UTC); !m.Date.Equal(want) {
		t.Errorf("date: %v", m.Date)
	}
	to := []Address{{"", "a@example.org"}, {"B, C", "b@example.org"}, {"", "c@example.org"}}
	if !slices.Equal(m.To, to) || len(m.Cc) != 0 || !slices.Equal(m.ReplyTo, []Address{{"", "r@example.org"}}) {
		t.Errorf("addresses: %v %v %v", m.To, m.Cc, m.ReplyTo)
	}
	if m.Get("subject") != "one" || !slices.Equal(m.Values("SUBJECT"), []string{"one", "two"}) ||
		m.Get("X-Absent") != "" || len(m.Values("x-empty")) != 1 {
		t.Error("Get and Values")
	}
}

func TestMessageID(t *testing.T) {
	for value, want := range map[string]string{
		"": "", "<>": "", "<a@b>": "<a@b>", "a@b": "<a@b>", "<a@b": "<a@b>", "two words": "", "<a @\tb>": "<a@b>",
	} {
		if got := messageID(value); got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
	}
}

func TestTextComplete(t *testing.T) {
	const html = "Content-Type: text/html\n\n<p>\n"
	for mail, want := range map[string]bool{
		jeanne + "\ntext\n": true,
		jeanne + html:       false,
		jeanne + "Content-Type: multipart/alternative; boundary=b\n\n--b\n\ntext\n--b\n" + html + "--b--\n":                                         true,
		jeanne + "Content-Type: multipart/alternative; boundary=b\n\n--b\n" + html + "--b--\n":                                                      false,
		jeanne + "Content-Type: multipart/alternative; boundary=b\n\n--b\n\nsee the page\n--b\n" + html + strings.Repeat("word ", 20) + "\n--b--\n": false,
		jeanne + "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n--b\n" + html + "word\n--b--\n":                                         false,
		jeanne + "Content-Type: multipart/mixed; boundary=b\n\n--b\n" + html + "--b\n\nfooter\n--b--\n":                                             false,
	} {
		if m := parse(t, mail, "\n"); m.TextComplete != want {
			t.Errorf("%q: %v", mail, m.TextComplete)
		}
	}
}
