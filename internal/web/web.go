// Package web is the desk in a browser: so far the one page on which an author
// confirms a withdrawal.
//
// GET and HEAD show what would be confirmed and never change anything: machines
// open the links of mails. POST, which the page's one button sends, confirms. The
// token in the path is all that it takes, so the page tells it to nobody: it loads
// nothing, links nowhere, has no script and no cookie, sends no referrer, is not
// kept by caches nor by search engines, and the log does not hold it. A link that is
// unknown, too old, or spent gets one and the same answer (404).
//
// It speaks HTTP, for a proxy of the same machine to put TLS before it.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/triage"
)

// ConfirmationPath is where the confirmation of a withdrawal is, below the site's
// address; the token follows.
const ConfirmationPath = "/retrait/"

// Confirmations is what the page asks of the desk. The errors that it tells apart
// are nil, triage.ErrSpent and all others.
type Confirmations interface {
	AwaitsToken(ctx context.Context, token string) (desk.Request, error)
	ConfirmByPage(ctx context.Context, token string) (desk.Request, error)
}

// Site is the pages of one desk. All fields must be set.
type Site struct {
	Confirmations Confirmations
	URL           string // under which people reach the site, such as https://guichet.example.org
	Manner        func() Manner
	Clock         func() time.Time
	Log           *slog.Logger
}

// Manner is what the rules in force say of the pages: they may change while the desk
// runs.
type Manner struct {
	Name       string        // of the publication
	CoolingOff time.Duration // for which a confirmed request can be taken back
	FormatName func(id string) string
}

// Handler answers the site's requests.
func (s *Site) Handler() (http.Handler, error) {
	origin, err := url.Parse(s.URL)
	if err != nil {
		return nil, err
	}
	guard := http.NewCrossOriginProtection()
	if err := guard.AddTrustedOrigin(origin.Scheme + "://" + origin.Host); err != nil {
		return nil, err
	}
	guard.SetDenyHandler(s.page(http.StatusForbidden, sheet{Refused: true}))
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+ConfirmationPath+"{token}", s.ask)
	mux.HandleFunc("POST "+ConfirmationPath+"{token}", s.confirm)
	mux.Handle("/", s.page(http.StatusNotFound, sheet{Spent: true}))
	limit := &limiter{perMinute: perMinute, clock: s.Clock}
	return guarded(limit.before(guard.Handler(mux), s.page(http.StatusTooManyRequests, sheet{Crowded: true}))), nil
}

// guarded adds the headers that keep a page, and its address, where they are.
func guarded(next http.Handler) http.Handler {
	headers := map[string]string{
		"Cache-Control":           "no-store",
		"Content-Security-Policy": "default-src 'none'; style-src " + styleHash + "; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
		"Referrer-Policy":         "no-referrer",
		"X-Content-Type-Options":  "nosniff",
		"X-Robots-Tag":            "noindex, nofollow, noarchive",
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range headers {
			w.Header().Set(name, value)
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
}

// maxBody bounds what a form may send; ours sends nothing.
const maxBody = 4 << 10

// Serve answers on a listener until the context ends, and returns once the requests in
// hand have ended, ten seconds later at most.
func (s *Site) Serve(ctx context.Context, listener net.Listener) error {
	handler, err := s.Handler()
	if err != nil {
		return err
	}
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 20 * time.Second,
		IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(discardTokens{s.Log.Handler()}, slog.LevelWarn),
	}
	ended := make(chan error, 1)
	still := context.AfterFunc(ctx, func() {
		patience, stop := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer stop()
		ended <- server.Shutdown(patience)
	})
	err = server.Serve(listener)
	if still() {
		return err // it ended by itself
	}
	return <-ended
}

// ask shows what would be confirmed.
func (s *Site) ask(w http.ResponseWriter, r *http.Request) {
	request, err := s.Confirmations.AwaitsToken(r.Context(), r.PathValue("token"))
	if s.failed(w, r, err) {
		return
	}
	shown := s.sheet(request)
	shown.Asks = true
	s.page(http.StatusOK, shown).ServeHTTP(w, r)
}

// confirm confirms, and shows what follows.
func (s *Site) confirm(w http.ResponseWriter, r *http.Request) {
	request, err := s.Confirmations.ConfirmByPage(r.Context(), r.PathValue("token"))
	if s.failed(w, r, err) {
		return
	}
	s.Log.InfoContext(r.Context(), "a withdrawal was confirmed on the page", "request", request.Reference)
	shown := s.sheet(request)
	shown.Done = true
	s.page(http.StatusOK, shown).ServeHTTP(w, r)
}

// failed answers where there is nothing to confirm, or the desk cannot tell.
func (s *Site) failed(w http.ResponseWriter, r *http.Request, err error) bool {
	switch {
	case err == nil:
		return false
	case errors.Is(err, triage.ErrSpent):
		s.page(http.StatusNotFound, sheet{Spent: true}).ServeHTTP(w, r)
	default:
		s.Log.ErrorContext(r.Context(), "the confirmation page failed", "error", err)
		s.page(http.StatusInternalServerError, sheet{Broken: true}).ServeHTTP(w, r)
	}
	return true
}
