package main

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"syscall"
	"text/template"
)

// tool is a program that takes mails out of a mailbox.
type tool struct {
	name    string
	does    string
	command string // that must be installed
	// take has it take all mails, and says what is wrong where it did not. The folder
	// is empty and the run's own.
	take func(b *bench, m *mailbox, folder string) (run, error)
}

// The names of the tools that bounds speak of.
const (
	ours       = "guichet run --once"
	mbsync     = "mbsync"
	mbsyncSafe = "mbsync, fsync"
	script     = "Python script"
)

// bounded are the tools that bounds speak of; others are measured beside them.
var (
	bounded = []tool{
		{ours, "the whole job", "", drain},
		{mbsync, "download", "mbsync", configured("FSync no\n"+mbsyncrc, "mbsync", "-qq", "-c", "{{.Folder}}/config", "-a")},
		{mbsyncSafe, "download, on the disk", "mbsync", configured("FSync yes\n"+mbsyncrc, "mbsync", "-qq", "-c", "{{.Folder}}/config", "-a")},
		{script, "the whole job", "python3", wholeScript},
	}
	others = []tool{
		{"bare FETCH", "download, thrown away", "", fetchAll},
		{"fdm", "download", "fdm", configured(fdmConf, "fdm", "-q", "-f", "{{.Folder}}/config", "fetch")},
		{"fetchmail", "download, handed over by SMTP", "fetchmail", fetchmail},
		{"getmail", "download", "getmail", getmail},
	}
)

// filled is what the tools' configurations and arguments are filled with.
type filled struct {
	Folder, Maildir, Host, Port, User, Password string
	SinkHost, SinkPort                          string
	Me                                          string // who runs the tool
}

const mbsyncrc = `IMAPAccount desk
Host {{.Host}}
Port {{.Port}}
User {{.User}}
Pass "{{.Password}}"
SSLType None
AuthMechs LOGIN

IMAPStore far
Account desk

MaildirStore near
Path {{.Folder}}/
Inbox {{.Maildir}}

Channel all
Far :far:INBOX
Near :near:INBOX
Sync Pull
Create Near
SyncState *
`

// Started by root, fdm would become a user that may not write here.
const fdmConf = `set default-user "{{.Me}}"
set lock-file "{{.Folder}}/lock"
account "desk" imap server "{{.Host}}" port {{.Port}} user "{{.User}}" pass "{{.Password}}" no-cram-md5 keep
action "keep" maildir "{{.Maildir}}"
match all action "keep"
`

const getmailrc = `[retriever]
type = SimpleIMAPRetriever
server = {{.Host}}
port = {{.Port}}
username = {{.User}}
password = {{.Password}}

[destination]
type = Maildir
path = {{.Maildir}}/

[options]
delete = false
message_log_verbose = false
`

const fetchmailrc = `set no syslog
set idfile "{{.Folder}}/ids"
set pidfile "{{.Folder}}/pid"
poll {{.Host}} service {{.Port}} protocol IMAP
  user "{{.User}}" password "{{.Password}}" is "{{.User}}" here
  smtphost "{{.SinkHost}}/{{.SinkPort}}" fetchall keep sslproto ""
`

// fill writes the tool's configuration and fills its arguments.
func (b *bench) fill(folder, config string, args []string) (*exec.Cmd, filled, error) {
	f := filled{Folder: folder, Maildir: filepath.Join(folder, "maildir"), User: contact.Address, Password: contact.Password}
	me, err := user.Current()
	if err != nil {
		return nil, f, err
	}
	f.Me = me.Username
	if f.Host, f.Port, err = net.SplitHostPort(b.dovecot.IMAP); err != nil {
		return nil, f, err
	}
	if f.SinkHost, f.SinkPort, err = net.SplitHostPort(b.sink.address); err != nil {
		return nil, f, err
	}
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.MkdirAll(filepath.Join(f.Maildir, sub), 0o700); err != nil {
			return nil, f, err
		}
	}
	texts := make([]string, len(args)+1)
	for i, text := range append([]string{config}, args...) {
		var out bytes.Buffer
		if err := template.Must(template.New("").Parse(text)).Execute(&out, f); err != nil {
			return nil, f, err
		}
		texts[i] = out.String()
	}
	command := exec.Command(texts[1], texts[2:]...)
	command.Dir = folder
	command.Env = append(os.Environ(), "HOME="+folder) // none reads the user's own settings
	return command, f, os.WriteFile(filepath.Join(folder, "config"), []byte(texts[0]), 0o600)
}

// configured is a tool that downloads into a maildir, as its configuration says.
func configured(config string, args ...string) func(*bench, *mailbox, string) (run, error) {
	return func(b *bench, m *mailbox, folder string) (run, error) {
		command, f, err := b.fill(folder, config, args)
		if err != nil {
			return run{}, err
		}
		return b.into(command, f.Maildir, m.plan.Mails)
	}
}

// into measures what downloads into a maildir.
func (b *bench) into(command *exec.Cmd, maildir string, mails int) (run, error) {
	r, err := b.measure(command, brief)
	if err != nil {
		return r, err
	}
	if err := holds(maildir, mails); err != nil {
		return r, fmt.Errorf("%w\n%s", err, r.said)
	}
	return r, nil
}

// holds says what is wrong where a maildir does not hold so many mails.
func holds(maildir string, mails int) error {
	var files []string
	for _, folder := range []string{"cur", "new"} {
		found, err := filepath.Glob(filepath.Join(maildir, folder, "[0-9]*"))
		if err != nil {
			return err
		}
		files = append(files, found...)
	}
	if len(files) != mails {
		return fmt.Errorf("%s holds %d mails, want %d", maildir, len(files), mails)
	}
	return nil
}

// getmail refuses to deliver as root, and is somebody else then. On a busy machine it
// may wait a minute for each mail: it forgets to expect the child that delivered it.
func getmail(b *bench, m *mailbox, folder string) (run, error) {
	command, f, err := b.fill(folder, getmailrc, []string{"getmail", "-q", "--getmaildir={{.Folder}}", "--rcfile=config"})
	if err == nil && f.Me == "root" {
		command.SysProcAttr, err = nobodys(folder)
	}
	if err != nil {
		return run{}, err
	}
	return b.into(command, f.Maildir, m.plan.Mails)
}

// nobodys gives a folder away, and makes a command its new owner's.
func nobodys(folder string) (*syscall.SysProcAttr, error) {
	const nobody = 65534
	err := filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, os.Chown(path, nobody, nobody))
	})
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}, err
}

func fetchmail(b *bench, m *mailbox, folder string) (run, error) {
	command, _, err := b.fill(folder, fetchmailrc, []string{"fetchmail", "--silent", "-f", "{{.Folder}}/config"})
	if err != nil {
		return run{}, err
	}
	r, err := b.measure(command, patience)
	if taken := b.sink.count(); err == nil && taken != m.plan.Mails {
		err = fmt.Errorf("fetchmail handed over %d mails of %d", taken, m.plan.Mails)
	}
	return r, err
}

//go:embed whole.py
var wholePy string

// wholeScript has a script do what the desk does, as far as fifty lines can.
func wholeScript(b *bench, m *mailbox, folder string) (run, error) {
	command, _, err := b.fill(folder, wholePy, []string{
		"python3", "{{.Folder}}/config", "{{.Host}}", "{{.Port}}", "{{.User}}", "{{.Password}}",
		"{{.SinkHost}}", "{{.SinkPort}}", "{{.Folder}}/mails.db",
	})
	if err != nil {
		return run{}, err
	}
	r, err := b.measure(command, patience)
	if err != nil {
		return r, err
	}
	return r, b.done(m)
}
