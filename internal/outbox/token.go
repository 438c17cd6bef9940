package outbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

// loginWithToken logs in with an OAuth 2.0 access token (RFC 7628, and XOAUTH2 of
// before it).
func (s Server) loginWithToken(ctx context.Context, c *session) error {
	token, err := s.Token(ctx, c.freshToken)
	if err != nil {
		return fmt.Errorf("getting a token for %s: %w", s.User, err)
	}
	_, offered := c.client.Extension("AUTH")
	mechanism, auth := s.bearer(strings.Fields(strings.ToUpper(offered)), token)
	if auth == nil {
		return fmt.Errorf("the server takes no OAuth 2.0 token (AUTH %s)", offered)
	}
	if err := c.client.Auth(auth); err != nil {
		return err
	}
	c.mechanism = mechanism
	return nil
}

// refusesLogin says whether a server answered to a login, and did not take it.
func refusesLogin(err error) bool {
	var trouble *Unreachable
	var answer *textproto.Error
	return errors.As(err, &trouble) && trouble.Step == StepLogin && errors.As(err, &answer)
}

func (s Server) bearer(offered []string, token string) (string, smtp.Auth) {
	switch {
	case slices.Contains(offered, "OAUTHBEARER"):
		return "OAUTHBEARER", oauthBearer{s, token}
	case slices.Contains(offered, "XOAUTH2"):
		return "XOAUTH2", smtp.XOAuth2Auth(s.User, token)
	}
	return "", nil
}

// oauthBearer is RFC 7628, which go-mail lacks.
type oauthBearer struct {
	server Server
	token  string
}

func (o oauthBearer) Start(*smtp.ServerInfo) (string, []byte, error) {
	host, port, _ := net.SplitHostPort(o.server.Address)
	user := strings.NewReplacer("=", "=3D", ",", "=2C").Replace(o.server.User) // RFC 5801 section 4
	return "OAUTHBEARER", []byte("n,a=" + user + ",\x01host=" + host + "\x01port=" + port + "\x01auth=Bearer " + o.token + "\x01\x01"), nil
}

// Next acknowledges the reason of a refusal, which follows (RFC 7628 section 3.2.3).
func (oauthBearer) Next(_ []byte, more bool) ([]byte, error) {
	if more {
		return []byte{1}, nil
	}
	return nil, nil
}
