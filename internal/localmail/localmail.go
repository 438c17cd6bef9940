// Package localmail is a small mail server that lives in memory: IMAP and SMTP
// on loopback, for the demo and for tests. What is submitted by SMTP to one of
// its users lands in that user's INBOX.
//
// It promises real protocols (imapmemserver and go-smtp) on ports of
// 127.0.0.1 that the system chooses, with STARTTLS or TLS on a certificate made
// at start. It refuses recipients that are not its users (550), and forgets
// everything when it is closed.
//
// Two limits of imapmemserver show: keywords lose their case, and a mail whose
// header holds a line without a colon is listed with its size but given with no
// bytes. Tests of broken mail need a real server.
package localmail

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"
)

// User is one account; it logs in to both servers with its address, which is in
// lower case.
type User struct{ Address, Password string }

// Servers is a running pair of servers. The four addresses are host:port.
type Servers struct {
	IMAP  string // plain, with STARTTLS offered
	IMAPS string // TLS from the first byte
	SMTP  string // plain, with STARTTLS and AUTH PLAIN offered, neither required
	SMTPS string // TLS from the first byte

	// Roots holds the certificate that all of them present, for 127.0.0.1, ::1
	// and localhost.
	Roots *x509.CertPool

	users     map[string]*imapmemserver.User
	passwords map[string]string
	imap      *imapserver.Server
	smtp      *smtp.Server
	listeners []net.Listener
}

// Start starts both servers with the users' empty mailboxes.
func Start(users ...User) (*Servers, error) {
	certificate, roots, err := Certificate()
	if err != nil {
		return nil, fmt.Errorf("starting the local mail server: %w", err)
	}
	s := &Servers{
		Roots:     roots,
		users:     map[string]*imapmemserver.User{},
		passwords: map[string]string{},
	}
	if err := s.add(users); err != nil {
		return nil, err
	}
	conf := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	s.imap = s.newIMAP(conf)
	s.smtp = s.newSMTP(conf)
	if err := s.listen(conf); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close stops both servers and cuts their connections. The mails are gone.
func (s *Servers) Close() error {
	err := errors.Join(s.imap.Close(), s.smtp.Close())
	for _, l := range s.listeners {
		_ = l.Close() // closed by its server already, unless it never served
	}
	return err
}

func (s *Servers) add(users []User) error {
	for _, u := range users {
		if _, twice := s.users[u.Address]; twice {
			return fmt.Errorf("starting the local mail server: the user %s is there twice", u.Address)
		}
		account := imapmemserver.NewUser(u.Address, u.Password)
		if err := account.Create("INBOX", nil); err != nil {
			return fmt.Errorf("creating the mailbox of %s: %w", u.Address, err)
		}
		s.users[u.Address] = account
		s.passwords[u.Address] = u.Password
	}
	return nil
}

func (s *Servers) newIMAP(conf *tls.Config) *imapserver.Server {
	memory := imapmemserver.New()
	for _, account := range s.users {
		memory.AddUser(account)
	}
	return imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return newSession(memory), nil, nil
		},
		Caps: imap.CapSet{
			imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}, imap.CapMove: {}, imap.CapUIDPlus: {},
		},
		TLSConfig:    conf,
		InsecureAuth: true, // loopback only
		Logger:       log.New(io.Discard, "", 0),
	})
}

// listen opens the four ports and serves them until Close.
func (s *Servers) listen(conf *tls.Config) error {
	for _, port := range []struct {
		address *string
		tls     bool
		serve   func(net.Listener) error
	}{
		{&s.IMAP, false, s.imap.Serve},
		{&s.IMAPS, true, s.imap.Serve},
		{&s.SMTP, false, s.smtp.Serve},
		{&s.SMTPS, true, s.smtp.Serve},
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("starting the local mail server: %w", err)
		}
		*port.address = l.Addr().String()
		if port.tls {
			l = tls.NewListener(l, conf)
		}
		s.listeners = append(s.listeners, l)
		go func() { _ = port.serve(l) }() // it ends when Close closes the listener
	}
	return nil
}
