package outbox

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/textproto"
	"testing"
	"time"
)

// nobody is a loopback address that refuses connections.
func nobody(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// A server that cannot be used costs no letter anything, and is asked once.
func TestUnreachableServer(t *testing.T) {
	surlyAt := func(stages map[string]reply) func(*testing.T, *Sender) {
		return func(t *testing.T, s *Sender) { s.Server.Address = startSurly(t, stages).Address }
	}
	relayWith := func(opts relayOptions, trusted bool) func(*testing.T, *Sender) {
		return func(t *testing.T, s *Sender) {
			server := startRelay(t, opts)
			s.Server.Address, s.Server.Security = server.Address, opts.security
			s.Server.User = opts.user
			s.Server.Password = func() (string, error) { return "wrong", nil }
			if trusted {
				s.Server.TLS = &tls.Config{RootCAs: server.Roots}
			}
		}
	}
	account := relayOptions{security: StartTLS, user: "contact", password: "right", mechanisms: []string{"PLAIN"}}
	foreign := account
	foreign.mechanisms = []string{"GSSAPI"}
	tests := []struct {
		name    string
		arrange func(*testing.T, *Sender)
		step    Step
		code    int // of the server's reply; 0 where it is no reply
	}{
		{"nobody listens", func(t *testing.T, s *Sender) { s.Server.Address = nobody(t) }, StepDial, 0},
		{"no port", func(_ *testing.T, s *Sender) { s.Server.Address = "127.0.0.1" }, StepDial, 0},
		{"greeting 421", surlyAt(map[string]reply{"greeting": always("421 4.3.2 later" + cut)}), StepGreeting, 421},
		{"greeting 554", surlyAt(map[string]reply{"greeting": always("554 5.3.2 not here" + cut)}), StepGreeting, 554},
		{"silent", surlyAt(map[string]reply{"greeting": always(hang)}), StepGreeting, 0},
		{"cut at EHLO", surlyAt(map[string]reply{"EHLO": always(cut)}), StepGreeting, 0},
		{"STARTTLS absent", func(t *testing.T, s *Sender) {
			s.Server.Address, s.Server.Security = startSurly(t, nil).Address, StartTLS
		}, StepStartTLS, 0},
		{"STARTTLS refused", func(t *testing.T, s *Sender) {
			s.Server.Security = StartTLS
			s.Server.Address = startSurly(t, map[string]reply{
				"EHLO":     always("250-mx.example.org\r\n250 STARTTLS"),
				"STARTTLS": always("454 4.7.0 no TLS now"),
			}).Address
		}, StepStartTLS, 454},
		{"STARTTLS untrusted", relayWith(account, false), StepStartTLS, 0},
		{"TLS untrusted", relayWith(relayOptions{security: ImplicitTLS}, false), StepTLS, 0},
		{"TLS on a plain port", func(t *testing.T, s *Sender) {
			s.Server.Address, s.Server.Security = startSurly(t, nil).Address, ImplicitTLS
		}, StepTLS, 0},
		{"wrong password", relayWith(account, true), StepLogin, 535},
		{"no known login", relayWith(foreign, true), StepLogin, 0},
		{"no password", func(t *testing.T, s *Sender) {
			s.Server.Address, s.Server.User = startSurly(t, nil).Address, "contact"
		}, StepLogin, 0},
		{"secret missing", func(t *testing.T, s *Sender) {
			s.Server.Address, s.Server.User = startSurly(t, nil).Address, "contact"
			s.Server.Password = func() (string, error) { return "", errors.New("no such file") }
		}, StepLogin, 0},
		{"login wanted", surlyAt(map[string]reply{"MAIL": always("530 5.7.0 log in first")}), StepSession, 530},
		{"login wanted at RCPT", surlyAt(map[string]reply{"RCPT": always("530 5.7.0 log in first")}), StepSession, 530},
		{"overloaded at MAIL", surlyAt(map[string]reply{"MAIL": always("421 4.3.2 later" + cut)}), StepSession, 421},
		{"hang at MAIL", surlyAt(map[string]reply{"MAIL": always(hang)}), StepSession, 0},
		{"unknown security", func(t *testing.T, s *Sender) {
			s.Server.Address, s.Server.Security = startSurly(t, nil).Address, "tsl"
		}, StepStartTLS, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			queue := newShelf(letter("a@example.org"), letter("b@example.org"))
			sender := newSender("", queue)
			test.arrange(t, sender)
			sent, err := sender.Drain(t.Context())
			var trouble *Unreachable
			if !errors.As(err, &trouble) || sent != 0 {
				t.Fatalf("sent %d, error %v, want an *Unreachable", sent, err)
			}
			var spoken *textproto.Error
			if errors.As(err, &spoken) != (test.code != 0) || spoken != nil && spoken.Code != test.code {
				t.Errorf("error %v, want code %d", err, test.code)
			}
			if trouble.Step != test.step || !trouble.Temporary() {
				t.Errorf("failed at %q, want %q (%v)", trouble.Step, test.step, err)
			}
			if o := queue.last(t, 1); !o.Untried || o.Permanent || o.Sent || !o.Next.IsZero() {
				t.Errorf("outcome %+v, want the letter back untried", o)
			}
			if n := queue.tried(); n != 1 {
				t.Errorf("%d letters were tried for one failure", n)
			}
		})
	}
}

// Two connections lost in a row end the round: the letters behind are spared.
func TestServerThatLosesEveryConnection(t *testing.T) {
	server := startSurly(t, map[string]reply{"RCPT": always(cut)})
	queue := newShelf(letter("a@example.org"), letter("b@example.org"), letter("c@example.org"))
	_, err := newSender(server.Address, queue).Drain(t.Context())
	var trouble *Unreachable
	if !errors.As(err, &trouble) || trouble.Step != StepSession {
		t.Errorf("error %v, want an *Unreachable in the session", err)
	}
	if n := queue.tried(); n != losses {
		t.Errorf("%d letters were tried, want %d", n, losses)
	}
}

func TestPlainIsForThisMachineOnly(t *testing.T) {
	tests := map[string]bool{
		"127.0.0.1": true, "127.8.9.10": true, "::1": true, "::ffff:127.0.0.1": true,
		"192.0.2.1": false, "10.0.0.1": false, "2001:db8::1": false, "0.0.0.0": false,
	}
	for ip, want := range tests {
		if got := loopback(&net.TCPAddr{IP: net.ParseIP(ip), Port: 25}); got != want {
			t.Errorf("loopback(%s) = %t", ip, got)
		}
	}
	if loopback(&net.UnixAddr{Name: "x", Net: "unix"}) {
		t.Error("loopback(unix) = true")
	}
}

func TestProbe(t *testing.T) {
	server := startRelay(t, relayOptions{
		security: StartTLS, user: "contact", password: "right", mechanisms: []string{"PLAIN"}, maxBytes: 12345,
	})
	account := Server{
		Address: server.Address, Security: StartTLS, TLS: &tls.Config{RootCAs: server.Roots},
		User: "contact", Password: func() (string, error) { return "right", nil }, Hello: "desk.example.org",
	}
	facts, err := Probe(t.Context(), account)
	if err != nil {
		t.Fatal(err)
	}
	if !facts.Reached || facts.TLS != "TLS 1.3" || facts.Mechanism != "PLAIN" || facts.MaxBytes != 12345 ||
		time.Until(facts.Expires) > 2*time.Hour || facts.Greeting != "Hello desk.example.org" {
		t.Errorf("facts %+v", facts)
	}
	if len(server.all()) != 0 {
		t.Error("a probe sent a letter")
	}

	account.Password = func() (string, error) { return "wrong", nil }
	facts, err = Probe(t.Context(), account)
	var trouble *Unreachable
	if !errors.As(err, &trouble) || trouble.Step != StepLogin {
		t.Errorf("error %v, want a failed login", err)
	}
	if !facts.Reached || facts.TLS == "" || facts.Mechanism != "" {
		t.Errorf("facts %+v, want all but the login", facts)
	}

	account.Address = nobody(t)
	if facts, err := Probe(t.Context(), account); err == nil || facts != (Facts{}) {
		t.Errorf("nobody there: facts %+v, error %v", facts, err)
	}
}

func TestProbeEndsWithItsContext(t *testing.T) {
	server := startSurly(t, map[string]reply{"greeting": always(hang)})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := Probe(ctx, Server{Address: server.Address, Security: Plain})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the context's", err)
	}
}
