package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"

	"github.com/bara-think-tank/guichet/internal/realmail"
	"github.com/bara-think-tank/guichet/scripts/bench/workload"
)

var contact = realmail.User{Address: workload.Contact, Password: "secret of the desk"}

// mailbox is the files of a maildir, made once, of which each run gets a copy.
type mailbox struct {
	plan     workload.Plan
	folder   string
	answered int   // mails that a desk has to answer
	bytes    int64 // of all mails
	median   int64 // of one
}

func makeMailbox(folder string, plan workload.Plan) (*mailbox, error) {
	if err := os.Mkdir(folder, 0o755); err != nil {
		return nil, err
	}
	m := &mailbox{plan: plan, folder: folder}
	var sizes []int64
	for number := range plan.Mails {
		mail, err := plan.Mail(number)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(folder, fileName(number, mail))
		if err := os.WriteFile(path, mail.Raw, 0o644); err != nil {
			return nil, err
		}
		if err := os.Chtimes(path, mail.At, mail.At); err != nil { // Dovecot's INTERNALDATE
			return nil, err
		}
		if mail.Answered() {
			m.answered++
		}
		sizes = append(sizes, int64(len(mail.Raw)))
		m.bytes += int64(len(mail.Raw))
	}
	slices.Sort(sizes)
	m.median = sizes[len(sizes)/2]
	return m, nil
}

// fileName is a mail's name in a maildir, with its size and its size with CRLF, as
// Dovecot itself names it.
func fileName(number int, mail workload.Mail) string {
	lines := 0
	for _, b := range mail.Raw {
		if b == '\n' {
			lines++
		}
	}
	return fmt.Sprintf("%d.M%06dP1.imap.example.org,S=%d,W=%d:2,", mail.At.Unix(), number, len(mail.Raw), len(mail.Raw)+lines)
}

// lay puts a fresh copy of the mails into the user's INBOX: links, as no server and
// no client ever changes a mail. The server has looked at it once, as at any mailbox
// that mail was delivered to.
func (m *mailbox) lay(server *realmail.Dovecot) error {
	if err := empty(server); err != nil {
		return err
	}
	files, err := os.ReadDir(m.folder)
	if err != nil {
		return err
	}
	for _, f := range files {
		to := filepath.Join(server.Maildir(contact.Address), "cur", f.Name())
		if err := os.Link(filepath.Join(m.folder, f.Name()), to); err != nil {
			return err
		}
	}
	return expect(server, len(files))
}

// empty gives the user a mailbox with nothing in it.
func empty(server *realmail.Dovecot) error {
	maildir := server.Maildir(contact.Address)
	home := filepath.Dir(maildir)
	if err := os.RemoveAll(home); err != nil {
		return err
	}
	owner, err := os.Stat(filepath.Dir(home))
	if err != nil {
		return err
	}
	stat, ok := owner.Sys().(*syscall.Stat_t)
	if !ok {
		return fmt.Errorf("%s: no owner", home)
	}
	for _, folder := range []string{home, maildir, filepath.Join(maildir, "cur"), filepath.Join(maildir, "new"), filepath.Join(maildir, "tmp")} {
		if err := os.Mkdir(folder, 0o700); err != nil {
			return err
		}
		if err := os.Chown(folder, int(stat.Uid), int(stat.Gid)); err != nil {
			return err
		}
	}
	return nil
}

// expect says what is wrong where INBOX does not hold so many mails.
func expect(server *realmail.Dovecot, mails int) error {
	s, err := openIMAP(server.IMAP)
	if err != nil {
		return err
	}
	defer s.close()
	if found, err := s.open(); err != nil || found != mails {
		return fmt.Errorf("INBOX holds %d mails, want %d: %v", found, mails, err)
	}
	return nil
}
