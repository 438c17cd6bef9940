package intake_test

import (
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/triage"
)

// walk is a random life of the desk. It keeps what is true outside of it: who holds
// which mailbox, which Message-IDs each of them saw, what our border proved, and
// whom editors vouched for.
type walk struct {
	*world
	dice    *rand.Rand
	ledger  *sql.DB
	seen    map[string][]string  // the Message-IDs that reached a person
	tokens  []string             // every token that was sent
	vouched map[string][2]string // by request and address: the editors
	known   []string             // addresses that are, or became, an author's
	steps   []string             // the last of them, for the report
	cause   cause
	reached map[string]int // how often a request came to a state, a text to withdrawn
}

// cause is what the present step may bring about.
type cause struct {
	author string // who really wrote, and may confirm; "" for nobody
	signs  bool   // a border proved it, or it bears a token that was seen
	from   string // the address in From
	editor bool   // an editor acts
	clock  bool   // time passes
}

// people hold these mailboxes. Eve and Tom are nobody's authors.
var people = map[string][]string{
	"lea": {leaAddress, leaOther}, "noe": {noeAddress}, "zoe": {zoeAddress}, "eve": {"eve@evil.test"}, "tom": {"tom@out.test"},
}

func newWalk(t testing.TB, seed uint64) *walk {
	w := &walk{
		world: newWorld(t, true), dice: rand.New(rand.NewPCG(seed, 1)), seen: map[string][]string{}, vouched: map[string][2]string{}, reached: map[string]int{},
		known: []string{leaAddress, leaOther, noeAddress, zoeAddress},
	}
	w.ledger = w.open()
	t.Cleanup(func() { w.ledger.Close() })
	return w
}

func pick[T any](w *walk, all []T) T { return all[w.dice.IntN(len(all))] }

// snapshot is the state of every request and of every work, by reference, and the
// work of each request.
type snapshot struct{ requests, works, about map[string]string }

func (w *walk) snapshot() snapshot {
	w.t.Helper()
	s := snapshot{map[string]string{}, map[string]string{}, map[string]string{}}
	w.rows(`SELECT q.reference, r.state, coalesce(p.reference, c.reference, '') FROM requests r JOIN cases q ON q.id = r.case_id
		LEFT JOIN publications p ON p.id = r.publication_id OR p.case_id = r.submission_id LEFT JOIN cases c ON c.id = r.submission_id`,
		func(ref, state, work string) { s.requests[ref], s.about[ref] = state, work })
	w.rows(`SELECT reference, state, '' FROM cases WHERE kind = 'submission' AND id NOT IN (SELECT case_id FROM publications WHERE case_id IS NOT NULL)
		UNION ALL SELECT reference, state, '' FROM publications`,
		func(ref, state, _ string) { s.works[ref] = state })
	return s
}

func (w *walk) rows(query string, each func(a, b, c string)) {
	w.t.Helper()
	rows, err := w.ledger.QueryContext(w.t.Context(), query)
	must(w.t, err)
	defer rows.Close()
	for rows.Next() {
		var a, b, c string
		must(w.t, rows.Scan(&a, &b, &c))
		each(a, b, c)
	}
	must(w.t, rows.Err())
}

// step does one thing, and checks that nothing came of it that may not.
func (w *walk) step() {
	w.t.Helper()
	before, sent := w.snapshot(), len(w.letters)
	w.cause = cause{}
	switch n := w.dice.IntN(100); {
	case n < 60:
		w.someoneWrites(before)
	case n < 87:
		w.anEditorActs(before)
	case n < 96:
		w.timePasses()
	default:
		w.someoneSubmits()
	}
	w.check(before, w.snapshot())
	w.checkLetters(w.letters[sent:])
}

func (w *walk) note(format string, args ...any) {
	w.steps = append(w.steps[max(0, len(w.steps)-40):], fmt.Sprintf(format, args...))
}

func (w *walk) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf("%s\nafter\n%s", fmt.Sprintf(format, args...), strings.Join(w.steps, "\n"))
}

// someoneWrites is a mail of anybody's: authors write in their own name, proved or
// not; Eve and Tom in anybody's, refuted or without a result, and under their own
// address proved.
func (w *walk) someoneWrites(s snapshot) {
	who := pick(w, []string{"lea", "lea", "noe", "zoe", "eve", "eve", "eve", "tom"})
	from := pick(w, people[who])
	authors := who == "lea" || who == "noe" || who == "zoe"
	if !authors && w.dice.IntN(2) == 0 {
		from = pick(w, w.known)
	}
	m := mail{from: from, id: fmt.Sprintf("<w%d-%d@out.test>", w.uid, w.dice.Uint64())}
	domain := from[strings.IndexByte(from, '@')+1:]
	own := slices.Contains(people[who], from) // Eve's too: editors may vouch for it
	holds := false
	switch result := w.dice.IntN(3); {
	case result == 0 && own:
		m.header = proved(domain)
		w.cause.signs = true
	case result == 1 && !own:
		m.header = []string{
			"Authentication-Results: mx.example.org; dmarc=fail header.from=" + domain,
			"Received: from evil.test by mx.example.org with ESMTPS id 1; Sun, 1 Mar 2026 09:00:00 +0000",
			"Authentication-Results: mx.example.org; dmarc=pass header.from=" + domain,
			"Received: from x by mx.example.org; Sun, 1 Mar 2026 09:00:00 +0000",
		}
	}
	if ids := w.seen[who]; len(ids) > 0 && w.dice.IntN(3) > 0 {
		m.reply = ids[len(ids)-1-min(w.dice.IntN(3), len(ids)-1)]
		holds = slices.Contains(w.tokens, m.reply)
		w.cause.signs = w.cause.signs || holds
	}
	m.subject = pick(w, []string{"Retrait baratin", "Retrait baratin", "Re: Retrait baratin", "Retrait analyse", "Re: Confirmez-vous", "Retrait", "Question"})
	var body []string
	body = append(body, pick(w, []string{"oui", "Oui, je confirme.", "annuler", "non", "je m'oppose", "merci", "Bonjour,\n\nMerci de retirer mon texte.", "> oui", "oui ?", "-- \noui"}))
	for _, ref := range slices.Sorted(maps.Keys(s.works)) {
		if w.dice.IntN(len(s.works)) == 0 {
			body = append(body, pick(w, []string{ref, strings.ToLower(strings.ReplaceAll(ref, "-", "")), "> " + ref}))
		}
	}
	m.body = strings.Join(body, "\n")
	if w.dice.IntN(12) == 0 {
		m.header = append(m.header, "Auto-Submitted: auto-replied")
		w.cause.signs = false
	}
	w.cause.from = from
	switch {
	case authors || own:
		w.cause.author = from
	case holds: // it reached an address that editors vouched for: whoever reads there is its author
		w.cause.author = people[who][0]
	}
	w.note("%s writes from %s, signs %v, %q, in reply to %q: %q", who, from, w.cause.signs, m.subject, m.reply, m.body)
	w.mail(m.raw())
}

func (w *walk) anEditorActs(s snapshot) {
	w.cause.editor = true
	var refs []string
	for _, ref := range slices.Sorted(maps.Keys(s.requests)) {
		if desk.RequestState(s.requests[ref]).Open() || w.dice.IntN(10) == 0 {
			refs = append(refs, ref)
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(s.works)) {
		if len(refs) == 0 || w.dice.IntN(3) == 0 {
			refs = append(refs, ref)
		}
	}
	ref, editor := desk.Reference(pick(w, refs)), pick(w, []string{"Camille", "Sacha"})
	var err error
	if w.dice.IntN(2) == 0 {
		address := pick(w, []string{"eve@evil.test", "eve@evil.test", "eve@evil.test", zoeAddress, contact, sachaAddress})
		var done triage.Done
		done, err = w.desk.Vouch(w.t.Context(), ref, address, editor)
		w.note("%s vouches for %s on %s: %v %v", editor, address, ref, done, err)
		if err == nil {
			w.vouch(string(done.Reference), address, editor, done.Awaits)
		}
	} else {
		o := triage.Order{
			Reference: ref, Editor: editor, Motive: "motif", Category: "error", Public: "Une erreur.", URL: "https://bara.example.org/" + string(ref),
			Act: pick(w, []desk.Act{
				desk.ActGrant, desk.ActGrant, desk.ActGrant, desk.ActRefuse, desk.ActAccept, desk.ActPublish, desk.ActPublish, desk.ActDecline,
				desk.ActUndo, desk.ActReinstate, desk.ActReinstate, desk.ActComplete, desk.ActConcern, desk.ActRetract,
			}),
		}
		_, err = w.desk.Decide(w.t.Context(), o)
		w.note("%s: %s %s: %v", editor, o.Act, ref, err)
	}
	refused := (*desk.Refusal)(nil)
	for _, fine := range []error{nil, triage.ErrMissing, triage.ErrNotTheir, desk.ErrNotFound} {
		if errors.Is(err, fine) || errors.As(err, &refused) {
			w.send()
			return
		}
	}
	w.fail("%v", err)
}

// vouch remembers an editor's word; two editors' make the address an author's.
func (w *walk) vouch(request, address, editor string, awaits bool) {
	key := request + " " + address
	words := w.vouched[key]
	switch {
	case awaits: // the first word, or a later one than another editor's that has lapsed
		words[0] = editor
	case !awaits && (words[0] == "" || words[0] == editor):
		w.fail("%s became an author's address on %s by the word of %s alone", address, request, editor)
	case !awaits:
		words[1] = editor
		if !slices.Contains(w.known, address) {
			w.known = append(w.known, address)
		}
	}
	w.vouched[key] = words
}

func (w *walk) timePasses() {
	w.cause.clock = true
	d := pick(w, []time.Duration{time.Minute, time.Hour, time.Hour, 25 * time.Hour, 25 * time.Hour, 49 * time.Hour, 49 * time.Hour, 8 * 24 * time.Hour})
	w.note("%v pass", d)
	w.pass(d)
}

func (w *walk) someoneSubmits() {
	name := fmt.Sprint("walk", w.uid)
	w.note("Léa submits %s", name)
	w.submit(name, lea, "Un texte de plus, numéro "+fmt.Sprint(w.uid))
}

// check: a request is confirmed only by its work's author, who signs, or by time once
// two editors vouched; a text is withdrawn only so, or by editors who grant it.
func (w *walk) check(before, after snapshot) {
	w.t.Helper()
	is := func(state string) bool {
		return desk.Request{State: desk.RequestState(state)}.Proved()
	}
	for ref, state := range after.requests {
		was := before.requests[ref]
		if was != state {
			w.reached[state]++
		}
		if !is(state) || is(was) || was == string(desk.RequestRefused) && w.cause.editor {
			continue
		}
		if was == string(desk.IdentityVouched) && w.cause.clock && w.hasVouchers(ref) {
			continue
		}
		if !w.cause.signs || w.cause.author == "" || !w.isAuthor(ref, after.about[ref], w.cause.author) {
			w.fail("the request %s for %s was %q and is %s: %+v", ref, after.about[ref], was, state, w.cause)
		}
	}
	for ref, state := range after.works {
		if state != string(desk.Withdrawn) || before.works[ref] == state {
			continue
		}
		granted := false
		for request, work := range after.about {
			granted = granted || work == ref && after.requests[request] == string(desk.RequestGranted) && before.requests[request] != string(desk.RequestGranted)
		}
		if !granted {
			w.fail("%s is withdrawn and no request for it was granted", ref)
		}
	}
}

func (w *walk) hasVouchers(request string) bool {
	for key, words := range w.vouched {
		if strings.HasPrefix(key, request+" ") && words[0] != "" && words[1] != "" && words[0] != words[1] {
			return true
		}
	}
	return false
}

// isAuthor says whether an address may speak for a work: an author's, or one that two
// editors vouched for.
func (w *walk) isAuthor(request, work, address string) bool {
	found, err := w.db.Work(w.t.Context(), desk.Reference(work))
	must(w.t, err)
	if found.Author(address) != nil {
		return slices.Contains(w.known, address)
	}
	return false
}

// checkLetters: what is sent goes to From's address, or to one on file. Everybody
// reads what came.
func (w *walk) checkLetters(letters []letter) {
	w.t.Helper()
	for _, l := range letters {
		if l.Recipient != w.cause.from && !slices.Contains(w.known, l.Recipient) {
			w.fail("a letter (%s) went to %s", l.Kind, l.Recipient)
		}
		for who, addresses := range people {
			if slices.Contains(addresses, l.Recipient) {
				w.seen[who] = append(w.seen[who], l.Message.MessageID)
			}
		}
		if strings.HasPrefix(l.Kind, "confirmation") {
			w.tokens = append(w.tokens, l.Message.MessageID)
		}
	}
}

// checkLedger: the chain holds, every mail has one ending, no token is kept in clear,
// and the log says of every request that went on who proved it.
func (w *walk) checkLedger() {
	w.t.Helper()
	w.checkSound()
	var bare []string
	for _, token := range w.tokens {
		bare = append(bare, strings.Trim(token[:strings.IndexByte(token, '@')], "<"))
	}
	if where := w.holding(bare); len(where) > 0 {
		w.fail("tokens stand in clear in %v", where)
	}
	w.rows(`SELECT c.reference, r.state, '' FROM requests r JOIN cases c ON c.id = r.case_id
		WHERE r.state IN ('cooling_off', 'awaiting_decision', 'granted', 'refused') AND NOT EXISTS (SELECT 1 FROM events e
			WHERE e.case_id = r.case_id AND json_extract(e.detail, '$.act') IN ('confirm', 'carry', 'prove-identity'))`,
		func(ref, state, _ string) { w.fail("the log does not say who proved %s, which is %s", ref, state) })
}

// walkFor walks several lives, of so many steps together.
func walkFor(t *testing.T, seed uint64, steps int) {
	const life = 250
	var walked, confirmed atomic.Int64
	t.Cleanup(func() {
		if t.Logf("%d requests were confirmed in %d lives", confirmed.Load(), walked.Load()); walked.Load() > 1 && confirmed.Load() == 0 {
			t.Error("no request was ever confirmed: the walk shows nothing")
		}
	})
	for i := range steps / life {
		t.Run(fmt.Sprintf("seed %d life %d", seed, i), func(t *testing.T) {
			t.Parallel()
			w := newWalk(t, seed+uint64(i)<<32)
			for range life {
				w.step()
			}
			w.checkLedger()
			t.Log("requests came to", w.reached)
			walked.Add(1)
			confirmed.Add(int64(w.reached[string(desk.CoolingOff)] + w.reached[string(desk.RequestGranted)]))
		})
	}
}

// TestNobodyWithdrawsForAnother walks from a seed that is always the same, and from
// one that is not: 5,000 steps together, and a tenth of them under the race detector,
// which makes the database some twenty times slower.
func TestNobodyWithdrawsForAnother(t *testing.T) {
	walkFor(t, 1, 2500/slower)
	seed := uint64(rand.Uint32())
	t.Logf("the other seed is %d", seed)
	walkFor(t, seed, 2500/slower)
}
