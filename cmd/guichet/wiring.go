package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/intake"
	"github.com/bara-think-tank/guichet/internal/mailbox"
	"github.com/bara-think-tank/guichet/internal/outbox"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/triage"
)

// works is the desk put together: one station a mailbox, one sender an SMTP
// account, and the digests, over one database.
type works struct {
	db        *store.DB
	zone      *time.Location
	now       func() time.Time
	stations  []*station
	books     []*rulebook // one a rules folder
	reloads   *reloader
	senders   []*outbox.Sender
	accounts  []account       // of the senders, in the same order
	wakes     []chan struct{} // likewise
	digests   *triage.Digests
	erases    bool // whether what is to be forgotten is deleted
	decisions *triage.Decisions
	site      site
	monitor   watchtower
	signers   map[string]*outbox.Signer     // by the mailbox; none where nothing is signed
	seen      func(*desk.Entry, *rules.Set) // told of every mail recorded, and by which rules; may be nil
}

// queues is every queue of every mailbox.
func (w *works) queues() []desk.Queue {
	var sets []*rules.Set
	for _, s := range w.stations {
		sets = append(sets, s.rules())
	}
	return queueOrder(sets...)
}

// folder is the IMAP folder of a queue, by the first rules that know it.
func (w *works) folder(q desk.Queue) string {
	for _, s := range w.stations {
		if slices.Contains(queueOrder(s.rules()), q) {
			return s.folder(q)
		}
	}
	return ""
}

// book is the rules of a folder, read once however many mailboxes have them.
func (w *works) book(dir string) (*rulebook, error) {
	for _, b := range w.books {
		if b.dir == dir {
			return b, nil
		}
	}
	b, err := openRulebook(dir, w.sign)
	if err == nil {
		w.books = append(w.books, b)
	}
	return b, err
}

// releases writes to those whose registration came, from the mailbox that they
// wrote to.
func (w *works) releases(a *app) triage.Releases {
	return triage.Releases{Zone: w.zone, Clock: a.now, Notices: func(mailbox string) (triage.House, bool) {
		for _, s := range w.stations {
			if s.flow.Address == mailbox {
				now := s.book.edition()
				return triage.House{Composer: now.notices, Name: now.rules.Desk.Name, Language: now.rules.Desk.Language}, true
			}
		}
		return triage.House{}, false
	}}
}

// assemble wires everything that a configuration asks for over a database.
func (a *app) assemble(c *Config, db *store.DB) (*works, error) {
	w := &works{db: db, zone: c.zone, now: a.now, erases: true}
	if err := a.wireMonitor(c, w); err != nil {
		return nil, err
	}
	var err error
	if w.signers, err = c.signers(); err != nil {
		return nil, err
	}
	crew, hand := &intake.Crew{}, &mailbox.Hand{} // one for all: there are so many processors, and so much memory
	for _, m := range c.Mailboxes {
		book, err := w.book(c.path(cmp.Or(m.Rules, c.Rules)))
		if err != nil {
			return nil, err
		}
		s, err := a.station(c, m, db, book, crew)
		if err != nil {
			return nil, err
		}
		s.watcher.Hand = hand
		w.monitor.mailbox(s.watcher)
		s.flow.Alarms = w.monitor.board
		w.stations = append(w.stations, s)
	}
	w.among()
	w.reloads = &reloader{books: w.books, log: a.log, begun: w.monitor.systemd.Reloading, done: w.monitor.systemd.Ready, fits: func(b *rulebook, next *edition) error { return w.fits(c, b, next) }}
	if err := a.wireSenders(c, w); err != nil {
		return nil, err
	}
	if err := a.wireDigests(c, w); err != nil {
		return nil, err
	}
	return w, a.wireSite(c, w)
}

func (a *app) station(c *Config, m MailboxConfig, db *store.DB, book *rulebook, crew *intake.Crew) (*station, error) {
	tlsConfig, err := c.tls(m.IMAP)
	if err != nil {
		return nil, err
	}
	limit, err := parseLimit(m.Limit)
	if err != nil {
		return nil, err
	}
	s := &station{book: book, flow: intake.Flow{
		Assessor: a.assessor(c, m), Limit: limit,
		Crew: crew, Caution: a.caution(db, book), Ledger: db, Address: m.Address, Zone: c.zone, Clock: a.now, Log: a.log,
	}}
	s.watcher = &mailbox.Watcher{
		Address: m.Address, Folder: cmp.Or(m.Folder, "INBOX"), Ledger: db, Filings: db, Removals: db, FolderOf: s.folder, Limit: limit,
		Recovery: db, Inventory: db, Queues: s.queues,
		Sent: m.Sent, Copies: db,
		Now: a.now, Log: a.log,
		Server: mailbox.Server{
			Address: m.IMAP.Server, Security: mailbox.Security(m.IMAP.Security), User: m.IMAP.User,
			Password: func() (string, error) { return c.password(m.IMAP) }, Token: a.token(c, m.IMAP, db), TLS: tlsConfig,
		},
		Process: s.process,
	}
	return s, nil
}

// assessor understands the mails of a mailbox, but for the rules.
func (a *app) assessor(c *Config, m MailboxConfig) intake.Assessor {
	var own []string
	for _, any := range c.Mailboxes {
		own = append(own, any.Address)
	}
	return intake.Assessor{
		Ours:       email.Ours{Addresses: own, ListIDs: m.ListIDs},
		AuthservID: m.AuthservID, ReceivedBy: m.ReceivedBy, Reader: a.reader,
	}
}

// wireSenders gives each SMTP account one sender, woken by what it is to send.
func (a *app) wireSenders(c *Config, w *works) error {
	sent := map[ServerConfig][]int{} // the mailboxes by the account that sends for them
	var order []ServerConfig
	for i, m := range c.Mailboxes {
		key := *c.smtpOf(m)
		if sent[key] == nil {
			order = append(order, key)
		}
		sent[key] = append(sent[key], i)
	}
	for _, server := range order {
		wake := make(chan struct{}, 1)
		sends := account{db: w.db}
		for _, i := range sent[server] {
			s := w.stations[i]
			sends.stations = append(sends.stations, s)
			s.recorded = func(e *desk.Entry, set *rules.Set) { w.recorded(e, set, wake) }
		}
		tlsConfig, err := c.tls(server)
		if err != nil {
			return err
		}
		w.accounts, w.wakes = append(w.accounts, sends), append(w.wakes, wake)
		w.senders = append(w.senders, &outbox.Sender{
			Server: outbox.Server{
				Address: server.Server, Security: outbox.Security(server.Security), User: server.User,
				Password: func() (string, error) { return c.password(server) }, Token: a.token(c, server, w.db), TLS: tlsConfig,
			},
			Queue: w.monitor.account(server.Server, sends), Clock: a.now, Log: a.log.With("smtp", server.Server), Wake: wake, Poll: besideCommands,
			Alarms: w.monitor.board,
		})
	}
	return nil
}

// besideCommands is how soon what another process wrote, an editor's decision say, is
// sent.
const besideCommands = 5 * time.Second

func (a *app) wireDigests(c *Config, w *works) error {
	first := w.stations[0]
	d := &triage.Digests{
		Address: first.flow.Address, Zone: c.zone, Waiting: ledgerOf{w}, Slots: w.db, Clock: a.now, Log: a.log,
		Style: func() triage.Style {
			now := first.book.edition()
			return triage.Style{Queues: w.queues(), Lang: now.rules.Desk.Language, Notices: now.notices}
		},
		Wake: func() {
			for _, wake := range w.wakes {
				nudge(wake)
			}
		},
	}
	if err := c.checkQueues(w.queues()); err != nil {
		return err
	}
	for _, e := range c.Editors {
		editor, err := e.editor()
		if err != nil {
			return err
		}
		d.Editors = append(d.Editors, editor)
	}
	w.digests = d
	w.decisions = &triage.Decisions{
		Editors: d.Editors, Docket: w.db, Address: first.flow.Address, Zone: c.zone, Clock: a.now, Log: a.log, Wake: d.Wake,
		Manner: first.manner, Voices: w.voice,
	}
	return nil
}

// editor is the person as the digests know them.
func (e EditorConfig) editor() (triage.Editor, error) {
	editor := triage.Editor{Name: e.Name, Address: e.Address}
	if !slices.Contains(e.Queues, allQueues) {
		for _, q := range e.Queues {
			editor.Queues = append(editor.Queues, desk.Queue(q))
		}
	}
	for _, text := range e.Digest {
		at, err := time.Parse("15:04", text)
		if err != nil {
			return editor, badUse{err}
		}
		editor.Hours = append(editor.Hours, triage.Hour{Hour: at.Hour(), Minute: at.Minute()})
	}
	return editor, nil
}

// ledgerOf is the store as the digests read it.
type ledgerOf struct{ w *works }

func (l ledgerOf) Waiting(ctx context.Context, queues ...desk.Queue) ([]desk.Case, error) {
	return l.w.db.Waiting(ctx, queues...)
}

func (l ledgerOf) Tally(ctx context.Context, since, until time.Time) (desk.Tally, error) {
	return l.w.db.Tally(ctx, since, until)
}

func (l ledgerOf) Undelivered(ctx context.Context, since, until time.Time, queues ...desk.Queue) ([]desk.Undelivered, error) {
	return l.w.db.Undelivered(ctx, since, until, queues...)
}

// HeldBack counts over all senders.
func (l ledgerOf) HeldBack(ctx context.Context) (paced, capped int, err error) {
	for _, account := range l.w.accounts {
		box := account.box()
		one, errPaced := box.HeldBack(ctx)
		other, errCapped := box.Capped(ctx, l.w.now())
		if err := errors.Join(errPaced, errCapped); err != nil {
			return 0, 0, err
		}
		paced, capped = paced+one, capped+other
	}
	return paced, capped, nil
}

// smtpOf is the server that sends for a mailbox.
func (c *Config) smtpOf(m MailboxConfig) *ServerConfig {
	if m.SMTP != nil {
		return m.SMTP
	}
	return c.SMTP
}

// tls is what a server's certificate is checked against.
func (c *Config) tls(s ServerConfig) (*tls.Config, error) {
	host, _, err := net.SplitHostPort(s.Server)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if s.CAFile == "" {
		return config, nil
	}
	pem, err := os.ReadFile(c.path(s.CAFile))
	if err != nil {
		return nil, badUse{fmt.Errorf("reading ca_file: %w", err)}
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, badUse{hint(fmt.Errorf("ca_file %s holds no certificate", s.CAFile), "it should be PEM")}
	}
	return config, nil
}

// recorded passes an entry on, and wakes the sender of its notice.
func (w *works) recorded(e *desk.Entry, set *rules.Set, wake chan<- struct{}) {
	if w.seen != nil {
		w.seen(e, set)
	}
	if e.Writes() {
		nudge(wake)
	}
}

// nudge wakes whoever waits on the channel, once.
func nudge(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}
