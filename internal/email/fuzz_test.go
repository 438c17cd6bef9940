package email

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// stateful is the charsets in which a line end may be a part of a character.
var stateful = regexp.MustCompile(`(?i)utf.?(16|32)|ucs|2022|hz`)

// FuzzParse checks the invariants on any bytes, and that LF and CRLF are read
// alike.
func FuzzParse(f *testing.F) {
	for _, test := range parseTests {
		f.Add([]byte(test.mail))
		f.Add([]byte(strings.ReplaceAll(test.mail, "\n", "\r\n")))
	}
	for _, test := range automaticTests {
		f.Add([]byte(test.mail))
	}
	for _, test := range authenticationTests {
		f.Add([]byte(test.header + "\n.\n"))
	}
	for _, raw := range testdataMails(f) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if err != nil {
			return
		}
		checkInvariants(t, raw, m)
		kind, evidence := m.Automatic(ours)
		if (kind == "") != (evidence == "") || !utf8.ValidString(evidence) {
			t.Errorf("automatic: %q %q", kind, evidence)
		}
		if !utf8.ValidString(OwnText(m.Text)) {
			t.Error("the own text is not UTF-8")
		}
		if a := m.Authenticate(ourHost, ourHost); a.Result == AuthPass && m.From.Address == "" {
			t.Errorf("a pass without an author: %+v", a)
		}
		if bytes.IndexByte(raw, '\r') < 0 {
			checkCRLF(t, raw, m)
		}
	})
}

// checkCRLF reads the same mail with CRLF.
func checkCRLF(t *testing.T, raw []byte, lf *Message) {
	crlf, err := Parse(bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	if lf.Subject != crlf.Subject || lf.From != crlf.From || !slices.Equal(lf.Fields, crlf.Fields) ||
		len(lf.Attachments) != len(crlf.Attachments) || lf.Identity() != crlf.Identity() {
		t.Errorf("with LF %+v, with CRLF %+v", lf, crlf)
	}
	if !stateful.Match(raw) && (lf.Text != crlf.Text || lf.HTML != crlf.HTML || !slices.Equal(lf.Flags, crlf.Flags)) {
		t.Errorf("with LF %q %q %q, with CRLF %q %q %q", lf.Text, lf.HTML, lf.Flags, crlf.Text, crlf.HTML, crlf.Flags)
	}
}

// testdataMails reads the project's own test mails.
func testdataMails(t testing.TB) [][]byte {
	var mails [][]byte
	err := filepath.WalkDir("../../testdata/mail", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".eml" {
			return err
		}
		raw, err := os.ReadFile(path)
		mails = append(mails, raw)
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return mails
}

// BenchmarkParse reads a mail with two bodies and a document of 1 MB.
func BenchmarkParse(b *testing.B) {
	raw := []byte(strings.ReplaceAll(jeanne+"Subject: =?utf-8?q?Baratin_:_l=C3=A9lan?=\nTo: contact@example.org\n"+
		"Content-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: multipart/alternative; boundary=a\n\n--a\n"+
		"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"+
		strings.Repeat("Voici l=C3=A9lan de la soci=C3=A9t=C3=A9.\n", 100)+"--a\nContent-Type: text/html\n\n"+
		strings.Repeat("<p>Voici.</p>\n", 100)+"--a--\n--m\nContent-Type: application/pdf; name=a.pdf\n"+
		"Content-Transfer-Encoding: base64\n\n"+strings.Repeat(strings.Repeat("QUJD", 19)+"\n", 18_000)+"--m--\n", "\n", "\r\n"))
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(raw); err != nil {
			b.Fatal(err)
		}
	}
}
