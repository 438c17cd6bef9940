package intake_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/intake"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/store"
	builtin "github.com/bara-think-tank/guichet/rules"
)

const contact = "contact@example.org"

// scene is a desk over a real database, with the built-in rules.
type scene struct {
	t    testing.TB
	db   *store.DB
	flow *intake.Flow
	uid  uint32
	last *desk.Entry // what the last mail changed; nil for nothing

	folder string // of the database
	clock  func() time.Time
}

func open(t testing.TB) *scene {
	t.Helper()
	set, err := rules.Load(builtin.FS)
	must(t, err)
	s := &scene{t: t, folder: t.TempDir()}
	s.clock = func() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) }
	now := func() time.Time { return s.clock() }
	db, err := store.Open(t.Context(), filepath.Join(s.folder, "guichet.db"), now)
	must(t, err)
	t.Cleanup(func() { must(t, db.Close()) })
	s.db = db
	s.flow = &intake.Flow{
		Assessor: intake.Assessor{
			Rules: set, Ours: email.Ours{Addresses: []string{contact}, ListIDs: []string{"contact.example.org"}},
			AuthservID: "mx.example.org", ReceivedBy: "mx.example.org",
		},
		Ledger: db, Notices: composer(t, set), Address: contact, Zone: time.UTC, Clock: now,
		Log: slog.New(slog.DiscardHandler), Recorded: func(e *desk.Entry) { s.last = e },
	}
	return s
}

func composer(t testing.TB, set *rules.Set) *notice.Composer {
	t.Helper()
	templates, err := fs.Sub(builtin.FS, "notices")
	must(t, err)
	pub := notice.Publication{
		Name: set.Desk.Name, Prefix: set.Desk.Prefix, Language: set.Desk.Language,
		Languages: set.Desk.Languages, RegistrationPage: set.Desk.Registration.Page,
	}
	for _, f := range set.Formats {
		pub.Formats = append(pub.Formats, notice.Format{ID: f.ID, Name: f.Name})
	}
	c, err := notice.New(templates, pub)
	must(t, err)
	c.Random = rand.Reader
	return c
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// mail is a mail under construction.
type mail struct {
	from, subject, id, reply, body string
	header                         []string // above the rest
}

func (m mail) raw() []byte {
	var b strings.Builder
	for _, line := range m.header {
		b.WriteString(line + "\r\n")
	}
	fmt.Fprintf(&b, "From: %s\r\nTo: %s\r\nSubject: %s\r\n", m.from, contact, m.subject)
	for name, value := range map[string]string{"Message-ID": m.id, "In-Reply-To": m.reply} {
		if value != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", name, value)
		}
	}
	b.WriteString("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
		strings.ReplaceAll(m.body, "\n", "\r\n") + "\r\n")
	return []byte(b.String())
}

// take gives a mail to the desk and says what it changed; nil for nothing.
func (s *scene) take(m mail) *desk.Entry {
	s.t.Helper()
	return s.takeRaw(m.raw())
}

func (s *scene) takeRaw(raw []byte) *desk.Entry {
	s.t.Helper()
	s.uid++
	return s.receive(desk.Received{Mailbox: contact, UIDValidity: 1, UID: s.uid, Raw: raw})
}

func (s *scene) receive(r desk.Received) *desk.Entry {
	s.t.Helper()
	s.last = nil
	must(s.t, s.flow.Process(s.t.Context(), []desk.Received{r})())
	return s.last
}

const lea = "Léa Martin <lea@example.fr>"

// baratin is a complete one, as a mail's body: title, byline, text, sources.
func baratin(words int) string {
	sentence := strings.Fields("Le logement étudiant manque dans la plupart des villes universitaires et les " +
		"loyers y montent plus vite que les bourses, ce que chacun peut constater à la rentrée.")
	var b strings.Builder
	b.WriteString("Se loger pour étudier\n\npar Léa Martin\n\n")
	for i := range words {
		b.WriteString(sentence[i%len(sentence)])
		if i%len(sentence) == len(sentence)-1 {
			b.WriteString("\n\n")
		} else {
			b.WriteString(" ")
		}
	}
	b.WriteString("\n\nBibliographie\n\n" +
		"Durand, P. (2024). Le logement des étudiants. Éditions de la Rive. https://example.org/logement\n\n" +
		"Petit, A. (2025). Les loyers en ville. Revue des villes. https://example.org/loyers\n")
	return b.String()
}

func TestASubmissionIsFiledAndAnswered(t *testing.T) {
	s := open(t)
	e := s.take(mail{from: lea, subject: "Baratin : Se loger pour étudier", id: "<1@example.fr>", body: baratin(400)})
	if e.Mail.Ending != desk.Filed || e.Queue != "baratin" || e.Case.Verdict != desk.Complete {
		t.Fatalf("%+v\n%+v", e.Mail, e.Version.Findings)
	}
	if e.Case.Title != "Se loger pour étudier" || e.Case.Author != "Léa Martin" || e.Case.Reference != desk.NewReference("BARA", 2026, 1) {
		t.Errorf("case %+v", e.Case)
	}
	n, err := email.Parse(e.Notice.Bytes)
	must(t, err)
	if n.To[0].Address != "lea@example.fr" || n.InReplyTo[0] != "<1@example.fr>" || n.Get("Auto-Submitted") != "auto-replied" {
		t.Errorf("notice to %v, in reply to %v, %q", n.To, n.InReplyTo, n.Get("Auto-Submitted"))
	}
	if !strings.Contains(n.Text, string(e.Case.Reference)) {
		t.Errorf("the answer does not give the reference:\n%s", n.Text)
	}
}

func TestTheSamePositionHasOneEffect(t *testing.T) {
	s := open(t)
	r := desk.Received{
		Mailbox: contact, UIDValidity: 1, UID: 5,
		Raw: mail{from: lea, subject: "Baratin : x", body: baratin(300)}.raw(),
	}
	if s.receive(r) == nil {
		t.Fatal("nothing was recorded")
	}
	if e := s.receive(r); e != nil {
		t.Errorf("recorded twice: %+v", e)
	}
}

func TestRepeatsAreNotAnswered(t *testing.T) {
	first := mail{from: lea, subject: "Baratin : x", id: "<1@example.fr>", body: baratin(300)}
	alias := first
	alias.header = []string{"Received: from alias.example.org by mx.example.org; Sun, 1 Mar 2026 09:00:00 +0000"}
	for name, again := range map[string]mail{"same bytes": first, "through an alias": alias} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			one := s.take(first)
			e := s.take(again)
			if e.Mail.Ending != desk.Repeated || e.Mail.Repeats != one.Mail.ID || e.Notice != nil || e.Queue != desk.TrayRepeated {
				t.Errorf("%+v, notice %v", e.Mail, e.Notice)
			}
		})
	}
}

func TestAKnownMessageIDHidesNothing(t *testing.T) {
	s := open(t)
	s.take(mail{from: "Eve <eve@example.fr>", subject: "Bonjour", id: "<1@example.fr>", body: "Salut"})
	e := s.take(mail{from: lea, subject: "Baratin : x", id: "<1@example.fr>", body: baratin(300)})
	if e.Mail.Ending != desk.Filed || e.Notice == nil || !slices.Contains(e.Mail.Flags, "known-message-id") {
		t.Errorf("%+v", e.Mail)
	}
}

func TestWhereTheOthersGo(t *testing.T) {
	for name, test := range map[string]struct {
		mail   mail
		ending desk.Ending
		queue  desk.Queue
		answer string
	}{
		"withdrawal": {mail{from: lea, subject: "Retrait baratin", body: "BARA-2026-0042-R"}, desk.Filed, "withdrawals", "withdrawal"},
		"inquiry":    {mail{from: lea, subject: "Une question", body: "Bonjour"}, desk.Filed, "to-sort", ""},
		"unclear":    {mail{from: lea, subject: "Baratin / Analyse", body: "Bonjour"}, desk.Filed, "to-sort", "unclear"},
		"vacation": {
			mail{from: lea, subject: "Baratin", body: "Absente", header: []string{"Auto-Submitted: auto-replied"}},
			desk.EndedAutomatic, "automatic", "",
		},
		"ourselves": {mail{from: contact, subject: "Baratin : x", body: "x"}, desk.EndedAutomatic, "automatic", ""},
		"our own list in the sender's place": {mail{
			from: contact, subject: "Baratin : x", body: baratin(300),
			header: []string{"List-Id: <contact.example.org>"},
		}, desk.Filed, "baratin", ""},
		"two senders": {
			mail{from: "a@example.fr, b@example.fr", subject: "Baratin : x", body: baratin(300)},
			desk.Filed, "baratin", "",
		},
		"no text": {mail{from: lea, subject: "Baratin : x", body: "Le texte suit."}, desk.Filed, "baratin", "receipt"},
	} {
		t.Run(name, func(t *testing.T) {
			e := open(t).take(test.mail)
			answer := ""
			if e.Notice != nil {
				answer = e.Notice.Kind
			}
			if e.Mail.Ending != test.ending || e.Queue != test.queue || answer != test.answer {
				t.Errorf("%s in %s answered by %q; want %s in %s by %q (%s)", e.Mail.Ending, e.Queue, answer,
					test.ending, test.queue, test.answer, e.Mail.Reason.In("en"))
			}
		})
	}
}

func TestWhoIsNotRegisteredWaits(t *testing.T) {
	s := open(t)
	_, err := s.db.Enrol(t.Context(), []desk.Enrolment{{Author: desk.Author{Name: "Tom", Addresses: []string{"tom@example.fr"}}}}, nil, false)
	must(t, err)
	e := s.take(mail{from: lea, subject: "Baratin : x", body: baratin(300)})
	if e.Queue != desk.QueueRegistration || e.Case.State != desk.AwaitingRegistration || e.Case.Verdict != desk.Complete {
		t.Errorf("%+v", e.Case)
	}
	if e = s.take(mail{from: "Tom <TOM@example.fr>", subject: "Baratin : y", body: baratin(301)}); e.Queue != "baratin" {
		t.Errorf("a registered author: %+v", e.Case)
	}
	if e = s.take(mail{from: lea, subject: "Baratin : z", body: baratin(100)}); e.Queue != "baratin" {
		t.Errorf("an incomplete text: %+v", e.Case)
	}
}

func TestWhatCannotBeReadIsParked(t *testing.T) {
	s := open(t)
	if e := s.takeRaw([]byte("\r\n")); e.Mail.Ending != desk.Parked || e.Queue != desk.QueueParked || e.Case == nil {
		t.Errorf("an empty mail: %+v", e.Mail)
	}
	whole := s.flow.Rules
	s.flow.Rules = &rules.Set{} // breaks whoever asks it
	if e := s.take(mail{from: lea, subject: "Baratin", body: "x"}); e.Mail.Ending != desk.Parked || e.Mail.Reason.Code != "fault" {
		t.Errorf("a reader that breaks: %+v", e.Mail)
	}
	s.flow.Rules = whole
	if e := s.take(mail{from: lea, subject: "Baratin : x", body: baratin(300)}); e.Mail.Ending != desk.Filed {
		t.Errorf("the next one: %+v", e.Mail)
	}
}

func TestEveryReasonIsInTheTable(t *testing.T) {
	s := open(t)
	for _, subject := range []string{"Baratin", "Retrait", "Retrait baratin", "aide", "bonjour", "Baratin / Analyse"} {
		if e := s.take(mail{from: lea, subject: subject, body: "Bonjour " + subject}); !e.Mail.Reason.Known() {
			t.Errorf("%q: %+v", subject, e.Mail.Reason)
		}
	}
}

// failing is the real ledger, failing at one step of the mail with a UID, so often.
type failing struct {
	intake.Ledger
	at    string
	uid   uint32
	times *int
	err   error
}

var errDisk = fmt.Errorf("%w: the disk is full", desk.ErrStorage)

func (f failing) Together(ctx context.Context, n int, take func(int, desk.Page) error) (int, error) {
	return f.Ledger.Together(ctx, n, func(i int, page desk.Page) error { return take(i, &failingPage{page, f, 0}) })
}

type failingPage struct {
	desk.Page
	failing
	uid uint32
}

func (p *failingPage) fails(at string) error {
	if at != p.at || p.failing.uid != 0 && p.failing.uid != p.uid || *p.times == 0 {
		return nil
	}
	*p.times--
	return p.err
}

func (p *failingPage) Lookup(ctx context.Context, q desk.Question) (desk.Knowledge, error) {
	p.uid = q.Received.UID
	if err := p.fails("lookup"); err != nil {
		return desk.Knowledge{}, err
	}
	return p.Page.Lookup(ctx, q)
}

func (p *failingPage) Reserve(ctx context.Context, prefix string, year int) (desk.Reference, error) {
	if err := p.fails("reserve"); err != nil {
		return "", err
	}
	return p.Page.Reserve(ctx, prefix, year)
}

func (p *failingPage) Record(ctx context.Context, e *desk.Entry) error {
	if p.at == "panic" {
		if err := p.fails("panic"); err != nil {
			panic(err)
		}
	}
	if err := p.fails("record"); err != nil {
		return err
	}
	return p.Page.Record(ctx, e)
}

func TestAFailingLedgerRecordsNothing(t *testing.T) {
	for _, step := range []string{"lookup", "reserve", "record"} {
		t.Run(step, func(t *testing.T) {
			s := open(t)
			r := desk.Received{Mailbox: contact, UIDValidity: 1, UID: 1, Raw: mail{from: lea, subject: "Baratin : x", body: baratin(300)}.raw()}
			times := -1
			s.flow.Ledger = failing{s.db, step, 0, &times, errDisk}
			s.flow.Caution = &intake.Caution{} // nobody is asked whose fault it is
			if err := s.flow.Process(t.Context(), []desk.Received{r})(); !errors.Is(err, errDisk) || s.last != nil {
				t.Fatalf("%v, %+v", err, s.last)
			}
			if cases, _ := s.db.Waiting(t.Context()); len(cases) != 0 {
				t.Errorf("a case stands: %+v", cases)
			}
			s.flow.Ledger = s.db // the disk has room again
			if e := s.receive(r); e == nil || e.Mail.Ending != desk.Filed {
				t.Errorf("the same mail, again: %+v", e)
			}
		})
	}
}

// BenchmarkProcess takes whole mails, a submission in the body among them, into
// a real database with its syncs.
func BenchmarkProcess(b *testing.B) {
	for name, m := range map[string]mail{
		"submission": {from: lea, subject: "Baratin : Se loger pour étudier", body: baratin(600)},
		"withdrawal": {from: lea, subject: "Retrait baratin", body: "BARA-2026-0042-R"},
		"inquiry":    {from: lea, subject: "Une question", body: "Bonjour, une question."},
	} {
		b.Run(name, func(b *testing.B) {
			s := open(b)
			b.ReportAllocs()
			for b.Loop() {
				if name == "submission" { // the same text once more would be recognised
					m.body = essay(int(s.uid))
				}
				m.id = fmt.Sprintf("<%d@example.fr>", s.uid)
				s.take(m)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
		})
	}
}
