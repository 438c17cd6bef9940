package web_test

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/triage"
	"github.com/bara-think-tank/guichet/internal/web"
	builtin "github.com/bara-think-tank/guichet/rules"
)

const (
	contact = "contact@example.org"
	lea     = "lea@example.fr"
	noe     = "noe@example.fr"
	title   = "Les cafés <fermés>"
)

// scene is a site over a real database, with a clock that a test moves.
type scene struct {
	t     *testing.T
	db    *store.DB
	at    time.Time
	uid   uint32
	serve *httptest.Server
	logs  *strings.Builder
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T) *scene {
	t.Helper()
	s := &scene{t: t, at: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC), logs: &strings.Builder{}}
	clock := func() time.Time { return s.at }
	var err error
	s.db, err = store.Open(t.Context(), filepath.Join(t.TempDir(), "guichet.db"), clock)
	must(t, err)
	t.Cleanup(func() { must(t, s.db.Close()) })
	templates, err := fs.Sub(builtin.FS, "notices")
	must(t, err)
	composer, err := notice.New(templates, notice.Publication{
		Name: "BARA", Prefix: "BARA", Language: "fr", Languages: []string{"fr", "en"}, Formats: []notice.Format{{ID: "baratin", Name: "Baratin"}},
	})
	must(t, err)
	composer.Random = rand.Reader
	decisions := &triage.Decisions{
		Docket: s.db, Address: contact, Zone: time.UTC, Clock: clock, Log: slog.New(slog.DiscardHandler),
		Manner: func() triage.Manner {
			return triage.Manner{Name: "BARA", Lang: "fr", Notices: composer, Delays: rules.Withdrawal{CoolingOff: 48 * time.Hour}}
		},
	}
	site := &web.Site{
		Confirmations: decisions, URL: "https://guichet.example.org",
		Manner: func() web.Manner {
			return web.Manner{Name: "BARA", CoolingOff: 48 * time.Hour, FormatName: func(string) string { return "Baratin" }}
		},
		Clock: clock, Log: slog.New(slog.NewTextHandler(s.logs, nil)),
	}
	handler, err := site.Handler()
	must(t, err)
	s.serve = httptest.NewServer(handler)
	t.Cleanup(s.serve.Close)
	return s
}

func (s *scene) record(e *desk.Entry) {
	s.t.Helper()
	s.uid++
	e.Received = desk.Received{Mailbox: contact, UIDValidity: 1, UID: s.uid, Raw: fmt.Appendf(nil, "From: x\r\n\r\n%d\r\n", s.uid)}
	e.Mail.SHA256, e.Mail.MessageID = sha256.Sum256(e.Received.Raw), fmt.Sprintf("<m%d@example.fr>", s.uid)
	must(s.t, s.db.Record(s.t.Context(), e))
}

// asked is a request for a text of Léa's, published with Noé or not published, that
// waits for a token.
func (s *scene) asked(published bool, token string) desk.Request {
	s.t.Helper()
	ref, err := s.db.Reserve(s.t.Context(), "BARA", 2026)
	must(s.t, err)
	c := &desk.Case{
		Reference: ref, Kind: desk.KindSubmission, Format: "baratin", Queue: "baratin", State: desk.Accepted, Title: title,
		Author: "Léa Martin", Address: lea,
	}
	s.record(&desk.Entry{
		Mail: desk.Mail{FromAddress: lea, Kind: desk.KindSubmission, Ending: desk.Filed}, Case: c,
		Version: &desk.Version{Format: "baratin"}, Queue: "baratin",
	})
	if published {
		c.State = desk.Published
		must(s.t, s.db.Apply(s.t.Context(), &desk.Change{
			Case: c, CaseWas: desk.Accepted, Signals: true, Events: []desk.Event{{Type: "decided"}},
			Publication: &desk.Publication{
				Reference: ref, CaseID: c.ID, Format: "baratin", Title: title, On: s.at, State: desk.StandsPublished,
				Authors: []desk.Signatory{{Name: "Léa Martin", Addresses: []string{lea}}, {Name: "Noé Petit", Addresses: []string{noe}}},
			},
		}))
	}
	work, err := s.db.Work(s.t.Context(), ref)
	must(s.t, err)
	own, err := s.db.Reserve(s.t.Context(), "BARA", 2026)
	must(s.t, err)
	r := &desk.Request{
		Work: work, State: desk.AwaitingConfirm, Asker: lea, TokenTo: lea, TokenHash: desk.TokenHash(token), TokenUntil: s.at.Add(7 * 24 * time.Hour),
	}
	s.record(&desk.Entry{
		Mail: desk.Mail{FromAddress: lea, Kind: desk.KindWithdrawal, Ending: desk.Filed}, Queue: desk.QueueWithdrawals,
		Changes: []*desk.Change{{
			Opens:   &desk.Case{Reference: own, Kind: desk.KindWithdrawal, Queue: desk.QueueWithdrawals, State: r.State.Case(), Address: lea},
			Request: r, Events: []desk.Event{{Type: "request"}},
		}},
	})
	return s.request(own)
}

func (s *scene) request(ref desk.Reference) desk.Request {
	s.t.Helper()
	r, err := s.db.RequestByCase(s.t.Context(), ref)
	must(s.t, err)
	return r
}

// do makes a request and gives its status, its body and its headers.
func (s *scene) do(method, token string, header ...string) (int, string, http.Header) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.serve.URL+web.ConfirmationPath+token, nil)
	must(s.t, err)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer, err := http.DefaultClient.Do(r)
	must(s.t, err)
	defer answer.Body.Close() //nolint:errcheck // it is read
	body, err := io.ReadAll(answer.Body)
	must(s.t, err)
	return answer.StatusCode, string(body), answer.Header
}

// Whatever opens the link, nothing changes: the log has not one line more.
func TestLookingChangesNothing(t *testing.T) {
	s := open(t)
	r := s.asked(true, "token")
	before, err := s.db.History(t.Context(), r.CaseID)
	must(t, err)
	for range 100 {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			if status, _, _ := s.do(method, "token", "Purpose", "prefetch"); status != http.StatusOK {
				t.Fatalf("%s: %d", method, status)
			}
		}
		for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodOptions} {
			s.do(method, "token")
		}
		s.at = s.at.Add(time.Minute)
	}
	after, err := s.db.History(t.Context(), r.CaseID)
	must(t, err)
	if now := s.request(r.Reference); now.State != desk.AwaitingConfirm || now.TokenHash == "" || len(after) != len(before) {
		t.Errorf("%+v; %d lines of the log, were %d", now, len(after), len(before))
	}
	_, page, _ := s.do(http.MethodGet, "token")
	for _, said := range []string{"Les cafés &lt;fermés&gt;", string(r.Work.Reference()), "48&nbsp;heures", `<form method="post">`, "Je confirme le retrait"} {
		if !strings.Contains(page, said) {
			t.Errorf("%q is missing:\n%s", said, page)
		}
	}
}

func TestTheButtonConfirmsOnce(t *testing.T) {
	for name, published := range map[string]bool{"published": true, "not published": false} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			r := s.asked(published, "token")
			s.at = s.at.Add(time.Hour)
			status, page, _ := s.do(http.MethodPost, "token", "Sec-Fetch-Site", "same-origin", "Origin", "null")
			if status != http.StatusOK || !strings.Contains(page, "C’est confirmé") {
				t.Fatalf("%d\n%s", status, page)
			}
			now := s.request(r.Reference)
			want, told := desk.RequestGranted, 1
			if published {
				want, told = desk.CoolingOff, 2 // Noé signs too
			}
			if now.State != want || now.ConfirmedBy != "page" || !now.ConfirmedAt.Equal(s.at) || now.TokenHash != "" {
				t.Errorf("%+v", now)
			}
			if published && !now.Until.Equal(s.at.Add(48*time.Hour)) {
				t.Errorf("until %v", now.Until)
			}
			notices, err := s.db.Notices(t.Context(), r.CaseID)
			must(t, err)
			if len(notices) != told {
				t.Errorf("%d are told, want %d", len(notices), told)
			}
			if !published {
				c, err := s.db.Case(t.Context(), r.Work.Reference())
				must(t, err)
				if c.State != desk.Withdrawn {
					t.Errorf("the text is %s", c.State)
				}
			}
			for _, method := range []string{http.MethodPost, http.MethodGet} {
				if status, page, _ := s.do(method, "token"); status != http.StatusNotFound || !strings.Contains(page, "n’est plus valable") {
					t.Errorf("%s once more: %d\n%s", method, status, page)
				}
			}
			if again := s.request(r.Reference); again.State != want {
				t.Errorf("then %s", again.State)
			}
			if strings.Contains(s.logs.String(), "token") {
				t.Error(s.logs)
			}
			must(t, s.db.VerifyChain(t.Context()))
		})
	}
}

// A link that was never given, one that is too old, one that is spent and one whose
// work is gone are answered alike, byte for byte.
func TestADeadLinkTellsNothing(t *testing.T) {
	s := open(t)
	old := s.asked(true, "old")
	s.at = s.at.Add(7 * 24 * time.Hour)
	s.asked(true, "spent")
	s.do(http.MethodPost, "spent")
	gone := s.asked(true, "gone")
	p := *gone.Work.Publication
	p.State = desk.StandsRetracted
	must(t, s.db.Apply(t.Context(), &desk.Change{Publication: &p, PublicationWas: desk.StandsPublished, Events: []desk.Event{{Type: "decided"}}}))
	live := s.asked(true, "live")
	var answers []string
	for _, token := range []string{"never", "old", "spent", "gone", strings.Repeat("x", 2000), "live%00", "%27", "LIVE"} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			status, page, header := s.do(method, token)
			header.Del("Date")
			answers = append(answers, fmt.Sprintln(status, header, page))
			if status != http.StatusNotFound {
				t.Errorf("%s %s: %d", method, token, status)
			}
		}
	}
	for i, answer := range answers {
		if answer != answers[0] {
			t.Errorf("answer %d differs:\n%s\n---\n%s", i, answers[0], answer)
		}
	}
	for _, r := range []desk.Request{old, gone, live} {
		if now := s.request(r.Reference); now.State != desk.AwaitingConfirm {
			t.Errorf("%s is %s", r.Reference, now.State)
		}
	}
}

func TestATokenConfirmsItsOwnRequest(t *testing.T) {
	s := open(t)
	first, second := s.asked(true, "one"), s.asked(true, "two")
	s.do(http.MethodPost, "two")
	if a, b := s.request(first.Reference), s.request(second.Reference); a.State != desk.AwaitingConfirm || b.State != desk.CoolingOff {
		t.Errorf("%s, %s", a.State, b.State)
	}
}

func TestAnotherSiteConfirmsNothing(t *testing.T) {
	s := open(t)
	r := s.asked(true, "token")
	for _, header := range [][]string{
		{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.test"}, {"Origin", "null"},
	} {
		if status, page, _ := s.do(http.MethodPost, "token", header...); status != http.StatusForbidden || !strings.Contains(page, "oui") {
			t.Errorf("%v: %d\n%s", header, status, page)
		}
	}
	if now := s.request(r.Reference); now.State != desk.AwaitingConfirm {
		t.Errorf("%s", now.State)
	}
	// Behind a proxy the request's host is not the site's.
	if status, _, _ := s.do(http.MethodPost, "token", "Origin", "https://guichet.example.org"); status != http.StatusOK {
		t.Errorf("from the site itself: %d", status)
	}
}

func TestThePageKeepsItsAddress(t *testing.T) {
	s := open(t)
	s.asked(true, "token")
	for _, token := range []string{"token", "none"} {
		_, page, header := s.do(http.MethodGet, token)
		for name, want := range map[string]string{
			"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "default-src 'none'", "Content-Type": "text/html; charset=utf-8",
		} {
			if !strings.Contains(header.Get(name), want) {
				t.Errorf("%s: %q", name, header.Get(name))
			}
		}
		for _, none := range []string{"<script", "href=", "src=", "http:", "https:", "token"} {
			if strings.Contains(page, none) {
				t.Errorf("the page has %q", none)
			}
		}
		if header.Values("Set-Cookie") != nil {
			t.Error("a cookie")
		}
	}
}

func TestACrowdWaits(t *testing.T) {
	s := open(t)
	s.asked(true, "token")
	last := 0
	for range 400 {
		last, _, _ = s.do(http.MethodGet, "none", "X-Forwarded-For", "203.0.113.9, 198.51.100.7")
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("%d", last)
	}
	if status, _, _ := s.do(http.MethodGet, "token", "X-Forwarded-For", "198.51.100.8"); status != http.StatusOK {
		t.Errorf("another address: %d", status)
	}
	s.at = s.at.Add(time.Minute)
	if status, _, _ := s.do(http.MethodGet, "token", "X-Forwarded-For", "198.51.100.7"); status != http.StatusOK {
		t.Errorf("a minute later: %d", status)
	}
}

// slow is a desk that takes its time to confirm.
type slow struct{ began, proceed chan struct{} }

func (s slow) AwaitsToken(context.Context, string) (desk.Request, error) {
	return desk.Request{}, triage.ErrSpent
}

func (s slow) ConfirmByPage(context.Context, string) (desk.Request, error) {
	close(s.began)
	<-s.proceed
	return desk.Request{}, nil
}

// The desk stops only once who pressed the button is answered.
func TestWhoIsInHandIsAnswered(t *testing.T) {
	s := slow{make(chan struct{}), make(chan struct{})}
	site := &web.Site{
		Confirmations: s, URL: "http://127.0.0.1", Clock: time.Now, Log: slog.New(slog.DiscardHandler),
		Manner: func() web.Manner { return web.Manner{FormatName: func(id string) string { return id }} },
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	ctx, stop := context.WithCancel(t.Context())
	served, answered := make(chan error, 1), make(chan int, 1)
	go func() { served <- site.Serve(ctx, listener) }()
	go func() {
		answer, err := http.Post("http://"+listener.Addr().String()+web.ConfirmationPath+"token", "", nil)
		if err != nil {
			t.Error(err)
			answered <- 0
			return
		}
		answer.Body.Close() //nolint:errcheck // it is not read
		answered <- answer.StatusCode
	}()
	<-s.began
	stop()
	select {
	case err := <-served:
		t.Fatalf("the site ended before its request: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	close(s.proceed)
	if status := <-answered; status != http.StatusOK {
		t.Errorf("%d", status)
	}
	must(t, <-served)
}
