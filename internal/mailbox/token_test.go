package mailbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/faultproxy"
	"github.com/bara-think-tank/guichet/internal/realmail"
)

// With an access token, by either mechanism, a real Dovecot opens the mailbox; one
// that it refuses is replaced once.
func TestToken(t *testing.T) {
	h := dovecot(t, realmail.Slash)
	a := h.account(t)
	info := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("access_token") != "good.token" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]string{"email": a.address})
	}))
	defer info.Close()
	h.dovecot.TakeTokens(info.URL + "/?access_token=")
	for name, c := range map[string]struct {
		tokens    []string // the first, and the fresh one
		hide      string
		mechanism string
		refused   bool
	}{
		"OAUTHBEARER":    {[]string{"good.token"}, "", "AUTHENTICATE OAUTHBEARER", false},
		"XOAUTH2":        {[]string{"good.token"}, "AUTH=OAUTHBEARER", "AUTHENTICATE XOAUTH2", false},
		"stale":          {[]string{"stale", "good.token"}, "", "AUTHENTICATE OAUTHBEARER", false},
		"stale, XOAUTH2": {[]string{"stale", "good.token"}, "AUTH=OAUTHBEARER", "AUTHENTICATE XOAUTH2", false},
		"bad":            {[]string{"stale", "bad"}, "", "AUTHENTICATE OAUTHBEARER", true},
		"bad, XOAUTH2":   {[]string{"stale", "bad"}, "AUTH=OAUTHBEARER", "AUTHENTICATE XOAUTH2", true},
	} {
		t.Run(name, func(t *testing.T) {
			clerk, alarms := newClerk(), &bell{}
			a.put("INBOX", text("baratin "+name), time.Now())
			w := a.watcher(clerk)
			p := newProxy(t, h.imap, faultproxy.Trouble{Hide: []string{c.hide}})
			w.Server.Address, w.Server.Password, w.Alarms = p.Address, nil, alarms
			asked := 0
			w.Server.Token = func(_ context.Context, fresh bool) (string, error) {
				asked++
				if fresh != (asked > 1) || asked > len(c.tokens) {
					return "", fmt.Errorf("asked %d times, fresh %v", asked, fresh)
				}
				return c.tokens[asked-1], nil
			}
			err := w.Drain(t.Context())
			var login *LoginError
			if errors.As(err, &login) != c.refused || !c.refused && err != nil {
				t.Fatalf("Drain: %v\n%s", err, h.dovecot.Log())
			}
			if n := len(alarms.raised()); (n == 1) != c.refused {
				t.Errorf("alarms: %q", alarms.raised())
			}
			if !p.Said(c.mechanism) || p.Said("LOGIN") && !c.refused && p.Count(" LOGIN ") > 0 {
				t.Errorf("%s was not sent", c.mechanism)
			}
			if !c.refused {
				clerk.expect(t, "baratin "+name)
			} else {
				w.Server.Token = func(context.Context, bool) (string, error) { return "good.token", nil }
				drain(t, w)
			}
		})
	}
}

// revoked is a provider that refuses to give a token.
type revoked struct{}

func (revoked) Error() string        { return "invalid_grant" }
func (revoked) RefusesAccount() bool { return true }

// A provider that refuses is a refused login; one in trouble is not, and a server
// without the mechanisms is told apart from both.
func TestNoToken(t *testing.T) {
	h := embedded(t)
	for _, c := range []struct {
		err     error
		refused bool
	}{{revoked{}, true}, {errDisk, false}, {nil, false}} {
		w := h.account(t).watcher(newClerk())
		w.Server.Token = func(context.Context, bool) (string, error) { return "x", c.err }
		var login *LoginError
		if err := w.Drain(t.Context()); err == nil || errors.As(err, &login) != c.refused {
			t.Errorf("%v: %v", c.err, err)
		} else if c.err == nil && !errors.Is(err, errNoBearer) {
			t.Errorf("Drain: %v; want %v", err, errNoBearer)
		}
	}
}
