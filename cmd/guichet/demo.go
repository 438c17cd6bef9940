package main

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/localmail"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

//go:embed demo/*.eml demo/authors.csv
var demoFiles embed.FS

const (
	demoContact  = "contact@example.org"
	demoEditor   = "redaction@example.org"
	demoPassword = "demo"
)

// demoCommand is `guichet demo`.
type demoCommand struct {
	Stay bool `help:"Keep the servers and the desk running, and say how to connect a mail client."`
}

// Run puts a dozen mails into a mailbox in memory, lets the real desk loose on
// it, and prints what came of each.
func (c demoCommand) Run(a *app) error {
	if !c.Stay {
		a.log = slog.New(slog.DiscardHandler) // the demo tells its own story
	}
	mails, err := demoMails()
	if err != nil {
		return err
	}
	servers, err := localmail.Start(demoUsers(mails)...)
	if err != nil {
		return err
	}
	defer servers.Close() //nolint:errcheck // they live in memory
	folder, err := os.MkdirTemp("", "guichet-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	db, err := store.Open(a.ctx, filepath.Join(folder, "guichet.db"), a.now)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // it is thrown away

	w, err := a.openDemo(servers, db)
	if err != nil {
		return err
	}
	for _, m := range mails {
		if err := servers.Append(demoContact, "INBOX", m.raw, a.now()); err != nil {
			return err
		}
	}
	fmt.Fprintf(a.out, "A real desk, with IMAP and SMTP servers in memory: nothing leaves this machine.\n"+
		"%d mails lie in the mailbox %s. The desk takes them one by one:\n\n", len(mails), demoContact)
	w.seen = tellDecided(a, len(mails))
	if err := w.drain(a); err != nil {
		return err
	}
	for _, told := range []struct{ student, before string }{
		{mails[1].from, "Mail 2 is nine words and one source short. %s finds this answer:"},
		{demoAuthor, "Mail 7 asks for a withdrawal, and nothing proves who sent it. %s is asked:"},
	} {
		if err := c.tellAnswer(a, servers, told.student, told.before); err != nil {
			return err
		}
	}
	if err := c.tellQueues(a, w); err != nil {
		return err
	}
	if c.Stay {
		c.tellClient(a, servers, mails[0].from)
		return w.run(a)
	}
	_, err = fmt.Fprintf(a.out, `%s
Next: guichet demo --stay        write to the desk yourself, from a mail client
      guichet rules list         what is asked of each format, from the files that editors change
      guichet config example     set up your own
`, rule)
	return err
}

// demoMail is one mail of the demo and who sent it.
type demoMail struct {
	raw  []byte
	from string
}

// demoMails reads the mails in the order of their numbers.
func demoMails() (mails []demoMail, err error) {
	names, err := fs.Glob(demoFiles, "demo/*.eml")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		raw, err := demoFiles.ReadFile(name)
		if err != nil {
			return nil, err
		}
		m, err := email.Parse(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		mails = append(mails, demoMail{raw, m.From.Address})
	}
	return mails, nil
}

// demoUsers gives everyone who wrote a mailbox, so that the answers arrive.
func demoUsers(mails []demoMail) []localmail.User {
	users := []localmail.User{{Address: demoContact, Password: demoPassword}, {Address: demoEditor, Password: demoPassword}}
	seen := map[string]bool{demoContact: true, demoEditor: true, "": true}
	for _, m := range mails {
		if !seen[m.from] {
			seen[m.from] = true
			users = append(users, localmail.User{Address: m.from, Password: demoPassword})
		}
	}
	return users
}

// openDemo is the desk of the demo: the real one, told of servers in memory.
func (a *app) openDemo(servers *localmail.Servers, db *store.DB) (*works, error) {
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, err
	}
	if err := os.Setenv("GUICHET_DEMO_PASSWORD", demoPassword); err != nil {
		return nil, err
	}
	account := ServerConfig{Security: "none", User: demoContact, PasswordEnv: "GUICHET_DEMO_PASSWORD"}
	imap, smtp := account, account
	imap.Server, smtp.Server = servers.IMAP, servers.SMTP
	config := &Config{
		Mailboxes: []MailboxConfig{{Address: demoContact, IMAP: imap, AuthservID: "mx.example.org", ReceivedBy: "mx.example.org"}},
		SMTP:      &smtp, zone: zone, file: &yamlfile.File{Name: "the demo"},
		Editors: []EditorConfig{{Name: "Camille Martin", Address: demoEditor, Queues: []string{"all"}, Digest: []string{"19:00"}}},
	}
	text, err := demoFiles.ReadFile("demo/authors.csv")
	if err != nil {
		return nil, err
	}
	list := readRoll("authors.csv", text, zone, a.now())
	if err := list.faults.OrNil(); err != nil {
		return nil, err
	}
	if _, err := db.Enrol(a.ctx, list.enrolments(), nil, false); err != nil {
		return nil, err
	}
	if err := db.Apply(a.ctx, demoPublication(zone)); err != nil {
		return nil, err
	}
	w, err := a.assemble(config, db)
	if err != nil {
		return nil, err
	}
	if err := w.startFrom("all", config); err != nil {
		return nil, err
	}
	return w, nil
}

// tellDecided prints what came of each mail, with its number among those of the demo.
func tellDecided(a *app, mails int) func(*desk.Entry, *rules.Set) {
	n := 0
	return func(e *desk.Entry, set *rules.Set) {
		if n++; n <= mails {
			fmt.Fprintf(a.out, "%d/%d ", n, mails)
		}
		fmt.Fprint(a.out, decided(e, set))
	}
}

// demoAuthor wrote a text that stands on the site since last year, and asks for its
// withdrawal: nothing proves that it is he, so that the desk asks him.
const demoAuthor = "youssef.benali@example.fr"

func demoPublication(zone *time.Location) *desk.Change {
	return &desk.Change{Publication: &desk.Publication{
		Reference: desk.NewReference("BARA", 2025, 42), Format: "baratin", Title: "La cantine à un euro, un an après",
		On: time.Date(2025, 11, 3, 9, 0, 0, 0, zone), URL: "https://bara.example.org/la-cantine-a-un-euro", State: desk.StandsPublished,
		Authors: []desk.Signatory{{Name: "Youssef Benali", Addresses: []string{demoAuthor}}},
	}}
}

// tellAnswer prints the answer that a student received, from the student's own
// mailbox, under a line that names the student.
func (c demoCommand) tellAnswer(a *app, servers *localmail.Servers, student, before string) error {
	answers, err := servers.Messages(student, "INBOX")
	if err != nil {
		return err
	}
	if len(answers) == 0 {
		return errors.New("the student received no answer")
	}
	text, err := readable(answers[0].Raw)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%s\n"+before+"\n\n%s\n", rule, student, text)
	return err
}

// rule parts the demo's pages.
var rule = strings.Repeat("─", 72)

func (c demoCommand) tellQueues(a *app, w *works) error {
	cases, err := w.db.Waiting(a.ctx)
	if err != nil {
		return err
	}
	tally, err := w.db.Tally(a.ctx, time.Time{}, a.now().Add(time.Minute))
	if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s\nWhat waits for the editors, each queue a folder of the mailbox:\n\n", rule)
	if err := w.printQueues(a, w.queues(), cases); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "\nEvery mail is somewhere: %s\n", sum(tally))
	return err
}

// sum is where every mail received is, in one line.
func sum(t desk.Tally) string {
	var parts []string
	for _, ending := range desk.Endings {
		parts = append(parts, fmt.Sprintf("%d %s", t[ending], ending))
	}
	return fmt.Sprintf("%d received = %s", t.Received(), strings.Join(parts, " + "))
}

func (c demoCommand) tellClient(a *app, servers *localmail.Servers, student string) {
	fmt.Fprintf(a.out, `%s
The desk stays. Connect a mail client to it, without encryption:

  IMAP %s   SMTP %s   password %s

  %s   the mailbox: its folders are the queues
  %s   a student: write to %s and wait for the answer

End with Ctrl-C.
`, rule, servers.IMAP, servers.SMTP, demoPassword, demoContact, cmp.Or(student, demoContact), demoContact)
}
