package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

//go:embed page/confirmation.html
var confirmation string

//go:embed page/style.css
var style string

var (
	confirmationPage = template.Must(template.New("confirmation").Parse(confirmation))
	styleHash        = "'sha256-" + hashOf(style) + "'" // the one style that the page may have
)

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// sheet is what the page shows: one of its states, and of which work.
type sheet struct {
	Name      string // of the publication
	Title     string
	Format    string
	Reference desk.Reference
	Published bool
	Hours     int // in which a confirmed request can be taken back

	Asks, Done, Spent, Refused, Crowded, Broken bool
}

// Style is the page's own, which its policy names by its hash.
func (sheet) Style() template.CSS { return template.CSS(style) }

// Heading is what the page says first, and the name of its tab.
func (s sheet) Heading() string {
	switch {
	case s.Asks:
		return "Retirer ce texte\u202f?"
	case s.Done:
		return "C’est confirmé"
	case s.Spent:
		return "Ce lien n’est plus valable"
	}
	return "Rien n’a été confirmé"
}

func (s *Site) sheet(r desk.Request) sheet {
	manner := s.Manner()
	return sheet{
		Title: r.Work.Title(), Format: manner.FormatName(r.Work.Format()), Reference: r.Work.Reference(),
		Published: r.Work.Publication != nil, Hours: int(manner.CoolingOff / time.Hour),
	}
}

// page writes one state of the page.
func (s *Site) page(status int, shown sheet) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		shown.Name = s.Manner().Name
		var b bytes.Buffer
		if err := confirmationPage.Execute(&b, shown); err != nil {
			s.Log.ErrorContext(r.Context(), "the confirmation page cannot be written", "error", err)
			http.Error(w, "", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if status == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", "60")
		}
		w.WriteHeader(status)
		_, _ = w.Write(b.Bytes()) // the reader may be gone
	})
}

// discardTokens keeps the paths of requests, which hold tokens, out of what
// net/http itself logs.
type discardTokens struct{ slog.Handler }

// Handle logs a record without what follows the page's path.
func (d discardTokens) Handle(ctx context.Context, r slog.Record) error {
	said, _, cut := strings.Cut(r.Message, ConfirmationPath)
	if cut {
		r.Message = said + ConfirmationPath + "…"
	}
	return d.Handler.Handle(ctx, r)
}
