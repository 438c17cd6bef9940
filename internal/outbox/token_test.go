package outbox

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log"
	"net"
	"slices"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// bearers is a submission server that takes the token "good" of student, and nothing
// else.
type bearers struct {
	mechanisms []string
	used       []string
}

func (b *bearers) NewSession(*smtp.Conn) (smtp.Session, error) { return &bearersSession{b}, nil }

type bearersSession struct{ *bearers }

func (s *bearersSession) AuthMechanisms() []string { return s.mechanisms }

func (s *bearersSession) Auth(mechanism string) (sasl.Server, error) {
	s.used = append(s.used, mechanism)
	if mechanism == sasl.OAuthBearer {
		return sasl.NewOAuthBearerServer(func(o sasl.OAuthBearerOptions) *sasl.OAuthBearerError {
			if o.Username != "student" || o.Token != "good" || o.Host != "127.0.0.1" {
				return &sasl.OAuthBearerError{Status: "invalid_token", Schemes: "bearer"}
			}
			return nil
		}), nil
	}
	return &xoauth2Server{}, nil
}

// xoauth2Server is what Gmail does: a refusal is a challenge, then a 535.
type xoauth2Server struct{ told bool }

func (x *xoauth2Server) Next(response []byte) ([]byte, bool, error) {
	switch {
	case x.told:
		return nil, true, smtp.ErrAuthFailed
	case bytes.Equal(response, []byte("user=student\x01auth=Bearer good\x01\x01")):
		return nil, true, nil
	}
	x.told = true
	return []byte(`{"status":"401"}`), false, nil
}

func (s *bearersSession) Reset()                               {}
func (s *bearersSession) Logout() error                        { return nil }
func (s *bearersSession) Mail(string, *smtp.MailOptions) error { return nil }
func (s *bearersSession) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s *bearersSession) Data(r io.Reader) error               { _, err := io.Copy(io.Discard, r); return err }

func TestToken(t *testing.T) {
	for name, c := range map[string]struct {
		mechanisms []string
		tokens     []string
		used       string // the mechanism, "" where none is taken
		ok         bool
	}{
		"OAUTHBEARER":      {[]string{"PLAIN", "XOAUTH2", "OAUTHBEARER"}, []string{"good"}, "OAUTHBEARER", true},
		"XOAUTH2":          {[]string{"XOAUTH2"}, []string{"good"}, "XOAUTH2", true},
		"stale":            {[]string{"OAUTHBEARER"}, []string{"old", "good"}, "OAUTHBEARER", true},
		"stale, XOAUTH2":   {[]string{"XOAUTH2"}, []string{"old", "good"}, "XOAUTH2", true},
		"refused":          {[]string{"OAUTHBEARER"}, []string{"old", "bad"}, "OAUTHBEARER", false},
		"refused, XOAUTH2": {[]string{"XOAUTH2"}, []string{"old", "bad"}, "XOAUTH2", false},
		"passwords alone":  {[]string{"PLAIN"}, []string{"good"}, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			back := &bearers{mechanisms: c.mechanisms}
			server := smtp.NewServer(back)
			server.AllowInsecureAuth, server.ErrorLog = true, log.New(io.Discard, "", 0)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			go server.Serve(l) //nolint:errcheck // it ends with Close
			defer server.Close()
			asked := 0
			s := Server{Address: l.Addr().String(), Security: Plain, User: "student", Token: func(_ context.Context, fresh bool) (string, error) {
				asked++
				if fresh != (asked > 1) || asked > len(c.tokens) {
					return "", errors.New("asked too often")
				}
				return c.tokens[asked-1], nil
			}}
			session, err := s.connect(t.Context(), limits{}.orRFC())
			var trouble *Unreachable
			if (err == nil) != c.ok || err != nil && (!errors.As(err, &trouble) || trouble.Step != StepLogin) {
				t.Fatalf("connect: %v", err)
			}
			if err == nil {
				session.close()
			}
			want := slices.Repeat([]string{c.used}, asked)
			if c.used == "" {
				want = nil
			}
			if !slices.Equal(back.used, want) {
				t.Errorf("logged in by %q; want %q", back.used, want)
			}
		})
	}
}
