package faults

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	guichetdesk "github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/triage"
)

// watch is a clock that a test sets.
type watch struct{ at time.Time }

func (w *watch) now() time.Time { return w.at }

func paris(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Paris")
	must(t, err)
	return zone
}

// changes are the nights of 2026 in which Paris moves its clocks.
var changes = []time.Time{
	time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC),
	time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC),
}

// TestClockAndDigests moves the clock at random by a minute to a day, forth and back,
// around the nights in which it changes: no period may have two digests.
func TestClockAndDigests(t *testing.T) {
	seeds, steps := size(4, 60), 150
	r := begin(t, "clock: digests", seeds, "at most one digest a period")
	hours := []triage.Hour{{Hour: 19}, {Hour: 2, Minute: 30}, {Hour: 8, Minute: 15}, {}}
	digests := 0
	for seed := range seeds {
		dice, clock := rand.New(rand.NewPCG(uint64(seed), 13)), &watch{changes[seed%2].Add(-36 * time.Hour)}
		o := newOffice(t, clock.now)
		o.take(t, o.flow("contact@example.org"), clock.at, newWriter(t, "c", uint64(seed)).submission())
		hour := hours[seed/2%len(hours)]
		d := o.digests(paris(t), triage.Editor{Name: "Camille", Address: "camille@example.org", Hours: []triage.Hour{hour}})
		written := map[string]int{}
		for range steps {
			by := []time.Duration{time.Minute, 40 * time.Minute, 3 * time.Hour, 11 * time.Hour, 24 * time.Hour}[dice.IntN(5)]
			if dice.IntN(3) == 0 {
				by = -by
			}
			clock.at = clock.at.Add(by)
			if err := d.Due(t.Context()); err != nil {
				r.miss("%v", err)
			}
			period := periodOf(clock.at.In(d.Zone), hour)
			n := o.sendDigests(t)
			digests += n
			if written[period] += n; written[period] > 1 {
				r.miss("seed %d: the period that began on %s has %d digests", seed, period, written[period])
			}
		}
		must(t, o.db.Close())
		r.ran()
	}
	r.say("%d moves of the clock, %d digests", seeds*steps, digests)
}

// periodOf is the day on which the period began that holds a time.
func periodOf(at time.Time, h triage.Hour) string {
	begin := time.Date(at.Year(), at.Month(), at.Day(), h.Hour, h.Minute, 0, 0, at.Location())
	if begin.After(at) {
		begin = time.Date(at.Year(), at.Month(), at.Day()-1, h.Hour, h.Minute, 0, 0, at.Location())
	}
	return begin.Format(time.DateOnly)
}

// waitingNow is the ledger as the digests read it, with nothing held back.
type waitingNow struct{ *store.DB }

func (waitingNow) HeldBack(context.Context) (paced, capped int, err error) { return 0, 0, nil }

func (o *office) digests(zone *time.Location, editors ...triage.Editor) *triage.Digests {
	return &triage.Digests{
		Editors: editors, Address: "contact@example.org", Zone: zone, Waiting: waitingNow{o.db}, Slots: o.db, Clock: o.now, Log: o.log,
		Style: func() triage.Style {
			return triage.Style{Queues: []guichetdesk.Queue{"baratin"}, Lang: "fr", Notices: o.notices}
		},
	}
}

// sendDigests takes the digests out of the outbox.
func (o *office) sendDigests(t testing.TB) (n int) {
	t.Helper()
	ledger, err := sql.Open("sqlite", "file:"+o.path+"?_pragma=busy_timeout(20000)")
	must(t, err)
	defer ledger.Close()
	result, err := ledger.ExecContext(t.Context(), `UPDATE notices SET state = 'sent' WHERE kind = 'digest' AND state = 'queued'`)
	must(t, err)
	changed, err := result.RowsAffected()
	must(t, err)
	return int(changed)
}

// TestClockAndDeadlines opens a withdrawal request in each hour around the nights in
// which the clock changes, moves the clock about, and asks when it ends: at the time
// that the author was told, in the author's own hours, neither before nor after.
func TestClockAndDeadlines(t *testing.T) {
	step := size(29, 1)
	span := 9 * 24 // hours: a week's deadline begins before, within and after the night
	r := begin(t, "clock: deadlines", len(changes)*span/step, "no deadline but the one that was told")
	zone := paris(t)
	for _, change := range changes {
		for hour := 0; hour < span; hour += step {
			clock := &watch{change.Add(time.Duration(hour-8*24)*time.Hour + 17*time.Minute)}
			o := newOffice(t, clock.now)
			deadline(t, r, o, clock, zone, hour%2 == 0)
			must(t, o.db.Close())
			r.ran()
		}
	}
}

// deadline is one request: of an author whose address is proved, who may change their
// mind for a while, or of one who must confirm within another.
func deadline(t *testing.T, r *row, o *office, clock *watch, zone *time.Location, isProved bool) {
	opened := clock.at
	from, begins, ends, lasts := "From: "+knownAuthor+"\r\n", guichetdesk.AwaitingConfirm, "expired", o.set.Desk.Withdrawal.Confirm
	if isProved {
		from, begins, ends, lasts = proved(knownAuthor), guichetdesk.CoolingOff, string(guichetdesk.AwaitingDecision), o.set.Desk.Withdrawal.CoolingOff
	}
	ref := guichetdesk.NewReference("BARA", 2024, 7)
	_, err := o.db.Archive(t.Context(), []guichetdesk.Publication{{
		Reference: ref, Format: "analyse", Title: "L’eau des villes", On: opened.AddDate(-1, 0, 0), URL: "https://bara.example.org/eau",
		Authors: []guichetdesk.Signatory{{Name: "Lina Moreau", Addresses: []string{knownAuthor}}},
	}}, "BARA", zone, false)
	must(t, err)
	flow := o.flow("contact@example.org")
	flow.AuthservID, flow.ReceivedBy, flow.Zone = "mx.example.org", "mx.example.org", zone
	o.take(t, flow, opened, []byte(from+"Subject: Retrait analyse\r\n"+plain+"Bonjour, je retire "+string(ref)+".\r\n"))
	ledger, err := sql.Open("sqlite", "file:"+o.path+"?_pragma=busy_timeout(20000)")
	must(t, err)
	defer ledger.Close()
	var state, text string
	var until int64
	var raw []byte
	read := func() {
		must(t, ledger.QueryRowContext(t.Context(), `SELECT r.state, max(r.until_at, r.token_until), n.bytes FROM requests r
			JOIN notices n ON n.case_id = r.case_id ORDER BY n.id LIMIT 1`).Scan(&state, &until, &raw))
	}
	read()
	m, err := email.Parse(raw)
	must(t, err)
	text = strings.Join(strings.Fields(strings.ReplaceAll(m.Text, "\u00a0", " ")), " ")
	end := time.UnixMilli(until).In(zone)
	if want := opened.Add(lasts); state != string(begins) || !end.Equal(want) {
		r.miss("opened at %v: %s until %v; want %v", opened.In(zone), state, end, want.In(zone))
	}
	if told := fmt.Sprintf("%d h %02d", end.Hour(), end.Minute()); !strings.Contains(text, told) || !strings.Contains(text, dayOf(end)) {
		r.miss("opened at %v: it ends on %v, and the author is told otherwise:\n%s", opened.In(zone), end, text)
	}
	d := &triage.Decisions{
		Docket: o.db, Address: "contact@example.org", Zone: zone, Clock: o.now, Log: o.log,
		Manner: func() triage.Manner {
			return triage.Manner{Name: "BARA", Lang: "fr", Notices: o.notices, Delays: o.set.Desk.Withdrawal}
		},
	}
	// A day ahead and a day behind on the way, as clocks are that somebody set.
	for _, at := range []time.Time{opened.Add(24 * time.Hour), opened.Add(-24 * time.Hour), opened.Add(lasts / 2), opened, end.Add(-time.Minute)} {
		clock.at = at
		must(t, d.Due(t.Context()))
		if read(); state != string(begins) {
			r.miss("opened at %v: %s at %v already", opened.In(zone), state, at.In(zone))
			return
		}
	}
	clock.at = end.Add(time.Minute)
	must(t, d.Due(t.Context()))
	if read(); state != ends {
		r.miss("opened at %v: still %s at %v", opened.In(zone), state, clock.at.In(zone))
	}
}

// dayOf is a date as French people write it, without its year.
func dayOf(t time.Time) string {
	day := fmt.Sprint(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return day + " " + map[time.Month]string{time.March: "mars", time.April: "avril", time.October: "octobre", time.November: "novembre"}[t.Month()]
}
