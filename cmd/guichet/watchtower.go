package main

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/bara-think-tank/guichet/internal/alarm"
	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/mailbox"
	"github.com/bara-think-tank/guichet/internal/monitor"
	"github.com/bara-think-tank/guichet/internal/store"
)

// watchtower is what watches over the works for the operator.
type watchtower struct {
	listen   string       // where the figures are served; "" for nowhere
	listener net.Listener // there, once it is open
	figures  *monitor.Metrics
	board    *alarm.Board
	watch    *monitor.Watch
	gauges   monitor.Gauges
	systemd  monitor.Systemd
}

// silence is how long a mailbox's watcher or a sender may give no sign of life: both
// may wait for a server for a quarter of an hour and some minutes.
const silence = 25 * time.Minute

// wireMonitor builds the watchtower, before what it watches.
func (a *app) wireMonitor(c *Config, w *works) error {
	channels, err := a.channels(c)
	if err != nil {
		return err
	}
	loops := &monitor.Loops{Clock: a.now}
	database := c.path(c.Database)
	board := &alarm.Board{
		Memory: w.db, Channels: channels, Words: c.alarmWords(), Clock: a.now, Log: a.log,
	}
	w.monitor = watchtower{
		listen: c.Metrics.Listen, board: board, systemd: monitor.Systemd{Loops: loops, Log: a.log},
		watch: &monitor.Watch{
			Ledger: w.db, Alarms: board, Loops: loops, Clock: a.now, Log: a.log,
			Space: func() (monitor.Space, error) { return diskSpace(filepath.Dir(database)) },
		},
		gauges: monitor.Gauges{
			Queues: w.queues, Editions: w.editions, Standing: board.Standing,
			Replaced:     a.reader.Replaced,
			Commits:      w.db.Commits,
			DatabaseSize: func() int64 { return store.FileSize(database) },
		},
	}
	return nil
}

// editions is the rules in force, one for each folder.
func (w *works) editions() (all []monitor.Edition) {
	for _, b := range w.books {
		all = append(all, monitor.Edition{Folder: b.dir, Hash: b.edition().rules.Hash()[:shownHash]})
	}
	return all
}

// mailbox has a mailbox's watcher watched.
func (t *watchtower) mailbox(m *mailbox.Watcher) {
	t.watch.Mailboxes = append(t.watch.Mailboxes, m.Address)
	m.Alarms = t.board
	m.Alive = t.watch.Loops.Begin("mailbox "+m.Address, silence)
	m.Passed = func() { t.watch.Read(m.Address) }
	m.Failed = func(why error) { t.watch.Unread(m.Address, why) }
	m.Alarms = t.board
}

// account has the sender of an account watched, by what it asks of the outbox.
func (t *watchtower) account(server string, a account) account {
	t.watch.Accounts = append(t.watch.Accounts, monitor.Account{Server: server, Late: a.late})
	a.alive = t.watch.Loops.Begin("outbox "+server, silence)
	return a
}

// open listens where the figures are to be served, and counts from now on.
func (t *watchtower) open(ctx context.Context) (err error) {
	if t.listen == "" {
		return nil
	}
	if t.figures, err = monitor.NewMetrics(ctx, t.watch, t.gauges); err != nil {
		return err
	}
	if t.listener, err = net.Listen("tcp", t.listen); err != nil {
		return hint(fmt.Errorf("the figures cannot be served: %w", err), "change metrics: listen")
	}
	return nil
}

// run watches until the context ends.
func (t *watchtower) run(ctx context.Context, g *errgroup.Group) {
	g.Go(func() error { return t.board.Run(ctx) })
	g.Go(func() error { return t.watch.Run(ctx) })
	g.Go(func() error { return t.systemd.Run(ctx) })
	context.AfterFunc(ctx, t.systemd.Stopping)
	if t.listener != nil {
		site := monitor.Site{Watch: t.watch, Registry: t.figures.Registry(programVersion(), runtime.Version()), Log: t.watch.Log}
		g.Go(func() error { return site.Serve(ctx, t.listener) })
	}
}

// once tells the operator what a run that drains found; the next one goes on from there.
func (t *watchtower) once(ctx context.Context) {
	if err := t.board.Recall(ctx); err != nil {
		t.watch.Log.ErrorContext(ctx, "the alarms of the last run cannot be read", "error", err)
	}
	t.watch.Look(ctx)
	t.board.Tell(ctx, 0)
}

// standing says which alarms are raised, by a desk that runs or by the last that did.
func (r *report) standing(w *works) {
	alarms, err := w.db.Alarms(r.a.ctx)
	if err != nil {
		r.fail("alarms", "%v", err)
		return
	}
	for _, a := range alarms {
		if a.Cleared.IsZero() {
			r.warn("alarm", "%s", told(a, r.a.now()))
		}
	}
}

// told is an alarm on one line.
func told(a desk.Alarm, now time.Time) string {
	line := fmt.Sprintf("%s, for %v", a.Name, now.Sub(a.Since).Round(time.Second))
	if a.Detail != "" {
		line += ": " + a.Detail
	}
	return line
}

// observe has nobody told by a desk that only looks.
func (t *watchtower) observe() {
	t.board.Channels, t.board.Memory, t.listen, t.watch.Accounts = nil, nil, "", nil
}

// figures says whether the figures can be served.
func (r *report) figures(c *Config) {
	if c.Metrics.Listen == "" {
		return
	}
	listener, err := net.Listen("tcp", c.Metrics.Listen)
	switch {
	case err == nil:
		listener.Close() //nolint:errcheck // it was only tried
		r.ok("metrics", "the figures are served on %s: /metrics, /healthz, /readyz", c.Metrics.Listen)
	default:
		r.deskHealth(c.Metrics.Listen, err)
	}
}
