package mailbox

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/localmail"
	"github.com/bara-think-tank/guichet/internal/realmail"
)

const secret = "s3cret à l’abri"

// host is a server to test on, with accounts that no test shares.
type host struct {
	imap, imaps string
	roots       *x509.CertPool
	deliver     func(to string, mail []byte) error
	dovecot     *realmail.Dovecot // nil on the embedded server
	accounts    []string
}

// account is a mailbox that no other test uses.
func (h *host) account(t *testing.T) *account {
	t.Helper()
	if len(h.accounts) == 0 {
		t.Fatal("the host has no account left: raise accountsAHost")
	}
	address := h.accounts[0]
	h.accounts = h.accounts[1:]
	return &account{t: t, host: h, address: address}
}

const accountsAHost = 120

func addresses() []string {
	list := make([]string, accountsAHost)
	for i := range list {
		list[i] = fmt.Sprintf("contact%d@example.org", i)
	}
	return list
}

func embedded(t *testing.T) *host {
	t.Helper()
	var users []localmail.User
	for _, a := range addresses() {
		users = append(users, localmail.User{Address: a, Password: secret})
	}
	s, err := localmail.Start(users...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &host{
		imap: s.IMAP, imaps: s.IMAPS, roots: s.Roots, accounts: addresses(),
		deliver: func(to string, mail []byte) error { return s.Append(to, "INBOX", mail, time.Now()) },
	}
}

func dovecot(t *testing.T, layout realmail.Layout) *host {
	t.Helper()
	var users []realmail.User
	for _, a := range addresses() {
		users = append(users, realmail.User{Address: a, Password: secret})
	}
	d := realmail.StartDovecotAs(t, layout, users...)
	return &host{imap: d.IMAP, imaps: d.IMAPS, roots: d.Roots, accounts: addresses(), deliver: d.Deliver, dovecot: d}
}

// account is one mailbox as its other users see it: students who write to it,
// editors with their mail clients.
type account struct {
	t       *testing.T
	host    *host
	address string
	own     *imapclient.Client // for put
}

// text is a mail with that subject.
func text(subject string) []byte {
	return []byte("From: student@example.org\r\nSubject: " + subject + "\r\n\r\nUn texte.\r\n")
}

func (a *account) deliver(subject string) {
	a.t.Helper()
	if err := a.host.deliver(a.address, text(subject)); err != nil {
		a.t.Fatal(err)
	}
}

// client is another connection, logged in.
func (a *account) client() *imapclient.Client {
	a.t.Helper()
	c, err := imapclient.DialInsecure(a.host.imap, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	a.t.Cleanup(func() { _ = c.Close() })
	if err := c.Login(a.address, secret).Wait(); err != nil {
		a.t.Fatal(err)
	}
	return c
}

// put appends a mail with its date and flags.
func (a *account) put(folder string, raw []byte, at time.Time, flags ...imap.Flag) {
	a.t.Helper()
	if a.own == nil {
		a.own = a.client()
	}
	cmd := a.own.Append(folder, int64(len(raw)), &imap.AppendOptions{Time: at, Flags: flags})
	if _, err := cmd.Write(raw); err != nil {
		a.t.Fatal(err)
	}
	if err := cmd.Close(); err != nil {
		a.t.Fatal(err)
	}
	if _, err := cmd.Wait(); err != nil {
		a.t.Fatal(err)
	}
}

// stored is one mail as a mail client finds it.
type stored struct {
	subject string
	raw     []byte
	flags   []imap.Flag
}

// read reads a folder; one that is not there is nil.
func (a *account) read(folder string) []stored {
	a.t.Helper()
	c := a.client()
	box, err := c.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
	if refused(err) {
		return nil
	}
	if err != nil {
		a.t.Fatal(err)
	}
	list := []stored{}
	if box.NumMessages == 0 {
		return list
	}
	whole := &imap.FetchItemBodySection{Peek: true}
	fetched, err := c.Fetch(imap.SeqSet{{Start: 1, Stop: box.NumMessages}}, &imap.FetchOptions{
		Flags: true, BodySection: []*imap.FetchItemBodySection{whole},
	}).Collect()
	if err != nil {
		a.t.Fatal(err)
	}
	for _, m := range fetched {
		raw := m.FindBodySection(whole)
		list = append(list, stored{subject(raw), raw, m.Flags})
	}
	return list
}

func (a *account) subjects(folder string) []string {
	a.t.Helper()
	var list []string
	for _, m := range a.read(folder) {
		list = append(list, m.subject)
	}
	return list
}

func subject(raw []byte) string {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return ""
	}
	return m.Header.Get("Subject")
}

// flagged says whether a mail bears a flag; the embedded server writes flags in
// lower case.
func (m stored) flagged(flag imap.Flag) bool {
	return slices.ContainsFunc(m.flags, func(f imap.Flag) bool { return strings.EqualFold(string(f), string(flag)) })
}

// watcher is a watcher of the account that begins with all there is, without
// TLS, and tells the clerk.
func (a *account) watcher(c *clerk) *Watcher {
	return &Watcher{
		Address:  a.address,
		Server:   a.server(None, a.host.imap),
		Ledger:   c,
		Filings:  c,
		Process:  c.process,
		FolderOf: func(q desk.Queue) string { return "Guichet/" + string(q) },
		Start:    &Start{All: true},
		Poll:     longestPoll,
		Patience: 10 * time.Second,
		Retry:    20 * time.Millisecond,
	}
}

func (a *account) server(security Security, address string) Server {
	return Server{
		Address: address, Security: security, User: a.address,
		Password: func() (string, error) { return secret, nil },
	}
}

// clerk stands for the desk: it records mails in memory as the store does on
// disk, and files each under the queue that its subject begins with.
type clerk struct {
	mu       sync.Mutex
	position *desk.Position
	crash    func(doing string) error // called before a step of the filing is recorded; may be nil
	steps    map[string]int
	missed   []uint32
	repeats  bool // a mail known by its bytes takes its order over, as in the store
	mails    []desk.Received
	filings  []desk.Filing // due

	refilings []desk.Refiling // due
	filed     []desk.Filing   // done
	ids       int64
	before    func(ctx context.Context, r desk.Received) error // called before a mail is recorded
	arrived   chan string                                      // the subjects of what was recorded
}

func newClerk() *clerk { return &clerk{arrived: make(chan string, 1000)} }

func (c *clerk) Position(context.Context, string) (desk.Position, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.position == nil {
		return desk.Position{}, desk.ErrNotFound
	}
	return *c.position, nil
}

func (c *clerk) TakeOver(_ context.Context, _ string, p desk.Position) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.position = &p
	return nil
}

func (c *clerk) Recorded(_ context.Context, _ string, uidValidity uint32, uids []uint32) (map[uint32]bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	recorded := map[uint32]bool{}
	for _, r := range c.mails {
		if r.UIDValidity == uidValidity && slices.Contains(uids, r.UID) {
			recorded[r.UID] = true
		}
	}
	return recorded, nil
}

func (c *clerk) process(ctx context.Context, mails []desk.Received) func() error {
	return func() error {
		for _, r := range mails {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := c.take(context.WithoutCancel(ctx), r); err != nil {
				return err
			}
		}
		return nil
	}
}

func (c *clerk) take(ctx context.Context, r desk.Received) error {
	if c.before != nil {
		if err := c.before(ctx, r); err != nil {
			return err
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.position == nil || c.position.UIDValidity != r.UIDValidity || c.position.LastUID >= r.UID && !slices.Contains(c.missed, r.UID) {
		return fmt.Errorf("mail %d of %d came at the position %+v", r.UID, r.UIDValidity, c.position)
	}
	c.position.LastUID = max(c.position.LastUID, r.UID)
	if c.repeats && c.takesOver(r) {
		return nil
	}
	c.mails = append(c.mails, r)
	queue, _, _ := strings.Cut(subject(r.Raw), " ")
	c.ids++
	c.filings = append(c.filings, desk.Filing{
		ID: c.ids, UIDValidity: r.UIDValidity, UID: r.UID, Queue: desk.Queue(queue),
		MessageID: messageID(r.Raw), SHA256: sha256.Sum256(r.Raw), Size: int64(len(r.Raw)),
	})
	c.arrived <- subject(r.Raw)
	return nil
}

func (c *clerk) Missed(context.Context, string, uint32) ([]uint32, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(c.missed), func(uid uint32) bool {
		return slices.ContainsFunc(c.mails, func(r desk.Received) bool { return r.UID == uid })
	}), nil
}

// takesOver gives the order that is due for the same bytes to the mail.
func (c *clerk) takesOver(r desk.Received) bool {
	for i, m := range c.mails {
		if !bytes.Equal(m.Raw, r.Raw) {
			continue
		}
		c.mails[i].UIDValidity, c.mails[i].UID = r.UIDValidity, r.UID
		for j, f := range c.filings {
			if f.ID == int64(i+1) {
				c.filings[j].UIDValidity, c.filings[j].UID = r.UIDValidity, r.UID
			}
		}
		return true
	}
	return false
}

func (c *clerk) DueFilings(context.Context, string) ([]desk.Filing, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.filings), nil
}

func (c *clerk) DueRefilings(context.Context, string) ([]desk.Refiling, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.refilings), nil
}

func (c *clerk) Copying(_ context.Context, filings []desk.Filing) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.step("copying"); err != nil {
		return err
	}
	for _, f := range filings {
		for i := range c.filings {
			if c.filings[i].ID == f.ID {
				c.filings[i] = f
			}
		}
		for i := range c.refilings {
			if c.refilings[i].ID == f.ID {
				c.refilings[i].Copying = true
			}
		}
	}
	return nil
}

// step counts what is recorded of the filing, and fails where it is to.
func (c *clerk) step(doing string) error {
	if c.crash == nil {
		return nil
	}
	if c.steps == nil {
		c.steps = map[string]int{}
	}
	c.steps[doing]++
	return c.crash(fmt.Sprintf("%s %d", doing, c.steps[doing]))
}

func (c *clerk) Filed(_ context.Context, filings []desk.Filing) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.step("filed"); err != nil {
		return err
	}
	c.filings = slices.DeleteFunc(c.filings, func(f desk.Filing) bool {
		return slices.ContainsFunc(filings, func(done desk.Filing) bool { return done.ID == f.ID })
	})
	c.refilings = slices.DeleteFunc(c.refilings, func(f desk.Refiling) bool {
		return slices.ContainsFunc(filings, func(done desk.Filing) bool { return done.ID == f.ID })
	})
	c.filed = append(c.filed, filings...)
	return nil
}

func (c *clerk) due() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.filings)
}

// subjects are those of the mails recorded so far, in order.
func (c *clerk) subjects() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []string
	for _, r := range c.mails {
		list = append(list, subject(r.Raw))
	}
	return list
}

// expect waits for a mail with that subject to be recorded.
func (c *clerk) expect(t *testing.T, want string) {
	t.Helper()
	select {
	case got := <-c.arrived:
		if got != want {
			t.Fatalf("recorded %q; want %q", got, want)
		}
	case <-time.After(10 * time.Second):
		t.Fatalf("%q was not recorded in ten seconds", want)
	}
}

func same(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q; want %q", what, got, want)
	}
}

func drain(t *testing.T, w *Watcher) {
	t.Helper()
	if err := w.Drain(t.Context()); err != nil {
		t.Fatalf("draining: %v", err)
	}
}

// running runs the watcher until stop, which fails the test where Run does not
// return nil soon.
func running(t *testing.T, w *Watcher) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(10 * time.Second):
			t.Error("Run does not end")
		}
	}
}

var errDisk = errors.New("the disk is full")
