package realmail

import (
	"bytes"
	"crypto/x509"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"text/template"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/bara-think-tank/guichet/internal/localmail"
)

// Layout is how Dovecot names folders.
type Layout struct {
	Separator string // "/" or "."
	Prefix    string // of the personal namespace: "" or "INBOX."
}

// The layouts in use: Dovecot's own for most installations, and that of
// Maildir++, which Courier's heirs and many hosts keep.
var (
	Slash     = Layout{Separator: "/"}
	Maildirpp = Layout{Separator: ".", Prefix: "INBOX."}
)

// Dovecot is a running server. Its addresses are host:port on 127.0.0.1.
type Dovecot struct {
	IMAP  string // plain logins allowed, STARTTLS offered
	IMAPS string
	LMTP  string
	SASL  string         // Dovecot's authentication protocol, for Postfix (inet:host:port)
	Roots *x509.CertPool // trusts its certificate

	t        Host
	folder   string
	settings settings
	command  *exec.Cmd
	done     chan error
}

// StartDovecot starts Dovecot with the users' empty mailboxes and the layout
// Slash. It is stopped when the test ends.
func StartDovecot(t Host, users ...User) *Dovecot {
	t.Helper()
	return StartDovecotAs(t, Slash, users...)
}

// StartDovecotAs is StartDovecot with another layout.
func StartDovecotAs(t Host, layout Layout, users ...User) *Dovecot {
	t.Helper()
	version, err := exec.Command("dovecot", "--version").Output()
	if err != nil {
		t.Fatalf("Dovecot is not installed (%v): apt-get install dovecot-imapd dovecot-lmtpd", err)
	}
	d := &Dovecot{t: t, folder: folder(t, "dovecot")}
	ports := freePorts(t, 4)
	d.IMAP, d.IMAPS, d.LMTP, d.SASL = ports[0], ports[1], ports[2], ports[3]
	d.settings = settings{
		Modern: !strings.HasPrefix(string(version), "2.3."),
		Folder: d.folder, Layout: layout, Hostname: "imap.example.org",
		IMAP: port(d.IMAP), IMAPS: port(d.IMAPS), LMTP: port(d.LMTP), SASL: port(d.SASL),
	}
	d.settings.own(t)
	d.Roots = d.certificate()
	d.accounts(users)
	d.configure()
	d.Start()
	t.Cleanup(d.Stop)
	return d
}

// Start starts the server again after Stop, on the same ports and mail, and
// returns when it answers.
func (d *Dovecot) Start() {
	d.t.Helper()
	said, err := os.Create(filepath.Join(d.folder, "output"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer said.Close() // the processes have their own
	d.command = exec.Command("dovecot", "-F", "-c", filepath.Join(d.folder, "dovecot.conf"))
	d.command.Stdout, d.command.Stderr = said, said
	d.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with its services, see Stop
	if err := d.command.Start(); err != nil {
		d.t.Fatalf("starting Dovecot: %v", err)
	}
	d.done = make(chan error, 1)
	go func(done chan<- error, command *exec.Cmd) { done <- command.Wait() }(d.done, d.command)
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if greets(d.IMAP) && greets(d.LMTP) {
			return
		}
		select {
		case err := <-d.done:
			d.t.Fatalf("Dovecot ended at once: %v\n%s", err, d.Log())
		default:
		}
		if time.Now().After(deadline) {
			d.Stop()
			d.t.Fatalf("Dovecot does not answer\n%s", d.Log())
		}
	}
}

// Rename starts the server again under another host's name, that of the Received
// line it writes. Its first name is imap.example.org.
func (d *Dovecot) Rename(hostname string) {
	d.t.Helper()
	d.Stop()
	d.settings.Hostname = hostname
	d.configure()
	d.Start()
}

// TakeTokens starts the server again with OAuth 2.0 logins beside the passwords. It
// gets the address that it is given with the token at its end, and takes the token for
// the account that the answer's "email" names.
func (d *Dovecot) TakeTokens(address string) {
	d.t.Helper()
	d.Stop()
	d.settings.Tokens = address
	d.write("oauth2.conf", 0o644, []byte("tokeninfo_url = "+address+"\nusername_attribute = email\n"))
	d.configure()
	d.Start()
}

// CAFile is the file with the certificate that Roots trusts.
func (d *Dovecot) CAFile() string { return filepath.Join(d.folder, "certificate.pem") }

// Stop stops the server and cuts its connections; the mail stays. Its services
// are told as well: left to the server, one in IDLE takes ten seconds to go.
func (d *Dovecot) Stop() {
	if d.command == nil {
		return
	}
	group := -d.command.Process.Pid
	_ = syscall.Kill(group, syscall.SIGTERM) // it may have ended by itself
	select {
	case <-d.done:
	case <-time.After(5 * time.Second):
		_ = syscall.Kill(group, syscall.SIGKILL)
		<-d.done
	}
	d.command = nil
	// The services write until they are gone; a zombie that nobody buries counts
	// as one for ever.
	for range 20 {
		if syscall.Kill(group, 0) != nil {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// Log is what Dovecot has said and logged so far, for a test that fails.
func (d *Dovecot) Log() string {
	var log strings.Builder
	for _, name := range []string{"output", "dovecot.log"} {
		content, err := os.ReadFile(filepath.Join(d.folder, name))
		if err != nil {
			content = []byte(err.Error() + "\n")
		}
		log.Write(content)
	}
	return log.String()
}

// Deliver hands a mail to Dovecot by LMTP, as Postfix does.
func (d *Dovecot) Deliver(to string, mail []byte) error {
	conn, err := net.Dial("tcp", d.LMTP)
	if err != nil {
		return err
	}
	c := smtp.NewClientLMTP(conn)
	defer c.Close()
	if err := c.SendMail("student@example.org", []string{to}, bytes.NewReader(mail)); err != nil {
		return err
	}
	return c.Quit()
}

// Maildir is the folder that holds a user's mail.
func (d *Dovecot) Maildir(user string) string {
	return filepath.Join(d.folder, "mail", user, "Maildir")
}

func (d *Dovecot) certificate() *x509.CertPool {
	d.t.Helper()
	certificate, roots, err := localmail.Certificate()
	if err != nil {
		d.t.Fatal(err)
	}
	d.write("certificate.pem", 0o644, pemOf(d.t, certificate))
	return roots
}

func (d *Dovecot) accounts(users []User) {
	d.t.Helper()
	var file strings.Builder
	for _, u := range users {
		fmt.Fprintf(&file, "%s:{PLAIN}%s\n", u.Address, u.Password)
	}
	d.write("users", 0o644, []byte(file.String()))
	mail := filepath.Join(d.folder, "mail")
	if err := os.Mkdir(mail, 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.Chown(mail, d.settings.UID, d.settings.GID); err != nil {
		d.t.Fatal(err)
	}
}

func (d *Dovecot) configure() {
	d.t.Helper()
	var conf bytes.Buffer
	if err := template.Must(template.New("dovecot.conf").Parse(dovecotConf)).Execute(&conf, d.settings); err != nil {
		d.t.Fatal(err)
	}
	d.write("dovecot.conf", 0o644, conf.Bytes())
}

func (d *Dovecot) write(name string, mode os.FileMode, content []byte) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.folder, name), content, mode); err != nil {
		d.t.Fatal(err)
	}
}
