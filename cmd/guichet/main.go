// Command guichet is a submission and retraction desk that people use by
// e-mail: it watches a mailbox, understands each mail, checks it against a
// publication's rules, records it, answers it and sorts it for editors.
//
// This package holds the commands, the configuration and the wiring, one
// command a file; what the program does is in internal/.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // a small server may have no time zones of its own

	"github.com/alecthomas/kong"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/sandbox"
)

// Exit statuses.
const (
	exitDone   = 0
	exitFailed = 1 // the work could not be done
	exitBadUse = 2 // bad use, or a bad configuration
)

// commands is the command line.
type commands struct {
	Demo         demoCommand         `cmd:"" help:"Try the desk on a dozen mails: no account, no server, no configuration."`
	Run          runCommand          `cmd:"" help:"Watch the mailboxes: read, answer, file."`
	Check        checkCommand        `cmd:"" help:"Say what is right and what is wrong with the set-up."`
	Queue        queueCommand        `cmd:"" help:"List what waits for editors, oldest first."`
	Show         showCommand         `cmd:"" help:"Print a case with its findings and history."`
	Decide       decideCommand       `cmd:"" help:"Carry out an editor's decision on a text, a publication or a withdrawal request."`
	Publish      publishCommand      `cmd:"" help:"Say that an accepted text is on the site."`
	Vouch        vouchCommand        `cmd:"" help:"Give an editor's word for the new address of an author who asks for a withdrawal."`
	Tombstone    tombstoneCommand    `cmd:"" help:"Print the notice that the site shows in place of a withdrawn text."`
	Parked       parkedCommand       `cmd:"" help:"Mails that the desk could not read or failed on: list, retry, release."`
	Digest       digestCommand       `cmd:"" help:"Send the editors their digests now."`
	Authors      authorsCommand      `cmd:"" help:"Who is registered: import, list, show, add, merge, export, erase."`
	Publications publicationsCommand `cmd:"" help:"What was published: import, list, show."`
	Cite         citeCommand         `cmd:"" help:"Print how a publication is cited."`
	Backup       backupCommand       `cmd:"" help:"Copy the database to a file or a folder, while the desk runs, and check the copy."`
	Restore      restoreCommand      `cmd:"" help:"Put a backup in the place of the database, while the desk is stopped."`
	Outbox       outboxCommand       `cmd:"" help:"Answers that did not leave: list, release, drop."`
	Alarm        alarmCommand        `cmd:"" help:"What the operator is told when the desk fails: test, list."`
	Verify       verifyCommand       `cmd:"" help:"Check everything that the desk has on record, and name the first fault of each kind."`
	Reconcile    reconcileCommand    `cmd:"" help:"Compare the mailboxes with what is on record, and order what is missing."`
	Rehearse     rehearseCommand     `cmd:"" help:"Replay what was submitted under other rules; changes nothing."`
	Rules        rulesCommand        `cmd:"" help:"Check, list and try the publication's rules."`
	Explain      explainCommand      `cmd:"" help:"Decide what the desk would make of mails; changes nothing."`
	Read         readCommand         `cmd:"" help:"Print what the desk reads in documents."`
	Config       configCommand       `cmd:"" help:"Print an example of the configuration."`
	Version      versionCommand      `cmd:"" help:"Print the version."`
	Sandbox      sandboxCommand      `cmd:"" name:"sandbox-child" hidden:""`
}

// app is what a command has at hand.
type app struct {
	ctx  context.Context // done when the program is asked to stop
	out  io.Writer       // results
	errs io.Writer       // standard error, for what is neither result nor log
	log  *slog.Logger    // to standard error
	now  func() time.Time

	reader *sandbox.Reader // of documents, in a child of its own

	lookupTXT func(ctx context.Context, name string) ([]string, error) // of the DNS
}

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// run is main with everything that it touches as arguments.
func run(args []string, out, errs io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	help := false
	parser, err := kong.New(&commands{}, kong.Name("guichet"), kong.Writers(out, errs),
		kong.Description("A submission and retraction desk that people use by e-mail."),
		kong.Exit(func(int) { help = true }), kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}))
	if err != nil {
		return tell(errs, err)
	}
	chosen, err := parser.Parse(askForHelp(args))
	if help {
		return exitDone
	}
	if err != nil {
		return tell(errs, badUse{fmt.Errorf("%w; see: guichet help", err)})
	}
	a := &app{
		ctx: ctx, out: out, errs: errs, now: time.Now,
		log:       slog.New(slog.NewTextHandler(errs, &slog.HandlerOptions{Level: slog.LevelInfo})),
		lookupTXT: net.DefaultResolver.LookupTXT,
	}
	if a.reader, err = sandbox.New(a.log); err != nil {
		return tell(errs, err)
	}
	defer a.reader.Close()
	return tell(errs, chosen.Run(a))
}

// askForHelp lets help be a command: `guichet help run` is `guichet run --help`.
func askForHelp(args []string) []string {
	if len(args) == 0 {
		return []string{"--help"}
	}
	if args[0] == "help" {
		return append(args[1:], "--help")
	}
	return args
}

// badUse is an error of the one who called, not of the work.
type badUse struct{ error }

func (b badUse) Unwrap() error { return b.error }

// errSaid says that the work failed and that everything was said already.
var errSaid = errors.New("the work could not be done")

// tell prints an error as one line for each thing that is wrong, and gives the
// exit status.
func tell(errs io.Writer, err error) int {
	var use badUse
	var faults desk.Faults
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errSaid):
		return exitFailed
	case errors.As(err, &faults):
		fmt.Fprintln(errs, err)
		return exitBadUse
	case errors.As(err, &use):
		fmt.Fprintln(errs, "guichet:", err)
		return exitBadUse
	}
	fmt.Fprintln(errs, "guichet:", withStorageCure(err))
	return exitFailed
}
