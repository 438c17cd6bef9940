package mailbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-sasl"
)

// xoauth2 is the mechanism of before RFC 7628, the only one of Microsoft 365.
const xoauth2 = "XOAUTH2"

// errNoBearer is a server that takes no token.
var errNoBearer = errors.New("the server takes no OAuth 2.0 token (neither OAUTHBEARER nor XOAUTH2)")

// withToken logs in with an access token. One that is refused may have been withdrawn
// before its time: a fresh one is tried once.
func (s *session) withToken(ctx context.Context, server Server) error {
	for fresh := false; ; fresh = true {
		token, err := server.Token(ctx, fresh)
		if err != nil {
			return fmt.Errorf("getting a token for %s: %w", server.User, err)
		}
		err = s.within(ctx, s.patience, "login", func() error {
			mechanism, err := s.bearer()
			if err != nil {
				return err
			}
			return s.client.Authenticate(newBearer(mechanism, server, token))
		})
		if fresh || !refusesAccount(err) {
			return err
		}
	}
}

// bearer picks the mechanism: the standard one where the server has it.
func (s *session) bearer() (string, error) {
	for _, mechanism := range []string{sasl.OAuthBearer, xoauth2} {
		if s.client.Caps().Has(imap.AuthCap(mechanism)) {
			return mechanism, nil
		}
	}
	return "", errNoBearer
}

// bearer is a SASL client for OAUTHBEARER (RFC 7628) and XOAUTH2. A challenge is the
// server's reason for a refusal; it is acknowledged, and the refusal follows.
type bearer struct {
	mechanism    string
	first, empty []byte
}

func newBearer(mechanism string, server Server, token string) bearer {
	if mechanism == xoauth2 {
		return bearer{xoauth2, []byte("user=" + server.User + "\x01auth=Bearer " + token + "\x01\x01"), []byte{}}
	}
	host, port, _ := net.SplitHostPort(server.Address)
	user := strings.NewReplacer("=", "=3D", ",", "=2C").Replace(server.User) // RFC 5801 section 4
	first := "n,a=" + user + ",\x01host=" + host + "\x01port=" + port + "\x01auth=Bearer " + token + "\x01\x01"
	return bearer{mechanism, []byte(first), []byte{1}}
}

func (b bearer) Start() (string, []byte, error) { return b.mechanism, b.first, nil }

func (b bearer) Next([]byte) ([]byte, error) { return b.empty, nil }
