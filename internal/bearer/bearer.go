// Package bearer gets the access tokens with which a mail account is opened where its
// provider takes no password: Gmail, Microsoft 365 (OAuth 2.0, RFC 6749 section 6;
// RFC 7628 for what is done with them).
//
// A token comes from the provider's token endpoint, for a refresh token, or from a
// command that prints one. It promises to ask before a token expires and not more often
// than it must; to keep the refresh token that replaces another (Keeper), as providers
// give one once; and that neither its errors nor any log holds a token or a secret. It
// speaks TLS to anything but loopback, and starts no browser: how a first refresh token
// is got is the provider's own affair, and the guide's.
package bearer

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Refused says that the provider refuses the refresh token or the client: trying again
// is of no use until a person repaired it.
type Refused struct {
	Code        string // RFC 6749 section 5.2: "invalid_grant"
	Description string // in the provider's words
}

func (r *Refused) Error() string {
	if r.Description == "" {
		return "the provider refuses to give a token: " + r.Code
	}
	return fmt.Sprintf("the provider refuses to give a token: %s (%s)", r.Code, r.Description)
}

// RefusesAccount is always true: it is as a wrong password.
func (*Refused) RefusesAccount() bool { return true }

// Keeper keeps refresh tokens that replace the configured ones. Seed is the hash of the
// configured one, so that another in the configuration counts at once.
type Keeper interface {
	// RefreshToken is the one that is kept for an account, "" where there is none.
	RefreshToken(ctx context.Context, account string, seed [32]byte) (string, error)
	KeepRefreshToken(ctx context.Context, account string, seed [32]byte, token string) error
}

// Source gives the tokens of one account. Its fields are set before the first call;
// it may be used by several goroutines.
type Source struct {
	Account string // its name for the Keeper: unlike any other's

	// The token endpoint, or else Command.
	Endpoint     string
	ClientID     string
	ClientSecret func() (string, error) // nil where the client has none
	RefreshToken func() (string, error) // the configured one
	Scope        string                 // Microsoft wants one; "" leaves it out
	Keeper       Keeper                 // nil: a replaced token lives as long as the program

	Command []string // the program and its arguments; it prints the token on its first line
	Dir     string   // where it runs

	Client *http.Client     // http.DefaultClient where nil
	Now    func() time.Time // time.Now where nil

	mu    sync.Mutex
	token string
	until time.Time
	kept  string // the refresh token that replaced the configured one
	seed  [32]byte
}

// patience is how long an endpoint or a command may take.
const patience = 30 * time.Second

// early is how long before its end a token is replaced: a login takes its time.
const early = 5 * time.Minute

// Token gives a token that is good for a few minutes at least; fresh asks for another
// than the last, which a server refused. A provider that refuses is a *Refused.
func (s *Source) Token(ctx context.Context, fresh bool) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.Command) > 0 {
		return s.run(ctx)
	}
	if !fresh && s.token != "" && s.now().Before(s.until) {
		return s.token, nil
	}
	got, err := s.refresh(ctx)
	if err != nil {
		return "", fmt.Errorf("asking %s for a token: %w", hostOf(s.Endpoint), err)
	}
	s.token = got.AccessToken
	life := time.Duration(got.ExpiresIn) * time.Second
	s.until = s.now().Add(life - min(early, life/2))
	return s.token, nil
}

func (s *Source) now() time.Time {
	if s.Now == nil {
		return time.Now()
	}
	return s.Now()
}

// current is the refresh token to use: the one that replaced the configured one, where
// that is still the configured one.
func (s *Source) current(ctx context.Context) (string, error) {
	configured, err := s.RefreshToken()
	if err != nil {
		return "", fmt.Errorf("reading the refresh token: %w", err)
	}
	if seed := sha256.Sum256([]byte(configured)); seed != s.seed {
		s.seed, s.kept = seed, ""
	}
	if s.Keeper != nil { // another account of the same provider may have replaced it since
		if s.kept, err = s.Keeper.RefreshToken(ctx, s.Account, s.seed); err != nil {
			return "", fmt.Errorf("reading the refresh token that is kept: %w", err)
		}
	}
	if s.kept != "" {
		return s.kept, nil
	}
	return configured, nil
}

// keep takes a refresh token that replaces the one in use. Where it cannot be kept it
// is an error: the old one may be dead by now, and a start without the new one is refused.
func (s *Source) keep(ctx context.Context, used, next string) error {
	if next == "" || next == used {
		return nil
	}
	s.kept = next
	if s.Keeper == nil {
		return nil
	}
	if err := s.Keeper.KeepRefreshToken(context.WithoutCancel(ctx), s.Account, s.seed, next); err != nil {
		return fmt.Errorf("keeping the new refresh token: %w", err)
	}
	return nil
}

// errNoToken is an answer without one.
var errNoToken = errors.New("no token came")

func hostOf(endpoint string) string {
	_, rest, _ := strings.Cut(endpoint, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}
