package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// parkedCommand is `guichet parked`.
type parkedCommand struct {
	List    parkedListCommand    `cmd:"" help:"List the mails that the desk could not read or failed on."`
	Retry   parkedRetryCommand   `cmd:"" help:"Take parked mails again, from the bytes that were kept: after an update, say."`
	Release parkedReleaseCommand `cmd:"" help:"Leave parked mails to the editors, in whose queue they are, and list them no more."`
}

// parkedListCommand is `guichet parked list`.
type parkedListCommand struct {
	configured
	JSON bool `help:"One JSON object a line."`
}

// parkedRetryCommand is `guichet parked retry`.
type parkedRetryCommand struct {
	configured
	References []string `arg:"" name:"reference" help:"The reference of a parked mail."`
}

// parkedReleaseCommand is `guichet parked release`.
type parkedReleaseCommand struct {
	configured
	References []string `arg:"" name:"reference" help:"The reference of a parked mail."`
}

// parkedLine is one parked mail, as JSON. A mail that failed and is to be tried again
// has no reference yet, but failures.
type parkedLine struct {
	Reference   desk.Reference `json:"reference"`
	Mailbox     string         `json:"mailbox"`
	UIDValidity uint32         `json:"uidvalidity"`
	UID         uint32         `json:"uid"`
	Since       time.Time      `json:"since"`
	From        string         `json:"from"`
	Subject     string         `json:"subject"`
	Bytes       int64          `json:"bytes"`
	Reason      string         `json:"reason"`
	Failures    int            `json:"failures"`
}

// Run lists what is parked, and what is about to be.
func (c parkedListCommand) Run(a *app) error {
	w, done, err := a.lookAtWorks(c.Config)
	if err != nil {
		return err
	}
	defer done()
	parked, err := w.db.Parked(a.ctx)
	if err != nil {
		return err
	}
	troubles, err := w.db.Troubles(a.ctx)
	if err != nil {
		return err
	}
	var lines []parkedLine
	for _, p := range parked {
		lines = append(lines, parkedLine{
			Reference: p.Reference, Mailbox: p.Received.Mailbox, UIDValidity: p.Received.UIDValidity, UID: p.Received.UID, Since: p.At.In(w.zone),
			From: p.From, Subject: p.Subject, Bytes: p.Size, Reason: p.Reason.In("en"),
		})
	}
	for _, t := range troubles {
		lines = append(lines, parkedLine{
			Mailbox: t.Mailbox, UIDValidity: t.UIDValidity, UID: t.UID, Since: t.At.In(w.zone), Reason: t.Reason, Failures: t.Failures,
		})
	}
	return c.print(a, lines)
}

func (c parkedListCommand) print(a *app, lines []parkedLine) error {
	if c.JSON {
		for _, l := range lines {
			if err := json.NewEncoder(a.out).Encode(l); err != nil {
				return err
			}
		}
		return nil
	}
	if len(lines) == 0 {
		_, err := fmt.Fprintln(a.out, "no mail is parked")
		return err
	}
	for _, l := range lines {
		name := string(l.Reference)
		if name == "" {
			name = fmt.Sprintf("(mail %d, failed %d times, will be tried again)", l.UID, l.Failures)
		}
		about := cmp.Or(l.From, "(no sender)") + ": " + cmp.Or(l.Subject, "(no subject)")
		if _, err := fmt.Fprintf(a.out, "%s  %s  %s\n    %s\n    %s\n", name, l.Since.Format("2006-01-02 15:04"), l.Mailbox, about, l.Reason); err != nil {
			return err
		}
	}
	return nil
}

// Run takes parked mails again.
func (c parkedRetryCommand) Run(a *app) error {
	return a.eachParked(c.Config, c.References, func(w *works, p desk.ParkedMail) error {
		s := w.stationOf(p.Received.Mailbox)
		if s == nil {
			return fmt.Errorf("%s: no mailbox of the configuration is %s", p.Reference, p.Received.Mailbox)
		}
		e, err := s.retry(a.ctx, p)
		if err != nil {
			return err
		}
		became := string(e.Queue)
		if e.Case != nil {
			became = fmt.Sprintf("%s, in the queue %s", e.Case.Kind, e.Case.Queue)
		}
		answered := "nobody is answered"
		if e.Notice != nil {
			answered = e.Notice.Recipient + " is answered within a minute"
		}
		_, err = fmt.Fprintf(a.out, "%s: taken again: %s; %s\n", p.Reference, became, answered)
		return err
	})
}

// Run leaves parked mails to the editors.
func (c parkedReleaseCommand) Run(a *app) error {
	return a.eachParked(c.Config, c.References, func(w *works, p desk.ParkedMail) error {
		if err := w.db.Release(a.ctx, p); err != nil {
			return err
		}
		_, err := fmt.Fprintf(a.out, "%s: released; it stays in the editors' queue %s\n", p.Reference, desk.QueueParked)
		return err
	})
}

// eachParked does something with parked mails, each by its reference. One that is not
// parked is said, and stops none of the others.
func (a *app) eachParked(config string, references []string, do func(*works, desk.ParkedMail) error) error {
	w, done, err := a.openWorks(config, store.Open)
	if err != nil {
		return err
	}
	defer done()
	var failed error
	for _, typed := range references {
		ref, err := typedReference(typed)
		if err != nil {
			return err
		}
		p, err := w.db.ParkedMail(a.ctx, ref)
		if errors.Is(err, desk.ErrNotFound) {
			err = hint(fmt.Errorf("%s: no mail is parked under this reference", ref), "guichet parked list")
		}
		if err == nil {
			err = do(w, p)
		}
		if err != nil {
			fmt.Fprintln(a.errs, "guichet:", err)
			failed = errSaid
		}
	}
	return failed
}

// stationOf is the station of a mailbox; nil where the configuration has it no more.
func (w *works) stationOf(mailbox string) *station {
	for _, s := range w.stations {
		if s.flow.Address == mailbox {
			return s
		}
	}
	return nil
}
