package localmail

import (
	"bytes"
	"crypto/subtle"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"strings"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const maxMessage = 64 << 20 // bytes

func (s *Servers) newSMTP(conf *tls.Config) *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &submission{servers: s, host: c.Hostname(), peer: c.Conn().RemoteAddr()}, nil
	}))
	server.Domain = "localhost"
	server.TLSConfig = conf
	server.AllowInsecureAuth = true // loopback only
	server.MaxMessageBytes = maxMessage
	server.MaxRecipients = 100
	server.EnableSMTPUTF8 = true
	server.ReadTimeout = 5 * time.Minute
	server.WriteTimeout = time.Minute
	server.ErrorLog = log.New(io.Discard, "", 0)
	return server
}

// submission is one SMTP connection: it takes mail for the users of these
// servers from anyone on loopback.
type submission struct {
	servers    *Servers
	host       string // as the client called itself
	peer       net.Addr
	from       string
	recipients []string
}

func (*submission) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *submission) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		want, known := s.servers.passwords[user]
		if !known || subtle.ConstantTimeCompare([]byte(want), []byte(password)) != 1 {
			return smtp.ErrAuthFailed
		}
		return nil
	}), nil
}

func (s *submission) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

func (s *submission) Rcpt(to string, _ *smtp.RcptOptions) error {
	address := strings.ToLower(to)
	if _, known := s.servers.users[address]; !known {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such user here"}
	}
	s.recipients = append(s.recipients, address)
	return nil
}

// Data delivers the mail under the two trace fields that a final delivery adds
// (RFC 5321 section 4.4).
func (s *submission) Data(r io.Reader) error {
	body, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	now := time.Now()
	for _, to := range s.recipients {
		var mail bytes.Buffer
		fmt.Fprintf(&mail, "Return-Path: <%s>\r\n", s.from)
		fmt.Fprintf(&mail, "Received: from %s (%s) by localhost\r\n\tfor <%s>; %s\r\n",
			s.host, s.peer, to, now.Format(time.RFC1123Z))
		mail.Write(body)
		if err := s.servers.Append(to, "INBOX", mail.Bytes(), now); err != nil {
			return err
		}
	}
	return nil
}

func (s *submission) Reset()        { s.from, s.recipients = "", nil }
func (s *submission) Logout() error { return nil }
