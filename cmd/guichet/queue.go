package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// queueCommand is `guichet queue`.
type queueCommand struct {
	configured
	JSON  bool   `help:"One JSON object a line."`
	Queue string `arg:"" optional:"" help:"One queue; all without it."`
}

// waiting is one case that waits, as JSON.
type waiting struct {
	Queue     desk.Queue        `json:"queue"`
	Reference desk.Reference    `json:"reference"`
	Kind      desk.Kind         `json:"kind"`
	Format    string            `json:"format"`
	Author    string            `json:"author"`
	Address   string            `json:"address"`
	Title     string            `json:"title"`
	Verdict   desk.Verdict      `json:"verdict"`
	State     desk.State        `json:"state"`
	Request   desk.RequestState `json:"request"` // how far a withdrawal request is; "" for any other case
	Versions  int               `json:"versions"`
	Reason    string            `json:"reason"`
	Since     time.Time         `json:"since"`
}

// Run lists the cases that wait.
func (c queueCommand) Run(a *app) error {
	w, done, err := a.lookAtWorks(c.Config)
	if err != nil {
		return err
	}
	defer done()
	cases, err := w.db.Waiting(a.ctx)
	if err != nil {
		return err
	}
	order, err := c.queues(withQueuesOf(cases, w.queues()))
	if err != nil {
		return err
	}
	cases = slices.DeleteFunc(cases, func(waits desk.Case) bool { return !slices.Contains(order, waits.Queue) })
	if c.JSON {
		return printCases(a.out, cases)
	}
	if err := w.printQueues(a, order, cases); err != nil {
		return err
	}
	return w.printTroubles(a)
}

// withQueuesOf adds to the queues of the rules those that hold cases and that no
// rules know any more: what waits there still waits.
func withQueuesOf(cases []desk.Case, order []desk.Queue) []desk.Queue {
	for _, c := range cases {
		if !slices.Contains(order, c.Queue) {
			order = append(order, c.Queue)
		}
	}
	return order
}

// queues is the queue that was asked for, or all.
func (c queueCommand) queues(order []desk.Queue) ([]desk.Queue, error) {
	if c.Queue == "" {
		return order, nil
	}
	for _, q := range order {
		if string(q) == c.Queue {
			return []desk.Queue{q}, nil
		}
	}
	return nil, badUse{fmt.Errorf("there is no queue %q; accepted: %s", c.Queue, strings.Trim(fmt.Sprint(order), "[]"))}
}

func printCases(w io.Writer, cases []desk.Case) error {
	lines := json.NewEncoder(w)
	for _, c := range cases {
		if err := lines.Encode(waitingOf(c)); err != nil {
			return err
		}
	}
	return nil
}

func waitingOf(c desk.Case) waiting {
	return waiting{
		Queue: c.Queue, Reference: c.Reference, Kind: c.Kind, Format: c.Format,
		Author: c.Author, Address: c.Address, Title: c.Title, Verdict: c.Verdict, State: c.State, Request: c.Request,
		Versions: c.Versions, Reason: c.Why().In("en"), Since: c.OpenedAt,
	}
}

func (w *works) printQueues(a *app, order []desk.Queue, cases []desk.Case) error {
	for _, q := range order {
		var b strings.Builder
		n := 0
		for _, c := range cases {
			if c.Queue != q {
				continue
			}
			n++
			fmt.Fprintf(&b, "  %-17s %-21s %7s  %s: %s\n", c.Reference, standing(c), age(a.now().Sub(c.OpenedAt)),
				cmp.Or(c.Author, "(no sender)"), cmp.Or(c.Title, "(no subject)"))
			fmt.Fprintf(&b, "  %-17s %s\n", "", c.Why().In("en"))
		}
		if _, err := fmt.Fprintf(a.out, "%s (%s): %d\n%s", q, w.whereabouts(q), n, b.String()); err != nil {
			return err
		}
	}
	return nil
}

// whereabouts is the folder of a queue.
func (w *works) whereabouts(q desk.Queue) string {
	if folder := w.folder(q); folder != "" {
		return "folder " + folder
	}
	return "no rules know it any more"
}

// standing is a case's verdict, how far a request is, or the kind of what has neither.
func standing(c desk.Case) string {
	return strings.ReplaceAll(cmp.Or(string(c.Verdict), string(c.Request), string(c.Kind)), "_", " ")
}

// age is how long a case has waited, roughly.
func age(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "now"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}

// printTroubles says which answers did not leave.
func (w *works) printTroubles(a *app) error {
	paced, capped, err := ledgerOf{w}.HeldBack(a.ctx)
	if err != nil {
		return err
	}
	failed, err := w.db.FailedNotices(a.ctx)
	if err != nil {
		return err
	}
	if paced > 0 {
		fmt.Fprintf(a.out, "answers put off: %d; their recipients got too many within the hour\n", paced)
	}
	if capped > 0 {
		fmt.Fprintf(a.out, "answers that wait their turn: %d; as many left within the hour as answers_per_hour_in_all allows\n", capped)
	}
	doubtful, err := w.db.Unsent(a.ctx, desk.NoticeHeld)
	if err != nil {
		return err
	}
	if len(doubtful) > 0 {
		fmt.Fprintf(a.out, "answers that wait for your word since a backup was restored: %d; guichet outbox list --held\n", len(doubtful))
	}
	for _, n := range failed {
		to := cmp.Or(n.Recipient, "(forgotten)")
		if n.State == desk.NoticeBounced {
			fmt.Fprintf(a.out, "came back: the answer to %s (%s): %s\n", to, n.Kind, n.Bounce)
			continue
		}
		fmt.Fprintf(a.out, "given up: the answer to %s (%s): %s\n", to, n.Kind, n.Reply)
	}
	return w.printUntold(a)
}
