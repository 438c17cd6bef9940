package outbox

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// stations are where the dialogue of a letter can be disturbed, in their order.
var stations = []string{"greeting", "EHLO", "MAIL", "RCPT", "DATA", "."}

// disturbance is what a server does once, at one point of the dialogue.
type disturbance struct {
	stage, answer string
	nth           int  // the time that it does so
	unknown       bool // the letter may have been taken
	refused       bool // the letter fails at once
}

// disturbances are the points of the dialogue, each with every fault: the connection
// cut before a reply, within it and after it, in the data, a temporary refusal and a
// permanent one, silence.
func disturbances() (all []disturbance) {
	for _, stage := range stations {
		end := stage == "."
		letter := stage != "greeting" && stage != "EHLO"
		all = append(all,
			disturbance{stage, cut, 1, end, false}, disturbance{stage, usual[stage] + torn, 1, false, false},
			disturbance{stage, usual[stage] + cut, 1, false, false}, disturbance{stage, hang, 1, end, false},
			disturbance{stage, "451 4.3.0 later", 1, false, false}, disturbance{stage, "421 4.3.2 closing" + cut, 1, false, false},
			disturbance{stage, "554 5.3.0 no", 1, false, letter})
	}
	for line := 1; line <= 5; line++ {
		all = append(all, disturbance{"data", cut, line, false, false})
	}
	return append(all, disturbance{"QUIT", cut, 1, false, false}, disturbance{"QUIT", hang, 1, false, false})
}

// However the dialogue is disturbed, no letter is lost, and none leaves twice but
// one whose fate could not be known: its repeat is the same mail, and on record.
func TestDisturbedDialogue(t *testing.T) {
	for _, together := range []bool{false, true} {
		for _, d := range disturbances() {
			t.Run(fmt.Sprintf("%s %q %d together %t", d.stage, d.answer, d.nth, together), func(t *testing.T) {
				t.Parallel()
				disturb(t, d, together)
			})
		}
	}
}

func disturb(t *testing.T, d disturbance, together bool) {
	stages := map[string]reply{}
	if together {
		stages["EHLO"] = always(pipelining)
	}
	once := stages[d.stage]
	stages[d.stage] = func(n int) string {
		if n == d.nth {
			return d.answer
		}
		if once != nil {
			return once(n)
		}
		return ""
	}
	server := startSurly(t, stages)
	var letters []desk.Letter
	for i := range 3 {
		l := letter(fmt.Sprintf("a%d@example.org", i))
		l.Bytes = fmt.Appendf(nil, "Message-ID: <%d@example.org>\r\n\r\nBonjour.\r\n.\r\n.\r\n", i)
		letters = append(letters, l)
	}
	queue := newShelf(letters...)
	sender := newSender(server.Address, queue)
	now := noon
	sender.Clock = func() time.Time { return now }
	for range 5 {
		var trouble *Unreachable
		if _, err := sender.Drain(t.Context()); err != nil && !errors.As(err, &trouble) {
			t.Fatal(err)
		}
		now = now.Add(longestSilence)
	}
	arrived := map[string]int{}
	for _, data := range server.wire() {
		arrived[string(data)]++
	}
	repeats, refused, twice := 0, 0, 0
	for i, l := range queue.letters {
		onWire := fmt.Sprintf("Message-ID: <%d@example.org>\r\n\r\nBonjour.\r\n..\r\n..\r\n", i)
		last := queue.last(t, l.ID)
		if !l.done || arrived[onWire] == 0 && !last.Permanent {
			t.Errorf("letter %d is lost: %+v", i, last)
		}
		if last.Permanent {
			refused++
		}
		twice += max(arrived[onWire]-1, 0)
		repeats += l.repeats
		delete(arrived, onWire)
	}
	// A 4xx or a 421 at the final dot says that the letter was not taken.
	known := 0
	if d.stage == "." && !d.unknown && (d.answer[:1] == "4") {
		known = 1
	}
	delete(arrived, "") // of a letter that was refused, sent together with DATA
	if len(arrived) > 0 {
		t.Errorf("something else arrived: %v", arrived)
	}
	if (refused == 1) != d.refused || refused > 1 {
		t.Errorf("%d letters were refused, want %t", refused, d.refused)
	}
	// Cut off in the data, nobody can tell whether the final dot arrived behind it: that
	// is on record as what may be a repeat, and is none.
	if d.unknown && (repeats != 1 || twice != 1) || !d.unknown && twice != known || repeats > 1 {
		t.Errorf("%d left twice, %d repeats are on record; unknown %t", twice, repeats, d.unknown)
	}
	if before := d.stage != "." && d.stage != "data" && d.stage != "DATA"; before && repeats > 0 {
		t.Errorf("%d repeats are on record of a letter that was never whole", repeats)
	}
}

// Where the server takes commands together, each letter costs two round trips.
func TestCommandsGoTogether(t *testing.T) {
	server := startSurly(t, map[string]reply{"EHLO": always(pipelining), "RCPT": firstly("550 5.1.1 unknown")})
	queue := newShelf(letter("a@example.org"), letter("b@example.org"))
	if sent := drain(t, newSender(server.Address, queue)); sent != 1 {
		t.Errorf("sent %d letters, want the second", sent)
	}
	if o := queue.last(t, 1); !o.Permanent || o.Reply != "RCPT: 550 5.1.1 unknown" {
		t.Errorf("outcome %+v", o)
	}
	got := server.wire() // the server took the data all the same: it got none of it
	if len(got) != 2 || len(got[0]) != 0 || string(got[1]) != string(letter("").Bytes) {
		t.Errorf("the server read %q", got)
	}
}

func TestNullReturnPathRefused(t *testing.T) {
	tests := map[string]map[string]string{
		"at MAIL":            {"MAIL": "550 5.7.1 null sender"},
		"at RCPT":            {"RCPT": "553 5.7.1 <>: Sender address rejected: not logged in"},
		"at the end of data": {".": "554 5.2.252 SendAsDenied"},
	}
	for name, answers := range tests {
		t.Run(name, func(t *testing.T) {
			var server *surly
			stages := map[string]reply{}
			for stage, answer := range answers {
				stages[stage] = func(int) string {
					for _, line := range server.said("MAIL")[len(server.said("MAIL"))-1:] {
						if line == "MAIL FROM:<>" {
							return answer
						}
					}
					return ""
				}
			}
			server = startSurly(t, stages)
			var letters []desk.Letter
			for i := range 3 {
				l := letter(fmt.Sprintf("a%d@example.org", i))
				l.Address = "contact@example.org"
				letters = append(letters, l)
			}
			if sent := drain(t, newSender(server.Address, newShelf(letters...))); sent != 3 {
				t.Errorf("sent %d letters, want 3", sent)
			}
			null := 0
			for _, line := range server.said("MAIL") {
				if line == "MAIL FROM:<>" {
					null++
				}
			}
			if n := len(server.said("EHLO")); null != 1 || n != 1 {
				t.Errorf("the null return path was tried %d times over %d connections, want once", null, n)
			}
		})
	}
	t.Run("the recipient is refused", func(t *testing.T) {
		server := startSurly(t, map[string]reply{"RCPT": always("550 5.1.1 unknown")})
		l := letter("a@example.org")
		l.Address = "contact@example.org"
		queue := newShelf(l)
		drain(t, newSender(server.Address, queue))
		if o := queue.last(t, 1); !o.Permanent || len(server.said("MAIL")) != 1 {
			t.Errorf("outcome %+v after %q", o, server.said("MAIL"))
		}
	})
}
