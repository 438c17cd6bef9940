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

// outboxCommand is `guichet outbox`.
type outboxCommand struct {
	List    outboxListCommand    `cmd:"" help:"List the answers that did not leave: held, queued, given up."`
	Release outboxReleaseCommand `cmd:"" help:"Let held answers leave."`
	Drop    outboxDropCommand    `cmd:"" help:"Keep held answers from ever leaving."`
}

// doubts says why an answer is held.
var doubts = map[desk.Doubt]string{
	desk.DoubtWaited:  "it waited when the backup was made: it has probably left since",
	desk.DoubtFiled:   "its mail was filed before the restore: it was probably answered",
	desk.DoubtArrived: "its mail arrived before the restore, and was not filed: nobody knows",
	desk.DoubtOverdue: "its delay ended before the restore: it was probably told then",
}

// outboxListCommand is `guichet outbox list`.
type outboxListCommand struct {
	configured
	Held   bool `help:"Those that wait for your word."`
	Queued bool `help:"Those that leave by themselves."`
	Failed bool `help:"Those that were given up."`
	JSON   bool `help:"One JSON object a line."`
}

// outgoing is one answer that did not leave, as JSON.
type outgoing struct {
	ID        int64            `json:"id"`
	State     desk.NoticeState `json:"state"`
	Kind      string           `json:"kind"`
	To        string           `json:"to"`
	Reference desk.Reference   `json:"reference"`
	Subject   string           `json:"subject"` // of the mail that it answers
	MessageID string           `json:"message_id"`
	At        time.Time        `json:"at"`
	Next      *time.Time       `json:"next"` // of a queued one: when it is tried
	Attempts  int              `json:"attempts"`
	Reply     string           `json:"reply"`
	Held      desk.Doubt       `json:"held"` // why: waited, filed, arrived, overdue; "" for one that is not held
}

// Run lists them, oldest first.
func (c outboxListCommand) Run(a *app) error {
	_, db, err := a.configured(c.Config, store.OpenReadOnly)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	var states []desk.NoticeState
	for state, wanted := range map[desk.NoticeState]bool{desk.NoticeHeld: c.Held, desk.NoticeQueued: c.Queued, desk.NoticeFailed: c.Failed} {
		if wanted || !c.Held && !c.Queued && !c.Failed {
			states = append(states, state)
		}
	}
	unsent, err := db.Unsent(a.ctx, states...)
	if err != nil {
		return err
	}
	if c.JSON {
		return c.printJSON(a, unsent)
	}
	for _, u := range unsent {
		fmt.Fprintf(a.out, "%6d  %-6s %7s  %-18s %s to %s%s\n", u.ID, u.State, age(a.now().Sub(u.At)), u.Reference, u.Kind,
			cmp.Or(u.Recipient, "(forgotten)"), about(u))
		if why := why(u); why != "" {
			fmt.Fprintf(a.out, "%6s  %s\n", "", why)
		}
	}
	if len(unsent) == 0 {
		fmt.Fprintln(a.out, "nothing waits")
	}
	return nil
}

func (c outboxListCommand) printJSON(a *app, unsent []desk.Unsent) error {
	lines := json.NewEncoder(a.out)
	for _, u := range unsent {
		line := outgoing{
			ID: u.ID, State: u.State, Kind: u.Kind, To: u.Recipient, Reference: u.Reference, Subject: u.Subject, MessageID: u.MessageID,
			At: u.At, Attempts: u.Attempts, Reply: u.Reply, Held: u.Held,
		}
		if u.State == desk.NoticeQueued {
			line.Next = &u.Next
		}
		if u.State != desk.NoticeHeld {
			line.Held = ""
		}
		if err := lines.Encode(line); err != nil {
			return err
		}
	}
	return nil
}

func about(u desk.Unsent) string {
	if u.Subject == "" {
		return ""
	}
	return ": " + u.Subject
}

// why is what keeps an answer here.
func why(u desk.Unsent) string {
	if u.State == desk.NoticeHeld {
		return doubts[u.Held]
	}
	return u.Reply
}

// chosen is which held answers a command is about.
type chosen struct {
	configured
	All bool    `help:"All that are held, or all that --why names."`
	Why string  `help:"With --all: those alone that are held for this reason: waited, filed, arrived or overdue." placeholder:"REASON"`
	IDs []int64 `arg:"" optional:"" name:"id" help:"Their numbers, as guichet outbox list shows them."`
}

// outboxReleaseCommand is `guichet outbox release`.
type outboxReleaseCommand struct{ chosen }

// Run lets answers leave: the next look of the desk that runs sends them.
func (c outboxReleaseCommand) Run(a *app) error {
	return c.settle(a, "released, to leave with guichet run", func(db *store.DB, ids []int64) error { return db.ReleaseHeld(a.ctx, ids) })
}

// outboxDropCommand is `guichet outbox drop`.
type outboxDropCommand struct{ chosen }

// Run keeps answers from leaving; their cases show that they were dropped.
func (c outboxDropCommand) Run(a *app) error {
	return c.settle(a, "dropped, never to leave", func(db *store.DB, ids []int64) error { return db.DropHeld(a.ctx, ids) })
}

func (c chosen) settle(a *app, said string, do func(*store.DB, []int64) error) error {
	if c.All == (len(c.IDs) > 0) {
		return badUse{errors.New("say which answers: their numbers, or --all; guichet outbox list --held shows them")}
	}
	if _, known := doubts[desk.Doubt(c.Why)]; c.Why != "" && (!known || !c.All) {
		return badUse{fmt.Errorf("--why %q: accepted with --all: waited, filed, arrived, overdue", c.Why)}
	}
	_, db, err := a.configured(c.Config, store.Open)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // everything is on the disk
	ids := c.IDs
	if c.All {
		held, err := db.Unsent(a.ctx, desk.NoticeHeld)
		if err != nil {
			return err
		}
		for _, u := range held {
			if c.Why == "" || u.Held == desk.Doubt(c.Why) {
				ids = append(ids, u.ID)
			}
		}
	}
	if len(ids) == 0 {
		fmt.Fprintln(a.out, "no such answer is held")
		return nil
	}
	if err := do(db, ids); errors.Is(err, desk.ErrNotHeld) {
		return hint(err, "nothing was changed; guichet outbox list --held shows what is")
	} else if err != nil {
		return err
	}
	fmt.Fprintf(a.out, "%s %s\n", several(len(ids), "answer"), said)
	return nil
}
