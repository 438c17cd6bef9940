package triage_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/triage"
)

// moveTo sets the clock, in Paris.
func (s *scene) moveTo(at string) {
	s.t.Helper()
	var err error
	s.at, err = time.ParseInLocation("2006-01-02 15:04", at, s.desk.Zone)
	must(s.t, err)
}

// restart opens the database anew, as the next process does.
func (s *scene) restart() {
	s.t.Helper()
	must(s.t, s.db.Close())
	var err error
	s.db, err = store.Open(s.t.Context(), s.path, s.desk.Clock)
	must(s.t, err)
	s.desk.Waiting, s.desk.Slots = ledger{s.db}, s.db
}

// TestOneDigestAPeriod moves the clock to each time and counts the digests that
// it brings; a restart at the same time brings none.
func TestOneDigestAPeriod(t *testing.T) {
	type step struct {
		at      string
		digests int
	}
	night := triage.Hour{Hour: 2, Minute: 30}
	for name, test := range map[string]struct {
		hours []triage.Hour
		steps []step
	}{
		"begun after the hour": {[]triage.Hour{evening}, []step{
			{"2026-03-02 19:30", 0}, {"2026-03-03 18:59", 0}, {"2026-03-03 19:00", 1},
		}},
		"late after downtime": {[]triage.Hour{evening}, []step{
			{"2026-03-02 19:30", 0}, {"2026-03-06 08:12", 1}, {"2026-03-06 18:59", 0}, {"2026-03-06 19:00", 1},
		}},
		"a clock a day ahead, then right": {[]triage.Hour{evening}, []step{
			{"2026-03-02 19:30", 0}, {"2026-03-04 19:30", 1}, {"2026-03-03 19:30", 0}, {"2026-03-04 19:30", 0}, {"2026-03-05 19:00", 1},
		}},
		"a clock a day behind, then right": {[]triage.Hour{evening}, []step{
			{"2026-03-02 19:30", 0}, {"2026-03-03 19:30", 1}, {"2026-03-02 19:30", 0}, {"2026-03-03 19:30", 0}, {"2026-03-04 19:30", 1},
		}},
		"hours in any order": {[]triage.Hour{evening, {Hour: 8, Minute: 30}}, []step{
			{"2026-03-02 07:00", 0}, {"2026-03-02 08:30", 1}, {"2026-03-02 19:00", 1}, {"2026-03-03 08:29", 0}, {"2026-03-03 21:00", 1},
		}},
		"midnight":             {[]triage.Hour{{}}, []step{{"2026-03-02 23:59", 0}, {"2026-03-03 00:00", 1}, {"2026-03-03 23:59", 0}}},
		"no hour":              {nil, []step{{"2026-03-02 10:00", 0}, {"2026-03-09 10:00", 0}}},
		"an hour left out":     {[]triage.Hour{night}, []step{{"2026-03-28 10:00", 0}, {"2026-03-29 03:29", 0}, {"2026-03-29 03:30", 1}, {"2026-03-30 02:30", 1}}},
		"evening, in spring":   {[]triage.Hour{evening}, []step{{"2026-03-28 19:00", 0}, {"2026-03-29 18:59", 0}, {"2026-03-29 19:00", 1}}},
		"evening, in autumn":   {[]triage.Hour{evening}, []step{{"2026-10-24 19:00", 0}, {"2026-10-25 18:59", 0}, {"2026-10-25 19:00", 1}}},
		"an hour of two hours": {[]triage.Hour{night}, []step{{"2026-10-24 10:00", 0}, {"2026-10-25 01:59", 0}, {"2026-10-25 03:00", 1}, {"2026-10-26 02:29", 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, test.steps[0].at, camille(test.hours...))
			s.receive("baratin")
			for _, step := range test.steps {
				s.moveTo(step.at)
				if got := len(s.pass(0)); got != step.digests {
					t.Errorf("%s: %d digests, want %d", step.at, got, step.digests)
				}
				s.restart()
				if got := len(s.pass(0)); got != 0 {
					t.Errorf("%s: %d digests more after a restart", step.at, got)
				}
			}
		})
	}
}

// Whatever the clock and restarts do, no evening gets two digests; where time
// only goes on, every evening that the desk is there for gets one.
func TestDigestsUnderAnyClock(t *testing.T) {
	moves := []time.Duration{0, time.Minute, 7 * time.Hour, 24 * time.Hour, -time.Minute, -7 * time.Hour, -24 * time.Hour}
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			dice, onward := rand.New(rand.NewPCG(seed, 0)), seed%2 == 0
			s := open(t, []string{"2026-03-27 18:00", "2026-10-23 18:00"}[seed/2%2], camille(evening))
			s.receive("baratin")
			s.pass(0)
			written, seen := map[string]int{}, map[string]bool{s.lastEvening(): true}
			for i := range 50 {
				by := moves[dice.IntN(len(moves))]
				if onward {
					by = by.Abs()
				}
				if i%10 == 9 {
					s.restart()
				}
				n, period := len(s.pass(by)), s.lastEvening()
				if written[period] += n; written[period] > 1 {
					t.Fatalf("the evening of %s has %d digests", period, written[period])
				}
				if onward && !seen[period] && n != 1 {
					t.Fatalf("at %v the evening of %s has no digest", s.at, period)
				}
				seen[period] = true
			}
		})
	}
}

// lastEvening is the day whose 19:00 was the last.
func (s *scene) lastEvening() string {
	day := s.at.In(s.desk.Zone)
	if day.Hour() < evening.Hour {
		day = day.AddDate(0, 0, -1)
	}
	return day.Format(time.DateOnly)
}

func TestRunWritesWhatIsLate(t *testing.T) {
	s := open(t, "2026-03-02 10:00", camille(evening))
	s.receive("baratin")
	s.pass(0)
	s.moveTo("2026-03-05 10:00")
	ctx, cancel := context.WithCancel(t.Context())
	s.desk.Wake = cancel
	must(t, s.desk.Run(ctx))
	if sent := s.sent(); len(sent) != 1 {
		t.Errorf("%d digests", len(sent))
	}
}
