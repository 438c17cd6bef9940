package faults

import (
	"crypto/rand"
	"io/fs"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	guichetdesk "github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/intake"
	"github.com/bara-think-tank/guichet/internal/mailbox"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/store"
	builtin "github.com/bara-think-tank/guichet/rules"
)

// office is the flow over a real ledger in this process, for faults that are tried
// thousands of times; documents are not read.
type office struct {
	path    string
	db      *store.DB
	set     *rules.Set
	notices *notice.Composer
	log     *slog.Logger
	now     func() time.Time
}

func newOffice(t testing.TB, now func() time.Time) *office {
	t.Helper()
	o := &office{path: filepath.Join(t.TempDir(), "guichet.db"), log: slog.New(slog.DiscardHandler), now: now}
	var err error
	o.db, err = store.Open(t.Context(), o.path, now)
	must(t, err)
	t.Cleanup(func() { _ = o.db.Close() })
	o.set, o.notices = publication(t)
	return o
}

// read is the rules and the notices, read once: they do not change.
var read struct {
	sync.Once
	set     *rules.Set
	notices *notice.Composer
}

func publication(t testing.TB) (*rules.Set, *notice.Composer) {
	t.Helper()
	read.Do(func() { read.set, read.notices = builtinRules(t) })
	return read.set, read.notices
}

func builtinRules(t testing.TB) (*rules.Set, *notice.Composer) {
	t.Helper()
	set, err := rules.Load(builtin.FS)
	must(t, err)
	templates, err := fs.Sub(builtin.FS, "notices")
	must(t, err)
	pub := notice.Publication{
		Name: set.Desk.Name, Prefix: set.Desk.Prefix, Language: set.Desk.Language,
		Languages: set.Desk.Languages, RegistrationPage: set.Desk.Registration.Page,
	}
	for _, f := range set.Formats {
		pub.Formats = append(pub.Formats, notice.Format{ID: f.ID, Name: f.Name})
	}
	notices, err := notice.New(templates, pub)
	must(t, err)
	notices.Random = rand.Reader
	return set, notices
}

// flow takes the mails of one mailbox.
func (o *office) flow(address string) *intake.Flow {
	return &intake.Flow{
		Assessor: intake.Assessor{Rules: o.set, Ours: email.Ours{Addresses: []string{address}}},
		Ledger:   o.db, Notices: o.notices, Address: address, Zone: time.UTC, Clock: o.now, Log: o.log,
	}
}

// take takes one mail that arrived by itself.
func (o *office) take(t testing.TB, flow *intake.Flow, at time.Time, raw []byte) {
	t.Helper()
	must(t, flow.Process(t.Context(), []guichetdesk.Received{{
		Mailbox: flow.Address, UIDValidity: 1, UID: 1, At: at, Raw: raw,
	}})())
}

// watcher watches one mailbox without patience: what a server has to say it says in
// this process.
func (o *office) watcher(server, address string) *mailbox.Watcher {
	flow := o.flow(address)
	return &mailbox.Watcher{
		Address: address, Ledger: o.db, Filings: o.db, Process: flow.Process,
		FolderOf: func(q guichetdesk.Queue) string { return o.set.Folder(q) },
		Server: mailbox.Server{
			Address: server, Security: mailbox.None, User: address,
			Password: func() (string, error) { return password, nil },
		},
		Start: &mailbox.Start{All: true}, Log: o.log,
		Poll: 300 * time.Millisecond, Patience: 400 * time.Millisecond, Retry: 5 * time.Millisecond,
	}
}
