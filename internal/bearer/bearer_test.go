package bearer

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// provider is a token endpoint that gives a new refresh token each time, as Microsoft
// does, and takes the last alone.
type provider struct {
	mu      sync.Mutex
	good    string // the refresh token that it takes
	given   int
	rotates bool
	answer  func(w http.ResponseWriter) // in place of a token; may be nil
	form    url.Values                  // of the last request
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_ = r.ParseForm()
	p.form = maps.Clone(r.PostForm)
	if p.answer != nil {
		p.answer(w)
		return
	}
	if r.PostForm.Get("refresh_token") != p.good {
		refuse(w, "invalid_grant", "Token has been expired or revoked.")
		return
	}
	p.given++
	said := map[string]any{"access_token": "access-" + strconv.Itoa(p.given), "token_type": "Bearer", "expires_in": 3600}
	if p.rotates {
		p.good = "refresh-" + strconv.Itoa(p.given)
		said["refresh_token"] = p.good
	}
	_ = json.NewEncoder(w).Encode(said)
}

func refuse(w http.ResponseWriter, code, description string) {
	w.WriteHeader(http.StatusBadRequest)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": code, "error_description": description})
}

// drawer keeps refresh tokens, as the store does.
type drawer struct {
	kept map[string]string
	err  error
}

func (d *drawer) RefreshToken(_ context.Context, account string, seed [32]byte) (string, error) {
	return d.kept[account+string(seed[:])], nil
}

func (d *drawer) KeepRefreshToken(_ context.Context, account string, seed [32]byte, token string) error {
	if d.err == nil {
		d.kept[account+string(seed[:])] = token
	}
	return d.err
}

func secret(s string) func() (string, error) { return func() (string, error) { return s, nil } }

type desk struct {
	*provider
	source *Source
	at     time.Time
	drawer *drawer
}

func open(t *testing.T) *desk {
	d := &desk{provider: &provider{good: "first"}, at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), drawer: &drawer{kept: map[string]string{}}}
	server := httptest.NewServer(d.provider)
	t.Cleanup(server.Close)
	d.source = &Source{
		Account: "imap contact@example.org", Endpoint: server.URL + "/token", ClientID: "client", ClientSecret: secret("shh"),
		RefreshToken: secret("first"), Scope: "mail", Keeper: d.drawer, Now: func() time.Time { return d.at },
	}
	return d
}

func (d *desk) token(t *testing.T, fresh bool) string {
	t.Helper()
	token, err := d.source.Token(t.Context(), fresh)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// A token is asked for once, and again before it ends or where it was refused.
func TestToken(t *testing.T) {
	d := open(t)
	if a, b := d.token(t, false), d.token(t, false); a != "access-1" || b != a {
		t.Errorf("tokens %q, %q; want the first twice", a, b)
	}
	want := url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {"first"}, "client_id": {"client"}, "client_secret": {"shh"}, "scope": {"mail"},
	}
	if d.form.Encode() != want.Encode() {
		t.Errorf("asked with %v; want %v", d.form, want)
	}
	d.at = d.at.Add(54 * time.Minute)
	if got := d.token(t, false); got != "access-1" {
		t.Errorf("after 54 minutes: %q", got)
	}
	d.at = d.at.Add(2 * time.Minute)
	if got := d.token(t, false); got != "access-2" {
		t.Errorf("four minutes before its end: %q", got)
	}
	if got := d.token(t, true); got != "access-3" {
		t.Errorf("after a refusal: %q", got)
	}
}

// A refresh token that is replaced is kept over a start, until another is configured.
func TestReplacedRefreshToken(t *testing.T) {
	d := open(t)
	d.rotates = true
	d.token(t, false)
	d.token(t, true)
	again := &Source{
		Account: d.source.Account, Endpoint: d.source.Endpoint, ClientID: "client", RefreshToken: secret("first"), Keeper: d.drawer,
	}
	if got, err := again.Token(t.Context(), false); err != nil || got != "access-3" {
		t.Errorf("after a start: %q, %v", got, err)
	}
	d.good = "second"
	again.RefreshToken = secret("second")
	if got, err := again.Token(t.Context(), true); err != nil || got != "access-4" {
		t.Errorf("after another was configured: %q, %v", got, err)
	}
	d.drawer.err = errors.New("the disk is full")
	if _, err := again.Token(t.Context(), true); !errors.Is(err, d.drawer.err) {
		t.Errorf("a token that cannot be kept: %v", err)
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		answer  func(http.ResponseWriter)
		refused bool
		says    string
	}{
		"revoked":     {func(w http.ResponseWriter) { refuse(w, "invalid_grant", "revoked\nsecond line") }, true, "invalid_grant (revoked)"},
		"overloaded":  {func(w http.ResponseWriter) { refuse(w, "temporarily_unavailable", "") }, false, "400"},
		"broken":      {func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) }, false, "502"},
		"no JSON":     {func(w http.ResponseWriter) { _, _ = w.Write([]byte("<html>")) }, false, errNoToken.Error()},
		"no token":    {func(w http.ResponseWriter) { _, _ = w.Write([]byte("{}")) }, false, errNoToken.Error()},
		"redirection": {func(w http.ResponseWriter) { w.Header().Set("Location", "/else"); w.WriteHeader(http.StatusFound) }, false, "302"},
	} {
		d := open(t)
		d.answer = c.answer
		_, err := d.source.Token(t.Context(), false)
		var refused *Refused
		if err == nil || errors.As(err, &refused) != c.refused || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, hidden := range []string{"first", "shh"} {
			if strings.Contains(err.Error(), hidden) {
				t.Errorf("%s: the error holds a secret: %v", name, err)
			}
		}
	}
}

// What the provider leaves out, and how it writes numbers.
func TestExpiry(t *testing.T) {
	for said, life := range map[string]time.Duration{`3600`: time.Hour, `"3600"`: time.Hour, `120`: 2 * time.Minute, `0`: 10 * time.Minute} {
		d := open(t)
		d.answer = func(w http.ResponseWriter) { _, _ = w.Write([]byte(`{"access_token":"x","expires_in":` + said + `}`)) }
		d.token(t, false)
		if until := d.source.until.Sub(d.at); until <= 0 || until >= life {
			t.Errorf("expires_in %s: used for %v; want less than %v", said, until, life)
		}
	}
}

func TestCheckEndpoint(t *testing.T) {
	for endpoint, ok := range map[string]bool{
		"https://login.example.org/token": true, "http://127.0.0.1:80/token": true, "http://localhost/token": true,
		"http://login.example.org/token": false, "ftp://127.0.0.1/": false, "token": false, "": false,
	} {
		if err := CheckEndpoint(endpoint); (err == nil) != ok {
			t.Errorf("CheckEndpoint(%q): %v", endpoint, err)
		}
	}
}

func TestCommand(t *testing.T) {
	dir := t.TempDir()
	script := filepath.Join(dir, "token")
	for name, c := range map[string]struct{ text, token, says string }{
		"prints": {"echo ya29.abc; echo more", "ya29.abc", ""},
		"fails":  {"echo the vault is locked >&2; exit 3", "", "the vault is locked"},
		"silent": {"true", "", errNoToken.Error()},
		"talks":  {"echo here is your token", "", errNoToken.Error()},
	} {
		if err := os.WriteFile(script, []byte("#!/bin/sh\n"+c.text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		s := &Source{Command: []string{"./token"}, Dir: dir}
		got, err := s.Token(t.Context(), false)
		if got != c.token || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := (&Source{Command: []string{"./absent"}, Dir: dir}).Token(t.Context(), false); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a command that is not there: %v", err)
	}
}
