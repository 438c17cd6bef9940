package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// imap is the least that can be called an IMAP client (RFC 3501): what it fetches is
// counted and thrown away, so that what is measured is the server.
type imap struct {
	conn net.Conn
	in   *bufio.Reader
}

func openIMAP(address string) (*imap, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &imap{conn, bufio.NewReaderSize(conn, 256<<10)}
	if _, err := s.in.ReadString('\n'); err != nil {
		return nil, err
	}
	_, err = s.ask(fmt.Sprintf("LOGIN %q %q", contact.Address, contact.Password), nil)
	return s, err
}

func (s *imap) close() { _ = s.conn.Close() }

// open selects INBOX, and gives how many mails it holds.
func (s *imap) open() (mails int, err error) {
	_, err = s.ask("SELECT INBOX", func(line string) {
		if count, is := strings.CutSuffix(line, " EXISTS\r\n"); is {
			mails, _ = strconv.Atoi(strings.TrimPrefix(count, "* ")) // 0 of what is no number
		}
	})
	return mails, err
}

// ask sends a command and reads its answer, literals left out and counted.
func (s *imap) ask(command string, line func(string)) (literals int, err error) {
	if _, err := fmt.Fprintf(s.conn, "a %s\r\n", command); err != nil {
		return 0, err
	}
	for {
		text, err := s.in.ReadString('\n')
		if err != nil {
			return literals, err
		}
		if rest, ended := strings.CutPrefix(text, "a "); ended {
			if !strings.HasPrefix(rest, "OK") {
				return literals, fmt.Errorf("%s: %s", command, rest)
			}
			return literals, nil
		}
		if line != nil {
			line(text)
		}
		if size, is := literal(text); is {
			literals++
			if _, err := io.CopyN(io.Discard, s.in, size); err != nil {
				return literals, err
			}
		}
	}
}

// literal is the size of the literal that follows a line, if one does.
func literal(line string) (size int64, is bool) {
	open := strings.LastIndexByte(line, '{')
	if open < 0 || !strings.HasSuffix(line, "}\r\n") {
		return 0, false
	}
	size, err := strconv.ParseInt(line[open+1:len(line)-3], 10, 64)
	return size, err == nil
}

// fetchAll fetches every mail of INBOX in one command.
func fetchAll(b *bench, m *mailbox, _ string) (run, error) {
	before, start := ownWork(), time.Now()
	s, err := openIMAP(b.dovecot.IMAP)
	if err != nil {
		return run{}, err
	}
	defer s.close()
	if _, err := s.open(); err != nil {
		return run{}, err
	}
	mails, err := s.ask("UID FETCH 1:* (BODY.PEEK[])", nil)
	if err == nil && mails != m.plan.Mails {
		err = fmt.Errorf("%d mails of %d were fetched", mails, m.plan.Mails)
	}
	return run{Wall: time.Since(start), Work: ownWork() - before}, err
}

// ownWork is the processor time of this program so far.
func ownWork() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
