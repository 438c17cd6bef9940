package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"

	"github.com/bara-think-tank/guichet/rules"
	"github.com/bara-think-tank/guichet/scripts/bench/workload"
	"github.com/bara-think-tank/guichet/scripts/essay"
)

// desktop writes a configuration into the folder, and a database that knows the
// publications which the mails ask to withdraw.
func (b *bench) desktop(folder, imap string, plan workload.Plan) error {
	if err := uncapped(filepath.Join(folder, "rules")); err != nil {
		return err
	}
	config := fmt.Sprintf(`database: guichet.db
rules: rules
mailboxes:
  - address: %[1]s
    imap: {server: %[2]q, security: none, user: %[1]s, password_file: secret}
    authserv_id: %[3]s
    received_by: %[3]s
smtp: {server: %[4]q, security: none, user: ""}
editors:
  - {name: Camille, address: redaction@example.org, queues: [all]}
`, contact.Address, imap, workload.Border, b.sink.address)
	for name, text := range map[string][]byte{
		"guichet.yaml": []byte(config), "secret": []byte(contact.Password + "\n"), "publications.csv": plan.Publications(),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			return err
		}
	}
	_, err := b.measure(b.command(folder, "publications", "import", filepath.Join(folder, "publications.csv")), patience)
	return err
}

// uncapped writes the built-in rules with no cap on how many answers leave in an hour:
// what is measured is how fast they could.
func uncapped(folder string) error {
	if err := os.CopyFS(folder, rules.FS); err != nil {
		return err
	}
	file := filepath.Join(folder, "desk.yaml")
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	lifted := hourlyCap.ReplaceAll(text, []byte("${1}100000"))
	if bytes.Equal(lifted, text) {
		return fmt.Errorf("the rules have no cap that %v finds", hourlyCap)
	}
	return os.WriteFile(file, lifted, 0o644)
}

var hourlyCap = regexp.MustCompile(`(?m)^(answers_per_hour_in_all: )\d+$`)

// warm has the desk read a PDF, so that the engine's compiled code is on the disk, as
// where it has run before: making it takes seconds, once.
func (b *bench) warm() error {
	pdf, err := essay.PDF(essay.NewWriter(0, 0).Essay(500), nil)
	if err != nil {
		return err
	}
	return b.within(func(folder string) error {
		file := filepath.Join(folder, "warm.pdf")
		if err := os.WriteFile(file, pdf, 0o600); err != nil {
			return err
		}
		_, err := b.measure(exec.Command(b.guichet, "read", file), patience)
		return err
	})
}

// command is guichet with the configuration in the folder.
func (b *bench) command(folder string, args ...string) *exec.Cmd {
	return exec.Command(b.guichet, append(args, "--config", filepath.Join(folder, "guichet.yaml"))...)
}

// drain has the desk do the whole job on the mailbox.
func drain(b *bench, m *mailbox, folder string) (run, error) {
	if err := b.desktop(folder, b.dovecot.IMAP, m.plan); err != nil {
		return run{}, err
	}
	r, err := b.measure(b.command(folder, "run", "--once", "--from", "all"), patience)
	if err != nil {
		return r, err
	}
	return r, b.done(m)
}

// done says what is missing where the whole job was not done.
func (b *bench) done(m *mailbox) error {
	if taken := b.sink.count(); taken != m.answered {
		return fmt.Errorf("%d answers were sent, want %d", taken, m.answered)
	}
	return expect(b.dovecot, 0)
}
