package notice

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var languages = []string{"fr", "en"}

func publication() Publication {
	return Publication{
		Name: "BARA", Prefix: "BARA", Language: "fr", Languages: languages,
		RegistrationPage: "https://bara.example.org/publier-avec-nous", Site: "https://bara.example.org",
		Formats:   []Format{{"baratin", "Baratin"}, {"baragouin", "Baragouin"}, {"analyse", "Analyse"}},
		QueueName: queueName,
	}
}

// queueName names some queues and leaves the others as they are.
func queueName(q desk.Queue, lang string) string {
	names := map[string]map[desk.Queue]string{
		"fr": {"baratin": "Baratin", "analyse": "Analyse", desk.QueueWithdrawals: "retraits", desk.QueueToSort: "à trier"},
		"en": {"baratin": "Baratin", "analyse": "Analyse", desk.QueueWithdrawals: "withdrawals", desk.QueueToSort: "to sort"},
	}
	if name, ok := names[lang][q]; ok {
		return name
	}
	return string(q)
}

// newComposer uses the templates that ship, and a Message-ID of all "a".
func newComposer(t testing.TB) *Composer {
	t.Helper()
	c, err := New(os.DirFS("../../rules/notices"), publication())
	if err != nil {
		t.Fatal(err)
	}
	c.Random = endless(0)
	return c
}

// endless is a source of one byte.
type endless byte

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(e)
	}
	return len(p), nil
}

func envelope(lang string) Envelope {
	return Envelope{
		From: "contact@example.org", To: "camille@example.fr", ToName: "Camille Rivière",
		Subject: "Baratin : l’eau des villes", InReplyTo: "<b@example.fr>", References: []string{"<a@example.fr>"},
		At: time.Date(2026, 3, 3, 18, 0, 0, 0, time.FixedZone("CET", 3600)), Lang: lang,
	}
}

// read parses a notice back and decodes it as a mail client would.
func read(t *testing.T, m Mail) (mail.Header, string) {
	t.Helper()
	msg, err := mail.ReadMessage(bytes.NewReader(m.Bytes))
	if err != nil {
		t.Fatalf("the notice cannot be parsed: %v\n%s", err, m.Bytes)
	}
	if got := msg.Header.Get("Content-Transfer-Encoding"); got != "quoted-printable" {
		t.Fatalf("Content-Transfer-Encoding is %q", got)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(msg.Body))
	if err != nil {
		t.Fatal(err)
	}
	return msg.Header, strings.ReplaceAll(string(body), "\r\n", "\n")
}

func decoded(t *testing.T, h mail.Header, name string) string {
	t.Helper()
	s, err := new(mime.WordDecoder).DecodeHeader(h.Get(name))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

// TestGolden compares every notice, as its reader sees it, with
// testdata/<language>/<notice>.txt. A golden file of no notice fails.
func TestGolden(t *testing.T) {
	c := newComposer(t)
	want := map[string]bool{}
	for _, lang := range languages {
		for name, compose := range notices(lang) {
			file := filepath.Join("testdata", lang, name+".txt")
			want[file] = true
			t.Run(lang+"/"+name, func(t *testing.T) {
				m, err := compose(c)
				if err != nil {
					t.Fatal(err)
				}
				checkMail(t, m)
				compareGolden(t, file, asRead(t, m))
			})
		}
	}
	files, err := filepath.Glob("testdata/*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !want[file] {
			t.Errorf("%s belongs to no notice", file)
		}
	}
}

// asRead is a notice's subject and body, without the spaces that flow.
func asRead(t *testing.T, m Mail) string {
	h, body := read(t, m)
	return "Subject: " + decoded(t, h, "Subject") + "\n\n" + strings.ReplaceAll(body, " \n", "\n")
}

func compareGolden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update rewrites it); got:\n%s", file, got)
	}
}

// checkMail checks what every notice owes to RFC 5322, RFC 2045 and RFC 3834.
func checkMail(t *testing.T, m Mail) {
	t.Helper()
	for line := range strings.SplitSeq(string(m.Bytes), "\r\n") {
		if len(line) > 78 {
			t.Errorf("a line of %d octets: %q", len(line), line)
		}
		if strings.ContainsAny(line, "\r\n") || !isASCII(line) {
			t.Errorf("a line that is not 7-bit text with CRLF: %q", line)
		}
	}
	h, body := read(t, m)
	for name, want := range map[string]string{
		"X-Auto-Response-Suppress": "All", "X-Guichet-Notice": string(m.Kind), "Mime-Version": "1.0",
		"Message-Id": m.MessageID, "Content-Type": "text/plain; format=flowed; charset=UTF-8",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for name, values := range h {
		if len(values) != 1 {
			t.Errorf("%s stands %d times", name, len(values))
		}
	}
	if got := decoded(t, h, "Subject"); got != m.Subject {
		t.Errorf("Subject is %q, want %q", got, m.Subject)
	}
	checkBody(t, body)
}

func checkBody(t *testing.T, body string) {
	t.Helper()
	if strings.Contains(body, "\n\n\n") || strings.TrimSpace(body)+"\n" != body {
		t.Errorf("blank lines where none belong:\n%q", body)
	}
	if strings.Contains(body, "<no value>") || strings.Contains(body, "  ") {
		t.Errorf("a hole in the text:\n%s", body)
	}
	for line := range strings.Lines(body) {
		if width(strings.TrimRight(line, "\n")) > 78 && !isLink(line) {
			t.Errorf("a line wider than 78 columns: %q", line)
		}
	}
}

func TestHeaders(t *testing.T) {
	c := newComposer(t)
	m, err := c.Receipt(envelope("fr"), Receipt{Reference: "BARA-2026-0042-R", Format: "baratin"})
	if err != nil {
		t.Fatal(err)
	}
	h, _ := read(t, m)
	for name, want := range map[string]string{
		"From":             `"BARA" <contact@example.org>`,
		"Date":             "Tue, 03 Mar 2026 18:00:00 +0100",
		"Auto-Submitted":   "auto-replied",
		"Content-Language": "fr",
		"In-Reply-To":      "<b@example.fr>",
		"References":       "<a@example.fr> <b@example.fr>",
		"Message-Id":       "<" + strings.Repeat("a", 26) + "@example.org>",
		"Precedence":       "",
		"User-Agent":       "",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	to, err := h.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != "Camille Rivière" || to[0].Address != m.Recipient {
		t.Errorf("To is %v, %v", to, err)
	}
}

func TestDigestHeaders(t *testing.T) {
	e := envelope("fr")
	e.Subject, e.InReplyTo, e.References = "", "", nil
	m, err := newComposer(t).Digest(e, Digest{})
	if err != nil {
		t.Fatal(err)
	}
	h, _ := read(t, m)
	if got := h.Get("Auto-Submitted"); got != "auto-generated" {
		t.Errorf("Auto-Submitted is %q", got)
	}
	if h.Get("In-Reply-To") != "" || h.Get("References") != "" || strings.HasPrefix(m.Subject, "Re:") {
		t.Errorf("a digest answers nothing, but has %v", h)
	}
}

func TestThread(t *testing.T) {
	long := make([]string, 50)
	for i := range long {
		long[i] = "<" + strings.Repeat("x", i+1) + "@example.fr>"
	}
	tests := []struct {
		name       string
		references []string
		inReplyTo  string
		want       []string
	}{
		{"none", nil, "", nil},
		{"first answer", nil, "<b@x>", []string{"<b@x>"}},
		{"said twice", []string{"<a@x>", "<b@x>"}, "<b@x>", []string{"<a@x>", "<b@x>"}},
		{"no Message-ID", []string{"a@x", "<a b@x>", "<é@x>", "<a@x>\r\nBcc: <z@x>", "<" + strings.Repeat("a", 300) + ">"}, "<b>", []string{"<b>"}},
		{"long", long, "<b@x>", append(slices.Concat(long[:1], long[50-18:]), "<b@x>")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := letter{Envelope: Envelope{References: tt.references, InReplyTo: tt.inReplyTo}}.thread()
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestSubject(t *testing.T) {
	tests := []struct{ subject, want string }{
		{"Baratin : titre", "Re: Baratin : titre"},
		{"RE : Re: ré : Baratin", "Re: Baratin"},
		{"Re[2]: AW: Baratin", "Re: Baratin"},
		{"RE\u00A0: Baratin", "Re: Baratin"},
		{"TR : Baratin", "Re: TR : Baratin"},
		{"Réforme : analyse", "Re: Réforme : analyse"},
		{"Re:", "Baratin, dossier BARA-2026-0042-R"},
		{"", "Baratin, dossier BARA-2026-0042-R"},
		{"\u200b\r\n", "Baratin, dossier BARA-2026-0042-R"},
		{"=?utf-8?q?=0ABcc:_x?=", "Re: = ?utf-8?q?=0ABcc:_x?="},
		{strings.Repeat("é", 300), "Re: " + strings.Repeat("é", 199) + "…"},
	}
	c := newComposer(t)
	for _, tt := range tests {
		t.Run(tt.subject, func(t *testing.T) {
			e := envelope("fr")
			e.Subject = tt.subject
			m, err := c.Receipt(e, Receipt{Reference: "BARA-2026-0042-R", Format: "baratin"})
			if err != nil {
				t.Fatal(err)
			}
			if m.Subject != tt.want {
				t.Errorf("got %q, want %q", m.Subject, tt.want)
			}
			checkMail(t, m)
		})
	}
}

// TestInjection puts what could break a header or a body everywhere that a
// sender's words can get to.
func TestInjection(t *testing.T) {
	evils := []string{
		"x\r\nBcc: victim@example.test\r\n\r\nbody",
		"x\nBcc: victim@example.test", "x\rBcc: victim@example.test", "x\u2028Bcc: victim@example.test",
		"\u202Etxet\u202C\u2066\u200B\x00\x1b[31m", "x\xff\xfe\nBcc: a@b", "=?utf-8?q?=0D=0ABcc:_a@b?=",
		"\"<victim@example.test>\", x", strings.Repeat("long", 3000), "🎓" + strings.Repeat("漢字", 300),
		"-- \n", "From x\n>From y\n.\n", "{{.Pub}} %s %!d",
	}
	c := newComposer(t)
	for _, evil := range evils {
		e := envelope("fr")
		e.Subject, e.ToName, e.FromName, e.InReplyTo = evil, evil, evil, evil
		e.References = []string{evil}
		for name, compose := range hostile(e, evil) {
			m, err := compose(c)
			if err != nil {
				t.Fatalf("%s with %q: %v", name, evil, err)
			}
			checkMail(t, m)
			h, body := read(t, m)
			wantHeader, wantBody := read(t, harmless(t, c, e, name))
			if len(h) != len(wantHeader) {
				t.Errorf("%s with %q: the header is %v", name, evil, h)
			}
			if strings.ContainsAny(body, "\x00\x1b\r\u202E\u2066\u200B\u2028") || hardLines(body) != hardLines(wantBody) {
				t.Errorf("%s with %q: the body is %q", name, evil, body)
			}
		}
	}
}

// harmless is the same notice with nothing to fear in it.
func harmless(t *testing.T, c *Composer, e Envelope, name string) Mail {
	t.Helper()
	e.Subject, e.ToName, e.FromName, e.InReplyTo, e.References = "x", "x", "x", "", nil
	m, err := hostile(e, "x")[name](c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// hardLines counts the lines that a mail program keeps apart.
func hardLines(body string) int {
	return strings.Count(strings.ReplaceAll(body, " \n", " "), "\n")
}

func hostile(e Envelope, evil string) map[string]func(*Composer) (Mail, error) {
	reason := desk.Because("format-mistyped", evil, evil)
	finding := func(result desk.Result) desk.Finding {
		return desk.Finding{
			Criterion: "x", Level: desk.Required, Result: result, Measured: evil, Limit: evil,
			File: evil, Where: evil, Label: evil, Message: evil, Repair: evil,
		}
	}
	return map[string]func(*Composer) (Mail, error){
		"receipt": func(c *Composer) (Mail, error) {
			return c.Receipt(e, Receipt{
				Reference: "BARA-2026-0042-R", Format: evil, Reason: reason, File: evil, Title: evil, Author: evil,
				Language: evil, Verdict: desk.Incomplete,
				Findings: []desk.Finding{finding(desk.Fail), finding(desk.Unknown), finding(desk.Pass)},
			})
		},
		"withdrawal": func(c *Composer) (Mail, error) {
			return c.Withdrawal(e, Withdrawal{Typed: []string{evil}, Mistyped: []string{evil, evil}, Pleas: []Plea{{Stage: StageOver, Title: evil, Why: desk.Because("request", evil)}}})
		},
		"unclear": func(c *Composer) (Mail, error) { return c.Unclear(e, Unclear{Reason: reason}) },
		"digest": func(c *Composer) (Mail, error) {
			entry := Entry{Author: evil, Title: evil, Reason: reason}
			return c.Digest(e, Digest{Editor: evil, Queues: []Queue{{Name: desk.Queue(evil), Entries: []Entry{entry}}}})
		},
	}
}

func TestAddress(t *testing.T) {
	tests := []struct {
		address string
		ok      bool
	}{
		{"a@example.org", true},
		{"o'neil+x@example.org", true},
		{`"two words"@example.org`, false},
		{"", false},
		{"nobody", false},
		{"a@example.org, b@example.org", false},
		{"a@example.org\r\nBcc: b@example.org", false},
		{"é@example.org", false},
		{"a@exämple.org", false},
		{strings.Repeat("a", 250) + "@example.org", false},
	}
	c := newComposer(t)
	for _, tt := range tests {
		t.Run(tt.address, func(t *testing.T) {
			e := envelope("fr")
			e.To = tt.address
			m, err := c.Unclear(e, Unclear{})
			if tt.ok != (err == nil) || !tt.ok && !errors.Is(err, ErrAddress) {
				t.Fatalf("got %v", err)
			}
			if tt.ok && m.Recipient != tt.address {
				t.Errorf("the recipient is %q", m.Recipient)
			}
		})
	}
}

func TestMessageID(t *testing.T) {
	c := newComposer(t)
	c.Random = strings.NewReader("sixteen bytes 01sixteen bytes 02short")
	var ids []string
	for range 2 {
		m, err := c.Unclear(envelope("fr"), Unclear{})
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, m.MessageID)
	}
	if ids[0] == ids[1] || !regexp.MustCompile(`^<[a-z2-7]{26}@example\.org>$`).MatchString(ids[0]) {
		t.Errorf("got %v", ids)
	}
	if _, err := c.Unclear(envelope("fr"), Unclear{}); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("with too little randomness: %v", err)
	}
	c.Random = nil
	if _, err := c.Unclear(envelope("fr"), Unclear{}); err == nil {
		t.Error("without randomness: no error")
	}
}

func TestQueueName(t *testing.T) {
	pub := publication()
	pub.QueueName = nil
	c, err := New(os.DirFS("../../rules/notices"), pub)
	if err != nil {
		t.Fatal(err)
	}
	c.Random = endless(0)
	m, err := c.Digest(envelope("fr"), Digest{Queues: []Queue{{"baratin", []Entry{{}}}, {"to-sort", []Entry{{}}}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, body := read(t, m); !strings.Contains(body, "\nBaratin (1)\n") || !strings.Contains(body, "\nTo-sort (1)\n") {
		t.Errorf("got\n%s", body)
	}
}

func TestLanguage(t *testing.T) {
	c := newComposer(t)
	for lang, want := range map[string]string{"fr": "Bonjour", "en": "Hello", "de": "Bonjour", "": "Bonjour"} {
		m, err := c.Unclear(envelope(lang), Unclear{Reason: desk.Because("text-no-format")})
		if err != nil {
			t.Fatal(err)
		}
		if _, body := read(t, m); !strings.HasPrefix(body, want) {
			t.Errorf("in %q the notice begins %.20q", lang, body)
		}
	}
}
