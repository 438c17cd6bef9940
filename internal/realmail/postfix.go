package realmail

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"text/template"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/bara-think-tank/guichet/internal/localmail"
)

// PostfixOptions say whose mail Postfix takes, and where it goes.
type PostfixOptions struct {
	Domains []string // whose mail is delivered; any other domain's is refused
	LMTP    string   // host:port that delivers it: Dovecot.LMTP
	SASL    string   // host:port that knows the accounts: Dovecot.SASL
	Milters []string // asked, in this order, about mail from the outside: Milters.Sockets
}

// Postfix is a running server. Its addresses are host:port on 127.0.0.1.
type Postfix struct {
	MX         string         // mail for the domains, from anybody, without login
	Submission string         // mail for everybody after STARTTLS and a login
	Roots      *x509.CertPool // trusts its certificate

	t        Host
	folder   string
	settings postfixSettings
	command  *exec.Cmd
	done     chan error
}

// StartPostfix starts Postfix. No mail ever leaves this machine: whatever is not
// for the domains is refused, and whoever LMTP does not know bounces. It is
// stopped when the test ends. Postfix starts only as root.
func StartPostfix(t Host, opts PostfixOptions) *Postfix {
	t.Helper()
	daemons, err := exec.Command("postconf", "-d", "-h", "daemon_directory").Output()
	if err != nil {
		t.Fatalf("Postfix is not installed (%v): apt-get install postfix", err)
	}
	if os.Geteuid() != 0 {
		t.Fatal("Postfix starts as root only: run the tests as root, in a container say")
	}
	p := &Postfix{t: t, folder: folder(t, "postfix")}
	ports := freePorts(t, 2)
	p.MX, p.Submission = ports[0], ports[1]
	p.settings = postfixSettings{
		Folder: p.folder, Daemons: strings.TrimSpace(string(daemons)), Domains: opts.Domains,
		MX: p.MX, Submission: p.Submission, LMTP: opts.LMTP, SASL: opts.SASL,
		Milters: opts.Milters,
	}
	p.prepare()
	p.Start()
	t.Cleanup(p.Stop)
	return p
}

// Start starts the server again after Stop, on the same ports and queue, and
// returns when it answers.
func (p *Postfix) Start() {
	p.t.Helper()
	p.command = exec.Command(filepath.Join(p.settings.Daemons, "master"), "-c", p.folder, "-d")
	// At its end the master signals its whole process group: not ours.
	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.command.Start(); err != nil {
		p.t.Fatalf("starting Postfix: %v", err)
	}
	p.done = make(chan error, 1)
	go func(done chan<- error, command *exec.Cmd) { done <- command.Wait() }(p.done, p.command)
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if greets(p.MX) && greets(p.Submission) {
			return
		}
		select {
		case err := <-p.done:
			p.command = nil
			p.t.Fatalf("Postfix ended at once: %v\n%s", err, p.Log())
		default:
		}
		if time.Now().After(deadline) {
			p.Stop()
			p.t.Fatalf("Postfix does not answer\n%s", p.Log())
		}
	}
}

// Stop stops the server and cuts its connections; what is queued stays.
func (p *Postfix) Stop() {
	if p.command == nil {
		return
	}
	_ = p.command.Process.Signal(syscall.SIGTERM) // it may have ended by itself
	select {
	case <-p.done:
	case <-time.After(5 * time.Second):
		_ = p.command.Process.Kill()
		<-p.done
	}
	// Its daemons hold the ports a moment longer than the master.
	for deadline := time.Now().Add(5 * time.Second); listens(p.MX) || listens(p.Submission); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			_ = syscall.Kill(-p.command.Process.Pid, syscall.SIGKILL)
			break
		}
	}
	p.command = nil
}

// Log is what Postfix has logged so far, for a test that fails.
func (p *Postfix) Log() string {
	log, err := os.ReadFile(filepath.Join(p.folder, "postfix.log"))
	if err != nil {
		return err.Error()
	}
	return string(log)
}

// CAFile is a PEM file with the certificate that Roots trusts.
func (p *Postfix) CAFile() string { return filepath.Join(p.folder, "certificate.pem") }

// Submit sends a mail as a user's mail client does: STARTTLS, a login, and the
// user's address as the envelope's sender.
func (p *Postfix) Submit(from User, to string, mail []byte) error {
	c, err := smtp.DialStartTLS(p.Submission, &tls.Config{RootCAs: p.Roots, ServerName: "127.0.0.1"})
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Auth(sasl.NewPlainClient("", from.Address, from.Password)); err != nil {
		return err
	}
	if err := c.SendMail(from.Address, []string{to}, bytes.NewReader(mail)); err != nil {
		return err
	}
	return c.Quit()
}

// Deliver sends a mail as another host does: no login, and any envelope sender,
// the null return path with "".
func (p *Postfix) Deliver(from, to string, mail []byte) error {
	conn, err := net.Dial("tcp", p.MX)
	if err != nil {
		return err
	}
	c := smtp.NewClient(conn)
	defer c.Close()
	if err := c.SendMail(from, []string{to}, bytes.NewReader(mail)); err != nil {
		return err
	}
	return c.Quit()
}

// prepare writes the configuration and makes the folders of the queue.
func (p *Postfix) prepare() {
	p.t.Helper()
	certificate, roots, err := localmail.Certificate()
	if err != nil {
		p.t.Fatal(err)
	}
	p.Roots = roots
	p.write("certificate.pem", 0o600, pemOf(p.t, certificate))
	p.write("header_checks", 0o644, []byte(borderHeaderChecks))
	for name, text := range map[string]string{"main.cf": mainCF, "master.cf": masterCF} {
		var conf bytes.Buffer
		if err := template.Must(template.New(name).Parse(text)).Execute(&conf, p.settings); err != nil {
			p.t.Fatal(err)
		}
		p.write(name, 0o644, conf.Bytes())
		// Each daemon waits two seconds for a file that was written just now.
		yesterday := time.Now().AddDate(0, 0, -1)
		if err := os.Chtimes(filepath.Join(p.folder, name), yesterday, yesterday); err != nil {
			p.t.Fatal(err)
		}
	}
	p.folders()
}

// folders makes the folders that "postfix check" would make.
func (p *Postfix) folders() {
	p.t.Helper()
	owner, err := user.Lookup("postfix")
	if err != nil {
		p.t.Fatal(err)
	}
	group, err := user.LookupGroup("postdrop")
	if err != nil {
		p.t.Fatal(err)
	}
	for _, f := range postfixFolders {
		uid, gid := 0, 0
		if f.own {
			uid = number(p.t, owner.Uid)
		}
		if f.drop {
			gid = number(p.t, group.Gid)
		}
		path := filepath.Join(p.folder, f.name)
		if err := errors.Join(os.Mkdir(path, f.mode), os.Chmod(path, f.mode), os.Chown(path, uid, gid)); err != nil {
			p.t.Fatal(err)
		}
	}
}

func number(t Host, id string) int {
	t.Helper()
	n, err := strconv.Atoi(id)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (p *Postfix) write(name string, mode os.FileMode, content []byte) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.folder, name), content, mode); err != nil {
		p.t.Fatal(err)
	}
}
