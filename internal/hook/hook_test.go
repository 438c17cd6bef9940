package hook

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// shelf is a queue in memory: what a Teller promises of its own is tried here, and
// the real queue in package store.
type shelf struct {
	waiting []desk.Signal
	settled []desk.Outcome
}

func (s *shelf) Claim(context.Context, time.Time, time.Duration) (desk.Signal, error) {
	if len(s.waiting) == 0 {
		return desk.Signal{}, desk.ErrNone
	}
	g := s.waiting[0]
	s.waiting = s.waiting[1:]
	return g, nil
}

func (s *shelf) Settle(_ context.Context, _ int64, out desk.Outcome) error {
	s.settled = append(s.settled, out)
	return nil
}

var now = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

func teller(s *shelf) *Teller {
	return &Teller{
		Queue: s, Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler), Rand: func() float64 { return 0 },
		Write: func(_ context.Context, g desk.Signal) ([]byte, error) {
			return json.Marshal(map[string]int64{"event": g.Event})
		},
		Secret: func() ([]byte, error) { return Key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw") },
	}
}

// TestSign compares with the example of the specification.
func TestSign(t *testing.T) {
	key, err := Key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := Sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	for _, secret := range []string{"", "short", "whsec_***", "whsec_c2hvcnQ="} {
		if _, err := Key(secret); err == nil {
			t.Errorf("the secret %q is taken", secret)
		}
	}
}

func TestWebhook(t *testing.T) {
	for _, test := range []struct {
		status   int
		attempts int
		want     desk.Outcome
		reply    string
	}{
		{200, 0, desk.Outcome{Sent: true}, ""},
		{204, 5, desk.Outcome{Sent: true}, ""},
		{302, 0, desk.Outcome{Next: now.Add(time.Minute)}, "redirects are not followed"},
		{503, 0, desk.Outcome{Next: now.Add(time.Minute)}, "503"},
		{404, 3, desk.Outcome{Next: now.Add(8 * time.Minute)}, "404"},
		{500, 33, desk.Outcome{Next: now.Add(4 * time.Hour)}, "500"},
		{500, 34, desk.Outcome{Permanent: true}, "500"},
	} {
		t.Run(fmt.Sprint(test.status, " after ", test.attempts), func(t *testing.T) {
			asked := 0
			server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				body, _ := io.ReadAll(r.Body)
				key, _ := Key("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
				if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" || string(body) != `{"event":42}` ||
					r.Header.Get("webhook-id") != "42" || r.Header.Get("webhook-timestamp") != "1772355600" ||
					r.Header.Get("webhook-signature") != Sign(key, "42", now, body) {
					t.Errorf("%s %v %s", r.Method, r.Header, body)
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(test.status)
			}))
			defer server.Close()
			s := &shelf{waiting: []desk.Signal{{Event: 42, Attempts: test.attempts}}}
			h := teller(s)
			h.URL = server.URL
			h.Client = NewClient(server.Client().Transport.(*http.Transport).TLSClientConfig)
			told, err := h.Drain(t.Context())
			if err != nil || (told == 1) != test.want.Sent || len(s.settled) != 1 || asked != 1 {
				t.Fatalf("told %d, %v, settled %+v, asked %d", told, err, s.settled, asked)
			}
			got := s.settled[0]
			if !strings.Contains(got.Reply, test.reply) {
				t.Errorf("reply %q", got.Reply)
			}
			test.want.At, got.Reply = now, ""
			if got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

// A site whose certificate nobody vouches for is not told.
func TestWebhookWantsTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was told") }))
	defer server.Close()
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s := &shelf{waiting: []desk.Signal{{Event: 42}}}
	h := teller(s)
	h.URL = server.URL
	if _, err := h.Drain(t.Context()); err != nil || !strings.Contains(s.settled[0].Reply, "certificate") {
		t.Errorf("%v, %+v", err, s.settled)
	}
}

func TestWithoutASecretNothingIsTried(t *testing.T) {
	s := &shelf{waiting: []desk.Signal{{Event: 42, Attempts: 34}}}
	h := teller(s)
	h.URL, h.Secret = "https://127.0.0.1:1/", func() ([]byte, error) { return nil, errors.New("no file") }
	if _, err := h.Drain(t.Context()); err != nil || !s.settled[0].Untried || s.settled[0].Permanent || !s.settled[0].Next.After(now) {
		t.Errorf("%v, %+v", err, s.settled)
	}
}

func TestCommand(t *testing.T) {
	t.Setenv("GUICHET_IMAP_PASSWORD", "secret")
	folder := t.TempDir()
	script := func(text string) []string { return []string{"/bin/sh", "-c", text} }
	for name, test := range map[string]struct {
		command []string
		sent    bool
		reply   string
	}{
		"done":         {script(`cat > told; echo "$GUICHET_EVENT" >> told; env >> told`), true, ""},
		"failed":       {script("cat; echo no room >&2; exit 3"), false, "exit status 3: {\"event\":42}no room"},
		"too long":     {script("sleep 600 & sleep 600"), false, "took longer than"},
		"talks much":   {script("yes | head -c 1000000; echo done; exit 1"), false, "done"},
		"reads none":   {script("exit 0"), true, ""},
		"is not there": {[]string{"./missing"}, false, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			s := &shelf{waiting: []desk.Signal{{Event: 42}}}
			h := teller(s)
			h.Command, h.Dir = test.command, folder
			if name == "too long" {
				h.commandTimeout = 200 * time.Millisecond
			}
			if _, err := h.Drain(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := s.settled[0]; got.Sent != test.sent || !strings.Contains(got.Reply, test.reply) || len(got.Reply) > 2*desk.MaxReply {
				t.Errorf("%+v", got)
			}
		})
	}
	told, err := os.ReadFile(filepath.Join(folder, "told"))
	if err != nil || !strings.HasPrefix(string(told), "{\"event\":42}42\n") || strings.Contains(string(told), "secret") {
		t.Errorf("%v\n%s", err, told)
	}
}

// A command that fails keeps the webhook from being told before it.
func TestTheCommandComesFirst(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer server.Close()
	s := &shelf{waiting: []desk.Signal{{Event: 1}, {Event: 2}}}
	h := teller(s)
	h.URL, h.Command = server.URL, []string{"/bin/sh", "-c", `test "$GUICHET_EVENT" = 2`}
	told, err := h.Drain(t.Context())
	if err != nil || told != 1 || asked != 1 || s.settled[0].Sent || !s.settled[1].Sent {
		t.Errorf("told %d, %v, asked %d, %+v", told, err, asked, s.settled)
	}
}
