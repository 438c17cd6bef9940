package intake_test

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/intake"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/rules"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/triage"
	builtin "github.com/bara-think-tank/guichet/rules"
)

// Who there is in a world. Léa has two addresses on file; the others have one.
const (
	leaOther       = "lea.martin@univ.example.fr"
	noeAddress     = "noe@example.fr"
	zoeAddress     = "zoe@mail.test"
	camilleAddress = "camille@example.org"
	sachaAddress   = "sacha@example.org"
)

// letter is one mail that the desk sent.
type letter struct {
	desk.Notice
	*email.Message
	at time.Time
}

// world is the whole desk over a real database, with a clock, editors, a few
// authors and their works, and the mailbox of everybody.
type world struct {
	t       testing.TB
	path    string
	at      time.Time
	db      *store.DB
	flow    *intake.Flow
	desk    *triage.Decisions
	uid     uint32
	last    *desk.Entry
	works   map[string]desk.Reference // by the name that stories give them
	past    []letter                  // what was sent before the story
	letters []letter                  // in the story, in order
}

// newWorld is a world; one without works of Léa's and Noé's has all the rest. Its
// past is made once, and copied.
func newWorld(t testing.TB, whole bool) *world {
	t.Helper()
	past := pastOf(t, whole)
	w := &world{
		t: t, path: filepath.Join(t.TempDir(), "guichet.db"), at: past.at.Add(48 * time.Hour), uid: past.uid,
		works: maps.Clone(past.works), past: past.letters,
	}
	must(t, os.WriteFile(w.path, past.file, 0o600))
	w.wire()
	return w
}

// past is a world as it was left: its database and the letters that were sent.
type past struct {
	file    []byte
	at      time.Time
	uid     uint32
	works   map[string]desk.Reference
	letters []letter
}

// pasts is the two worlds that stories begin in, once they are made.
var pasts struct {
	sync.Mutex
	made [2]*past
}

func pastOf(t testing.TB, whole bool) past {
	t.Helper()
	pasts.Lock()
	defer pasts.Unlock()
	which := &pasts.made[0]
	if whole {
		which = &pasts.made[1]
	}
	if *which == nil {
		w := &world{t: t, path: filepath.Join(t.TempDir(), "past.db"), at: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), works: map[string]desk.Reference{}}
		w.wire()
		w.populate(whole)
		w.exec(`PRAGMA wal_checkpoint(TRUNCATE)`)
		file, err := os.ReadFile(w.path)
		must(t, err)
		*which = &past{file, w.at, w.uid, w.works, w.letters}
	}
	return **which
}

// loaded is the built-in rules and notices, read once for all worlds.
var loaded struct {
	sync.Once
	set       *rules.Set
	templates *notice.Composer
}

func builtinRules(t testing.TB) (*rules.Set, *notice.Composer) {
	t.Helper()
	loaded.Do(func() {
		set, err := rules.Load(builtin.FS)
		must(t, err)
		loaded.set, loaded.templates = set, composer(t, set)
	})
	return loaded.set, loaded.templates
}

// wire puts the desk together over the world's database.
func (w *world) wire() {
	t := w.t
	t.Helper()
	now := func() time.Time { return w.at }
	var err error
	w.db, err = store.Open(t.Context(), w.path, now)
	must(t, err)
	t.Cleanup(func() { must(t, w.db.Close()) })
	set, templates := builtinRules(t)
	w.flow = &intake.Flow{
		Assessor: intake.Assessor{
			Rules: set, Ours: email.Ours{Addresses: []string{contact}}, AuthservID: "mx.example.org", ReceivedBy: "mx.example.org",
		},
		Ledger: w.db, Notices: templates, Address: contact, Zone: time.UTC, Clock: now, ConfirmationPage: "https://bara.example.org/retrait/",
		Log: slog.New(slog.DiscardHandler), Recorded: func(e *desk.Entry) { w.last = e },
	}
	w.desk = &triage.Decisions{
		Editors: []triage.Editor{{Name: "Camille", Address: camilleAddress}, {Name: "Sacha", Address: sachaAddress}},
		Docket:  w.db, Address: contact, Zone: time.UTC, Clock: now, Log: w.flow.Log,
		Manner: func() triage.Manner {
			return triage.Manner{Name: "BARA", Lang: "fr", Notices: templates, Delays: set.Desk.Withdrawal}
		},
	}
}

// populate has the works submitted, accepted and published as they are in life.
func (w *world) populate(whole bool) {
	for id, author := range []struct{ name, address string }{{"Léa Martin", leaAddress}, {"Zoé Durand", zoeAddress}, {"Noé Petit", noeAddress}} {
		w.exec(`INSERT INTO authors (id, name, registered_at) VALUES (?, ?, 0)`, id+1, author.name)
		w.exec(`INSERT INTO author_addresses (address, author_id) VALUES (?, ?)`, author.address, id+1)
	}
	w.exec(`INSERT INTO author_addresses (address, author_id, rank) SELECT ?, author_id, 1 FROM author_addresses WHERE address = ?`, leaOther, leaAddress)
	w.submit("zoe", "Zoé Durand <"+zoeAddress+">", "La ville sans voitures")
	w.publish("zoe", "https://bara.example.org/la-ville-sans-voitures")
	for _, text := range []struct{ name, title, byline, url string }{
		{"cafes", "Les cafés fermés du centre", "Léa Martin", "https://bara.example.org/2026/Les-cafes-fermes?id=7"},
		{"trains", "Les trains de nuit reviennent", "Léa Martin", "https://bara.example.org/2026/trains-de-nuit"},
		{"loyers", "Se loger quand on étudie", "Léa Martin", ""},
		{"declined", "Le prix du pain rassis", "Léa Martin", ""},
		{"gone", "Une rue piétonne oubliée", "Léa Martin", "https://bara.example.org/2026/rue-pietonne"},
	} {
		if !whole { // the same numbers are taken
			ref, err := w.db.Reserve(w.t.Context(), "BARA", 2026)
			must(w.t, err)
			w.works[text.name] = ref
			continue
		}
		w.submit(text.name, lea, text.title)
		if text.url != "" {
			w.publish(text.name, text.url)
		}
	}
	w.works["ghost"] = desk.NewReference("BARA", 2026, 4321)
	if !whole {
		return
	}
	w.signsToo("trains", noeAddress)
	w.decide(triage.Order{Reference: w.works["declined"], Act: desk.ActDecline, Motive: "hors sujet"})
	w.decide(triage.Order{Reference: w.works["gone"], Act: desk.ActRetract, Category: "error", Public: "Une erreur de source."})
}

// submit sends a complete text as a stranger to nobody.
func (w *world) submit(name, from, title string) {
	w.t.Helper()
	domain := from[strings.LastIndexByte(from, '@')+1 : len(from)-1]
	w.mail(mail{
		from: from, subject: "Baratin : " + title, id: "<first-" + name + "@" + domain + ">", header: proved(domain),
		body: strings.Replace(baratin(400), "Se loger pour étudier", title, 1),
	}.raw())
	if w.last == nil || w.last.Case == nil {
		w.t.Fatalf("%s was not filed: %+v", name, w.last)
	}
	w.works[name] = w.last.Case.Reference
}

func (w *world) publish(name, url string) {
	w.t.Helper()
	w.decide(triage.Order{Reference: w.works[name], Act: desk.ActAccept})
	w.decide(triage.Order{Reference: w.works[name], Act: desk.ActPublish, URL: url})
}

// signsToo has Noé sign a publication after its first author.
func (w *world) signsToo(name, address string) {
	w.t.Helper()
	p, err := w.db.Publication(w.t.Context(), w.works[name])
	must(w.t, err)
	const query = `INSERT INTO publication_authors (publication_id, rank, name, author_id, address) VALUES (?, 1, 'Noé Petit', NULL, ?)`
	w.exec(query, p.ID, address)
	must(w.t, w.db.Apply(w.t.Context(), &desk.Change{ // it is on record with both
		Publication: &p, PublicationWas: p.State, Events: []desk.Event{{Type: "signed"}},
	}))
}

func (w *world) decide(o triage.Order) {
	w.t.Helper()
	if o.Editor == "" {
		o.Editor = "Camille"
	}
	_, err := w.desk.Decide(w.t.Context(), o)
	must(w.t, err)
	w.send()
}

// mail gives a mail to the desk, and sends what it answers.
func (w *world) mail(raw []byte) {
	w.t.Helper()
	w.uid++
	w.last = nil
	must(w.t, w.flow.Process(w.t.Context(), []desk.Received{{Mailbox: contact, UIDValidity: 1, UID: w.uid, Raw: raw}})())
	w.send()
}

// pass lets time go by, as the desk does: what is due is done each hour.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	for end := w.at.Add(d); w.at.Before(end); {
		w.at = w.at.Add(min(12*time.Hour, end.Sub(w.at)))
		must(w.t, w.desk.Due(w.t.Context()))
		w.send()
	}
}

// send empties the outbox into the mailboxes.
func (w *world) send() {
	w.t.Helper()
	box := store.Outbox{DB: w.db, Mailboxes: []string{contact}, PerHour: 100000}
	for {
		l, err := box.Claim(w.t.Context(), w.at.Add(time.Second), time.Hour)
		if errors.Is(err, desk.ErrNone) {
			return
		}
		must(w.t, err)
		must(w.t, box.Settle(w.t.Context(), l.ID, desk.Outcome{At: w.at, Sent: true}))
		m, err := email.Parse(l.Bytes)
		must(w.t, err)
		w.letters = append(w.letters, letter{desk.Notice{ID: l.ID, Recipient: l.Recipient, Kind: m.Get(email.NoticeHeader), Bytes: l.Bytes}, m, w.at})
	}
}

// to is the last letter to an address; of a kind where one is given.
func (w *world) to(address, kind string) *letter {
	for i := range slices.Backward(w.letters) {
		if l := &w.letters[i]; l.Recipient == address && (kind == "" || strings.HasPrefix(l.Kind, kind)) {
			return l
		}
	}
	return nil
}

// state is how a work's last request stands, "" where there was none.
func (w *world) state(name string) (state desk.RequestState) {
	w.t.Helper()
	all := w.requests()
	for _, r := range all {
		if r.Work.Reference() == w.works[name] {
			state = r.State
		}
	}
	return state
}

// requests is every request, oldest first.
func (w *world) requests() (all []desk.Request) {
	w.t.Helper()
	last := w.reserved()
	for number := 1; number <= last; number++ {
		r, err := w.db.RequestByCase(w.t.Context(), desk.NewReference("BARA", 2026, number))
		if errors.Is(err, desk.ErrNotFound) {
			continue
		}
		must(w.t, err)
		all = append(all, r)
	}
	return all
}

// stands is the state of every work.
func (w *world) stands() map[string]string {
	w.t.Helper()
	all := map[string]string{}
	for name, ref := range w.works {
		found, err := w.db.Work(w.t.Context(), ref)
		switch {
		case errors.Is(err, desk.ErrNotFound):
		case err != nil:
			w.t.Fatal(err)
		case found.Publication != nil:
			all[name] = string(found.Publication.State)
		default:
			all[name] = string(found.Submission.State)
		}
	}
	return all
}

var placeholder = regexp.MustCompile(`\{\{([a-z]+)(?: ([a-z@.]+))?\}\}`)

// fill puts what a world holds into a story's words: {{cafes}} the reference of a
// work, {{bare cafes}} as a hurried person types it, {{broken cafes}} with a letter
// that is not its own, {{split cafes}} over two lines, {{token lea@example.fr}} the
// last token that went to an address, {{last lea@example.fr}} the Message-ID of the
// last letter to it, {{receipt lea@example.fr}} of the last receipt, {{request cafes}}
// the reference of a work's request.
func (w *world) fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(m string) string {
		parts := placeholder.FindStringSubmatch(m)
		ref := string(w.works[parts[2]])
		switch parts[1] {
		case "bare":
			return strings.ToLower(strings.ReplaceAll(ref, "-", ""))
		case "spaced":
			return strings.ReplaceAll(ref, "-", " – ")
		case "split":
			return strings.Replace(ref, "-2026-", "-2026-\n", 1)
		case "broken":
			return ref[:len(ref)-1] + map[bool]string{true: "Z", false: "Y"}[ref[len(ref)-1] != 'Z']
		case "token", "last", "coauthor", "receipt":
			kind := map[string]string{"token": "confirmation", "coauthor": "coauthor", "receipt": "receipt"}[parts[1]]
			if l := w.to(parts[2], kind); l != nil {
				return l.Message.MessageID
			}
			for _, l := range slices.Backward(w.past) {
				if l.Recipient == parts[2] && strings.HasPrefix(l.Kind, kind) {
					return l.Message.MessageID
				}
			}
			return "<nothing@example.org>"
		case "request":
			for _, r := range slices.Backward(w.requests()) {
				if r.Work.Reference() == w.works[parts[2]] {
					return string(r.Reference)
				}
			}
			return "BARA-2026-9999-0"
		case "many":
			var b strings.Builder
			for i := range 1000 {
				fmt.Fprintf(&b, "%s\n", desk.NewReference("BARA", 2026, 5000+i))
			}
			return b.String()
		case "long":
			return strings.Repeat("Je vous en prie, retirez ce texte qui me fait du tort. ", 20000)
		}
		if ref, ok := w.works[parts[1]]; ok {
			return string(ref)
		}
		w.t.Fatalf("no such placeholder: %s", m)
		return ""
	})
}
