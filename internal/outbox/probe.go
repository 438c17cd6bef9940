package outbox

import (
	"context"
	"crypto/tls"
	"time"
)

// Facts are what a probe learnt of a server, as far as it got.
type Facts struct {
	Reached   bool      // the server greeted us
	Greeting  string    // its answer to EHLO: its name, mostly
	TLS       string    // "TLS 1.3"; "" where the connection is not encrypted
	Expires   time.Time // the end of its certificate; zero without TLS
	Mechanism string    // of the login that worked; "" where there was none
	MaxBytes  int64     // the longest letter that it takes (RFC 1870); 0 where it does not say
}

// Probe connects to the server, logs in and says goodbye: no letter is begun.
// Its error is an *Unreachable, whose Step says how far it got.
func Probe(ctx context.Context, s Server) (Facts, error) {
	c := &session{limits: limits{}.orRFC()}
	err := s.open(ctx, c)
	facts := c.facts()
	if err == nil {
		c.close()
	}
	return facts, err
}

func (c *session) facts() Facts {
	f := Facts{Mechanism: c.mechanism}
	if c.client == nil {
		return f
	}
	f.Reached, f.Greeting, f.MaxBytes = true, c.client.HelloResponse(), maxBytes(c.client)
	if state, ok := c.client.TLSConnectionState(); ok && state.HandshakeComplete {
		f.TLS = tls.VersionName(state.Version)
		f.Expires = state.PeerCertificates[0].NotAfter
	}
	return f
}
