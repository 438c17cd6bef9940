package intake_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/intake"
)

// bell is an operator's alarms.
type bell struct{ rung []string }

func (b *bell) Raise(_ context.Context, name, text string) { b.rung = append(b.rung, name+": "+text) }

// letters are that many submissions by different authors.
func letters(n int) []desk.Received { return numbered(0, n) }

// all is what is recorded from now on, in order.
func (s *scene) all() *[]*desk.Entry {
	var entries []*desk.Entry
	s.flow.Recorded = func(e *desk.Entry) { entries = append(entries, e) }
	return &entries
}

func uidsOf(entries []*desk.Entry) (uids []uint32) {
	for _, e := range entries {
		uids = append(uids, e.Received.UID)
	}
	return uids
}

// Mails that come together see each other: a repeat, a reply to nothing yet sent, the
// same text twice.
func TestMailsThatComeTogetherSeeEachOther(t *testing.T) {
	s := open(t)
	entries := s.all()
	mails := letters(40)
	twice := mails[7]
	twice.UID = 41
	must(t, s.flow.Process(t.Context(), append(mails, twice))())
	if len(*entries) != 41 || !slices.IsSorted(uidsOf(*entries)) {
		t.Fatalf("recorded %v", uidsOf(*entries))
	}
	if last := (*entries)[40].Mail; last.Ending != desk.Repeated || last.Repeats != (*entries)[7].Mail.ID {
		t.Errorf("the repeat: %+v", last)
	}
	for i, e := range (*entries)[:40] {
		if want := desk.NewReference("BARA", 2026, i+1); e.Case.Reference != want {
			t.Errorf("mail %d has the reference %s; want %s", i, e.Case.Reference, want)
		}
	}
	must(t, s.flow.Process(t.Context(), mails)()) // they were recorded
	if len(*entries) != 41 {
		t.Errorf("%d are recorded twice", len(*entries)-41)
	}
	must(t, s.db.VerifyChain(t.Context()))
}

// A mail that fails is tried again, and parked the third time; nothing of it stays
// from before, those around it are untouched, and its position is passed.
func TestAMailThatFailsIsParked(t *testing.T) {
	for _, test := range []struct {
		at    string
		times int
		want  desk.Ending
	}{{"lookup", 2, desk.Filed}, {"reserve", 3, desk.Parked}, {"record", 3, desk.Parked}, {"record", 1, desk.Filed}, {"panic", 3, desk.Parked}} {
		t.Run(fmt.Sprint(test.at, test.times), func(t *testing.T) {
			s := open(t)
			entries, rung := s.all(), &bell{}
			ours := errors.New("an error of ours")
			s.flow.Ledger = failing{s.db, test.at, 3, &test.times, ours}
			s.flow.Caution, s.flow.Alarms = &intake.Caution{Troubles: s.db}, rung
			must(t, s.flow.Process(t.Context(), letters(6))())
			if got := uidsOf(*entries); !slices.Equal(got, []uint32{1, 2, 3, 4, 5, 6}) {
				t.Fatalf("recorded %v", got)
			}
			e := (*entries)[2]
			if e.Mail.Ending != test.want {
				t.Errorf("it ended %s: %+v", e.Mail.Ending, e.Mail.Reason)
			}
			if troubles, _ := s.db.Troubles(t.Context()); len(troubles) != 0 {
				t.Errorf("still in trouble: %+v", troubles)
			}
			parked, err := s.db.Parked(t.Context())
			must(t, err)
			if test.want == desk.Filed {
				if len(parked)+len(rung.rung) != 0 {
					t.Errorf("parked %+v, alarms %v", parked, rung.rung)
				}
				return
			}
			if len(parked) != 1 || parked[0].From != "a2@example.fr" || !strings.Contains(parked[0].Reason.In("en"), ours.Error()) {
				t.Errorf("parked %+v", parked)
			}
			if len(rung.rung) != 1 || !strings.HasPrefix(rung.rung[0], "parked: "+string(e.Case.Reference)) {
				t.Errorf("the operator was told %q", rung.rung)
			}
			must(t, s.db.VerifyChain(t.Context()))
		})
	}
}

// A full disk parks nothing, however often a mail meets it.
func TestAFullDiskParksNothing(t *testing.T) {
	s := open(t)
	entries, times := s.all(), 7
	s.flow.Ledger = failing{s.db, "record", 2, &times, errDisk}
	s.flow.Caution = &intake.Caution{Troubles: s.db}
	for times > 0 {
		if err := s.flow.Process(t.Context(), letters(3))(); !errors.Is(err, desk.ErrStorage) {
			t.Fatalf("%v; want %v", err, desk.ErrStorage)
		}
	}
	must(t, s.flow.Process(t.Context(), letters(3))())
	if got := uidsOf(*entries); !slices.Equal(got, []uint32{1, 2, 3}) || (*entries)[1].Mail.Ending != desk.Filed {
		t.Errorf("recorded %v", got)
	}
	if parked, _ := s.db.Parked(t.Context()); len(parked) != 0 {
		t.Errorf("parked %+v", parked)
	}
}

// After the desk ended without a word, mails are taken one at a time, each noted
// before anything of it is read; the one with which it ends three times is parked
// unread, unless a process of its own outlives it.
func TestTheMailThatEndsTheDesk(t *testing.T) {
	for _, survives := range []bool{false, true} {
		t.Run(fmt.Sprintf("survives=%v", survives), func(t *testing.T) {
			s := open(t)
			entries := s.all()
			mails, asked := letters(4), 0
			for range 3 { // it ends while it has the second in hand
				_, err := s.db.Watch(t.Context(), contact)
				must(t, err)
				_, err = s.db.Hold(t.Context(), mails[1])
				must(t, err)
			}
			died, err := s.db.Watch(t.Context(), contact)
			if must(t, err); !died {
				t.Fatal("nobody knows that the desk died")
			}
			s.flow.Caution = &intake.Caution{Troubles: s.db, Suspects: 3, Survives: func(_ context.Context, r desk.Received) bool {
				if asked++; r.UID != 2 {
					t.Errorf("asked about mail %d", r.UID)
				}
				return survives
			}}
			must(t, s.flow.Process(t.Context(), mails)())
			if got := uidsOf(*entries); !slices.Equal(got, []uint32{1, 2, 3, 4}) || asked != 1 {
				t.Fatalf("recorded %v, asked %d times", got, asked)
			}
			want := map[bool]desk.Ending{true: desk.Filed, false: desk.Parked}[survives]
			if e := (*entries)[1]; e.Mail.Ending != want {
				t.Errorf("it ended %s; want %s", e.Mail.Ending, want)
			}
			if s.flow.Caution.Suspects > 0 {
				t.Error("all later mails are suspect")
			}
		})
	}
}

// When the desk stops, what is understood is recorded and the rest comes again.
func TestStoppingRecordsWhatIsUnderstood(t *testing.T) {
	s := open(t)
	entries := s.all()
	ctx, cancel := context.WithCancel(t.Context())
	record := s.flow.Process(ctx, letters(100))
	cancel()
	err := record()
	if n := len(*entries); n < 100 && !errors.Is(err, context.Canceled) {
		t.Errorf("%d are recorded, and the error is %v", n, err)
	}
	must(t, s.flow.Process(t.Context(), letters(100))())
	if got := uidsOf(*entries); len(got) != 100 || !slices.IsSorted(got) {
		t.Errorf("recorded %v", got)
	}
}
