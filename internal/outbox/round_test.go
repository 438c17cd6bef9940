package outbox

import (
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// What the server says to one letter decides about that letter alone: the next
// one leaves over the same connection.
func TestRefusedAndDeferredLetters(t *testing.T) {
	tests := []struct {
		stage, answer string
		permanent     bool
		reply         string
	}{
		{"MAIL", "451 4.3.0 later", false, "MAIL: 451 4.3.0 later"},
		{"RCPT", "450 4.2.0 greylisted", false, "RCPT: 450 4.2.0 greylisted"},
		{"DATA", "452 4.3.1 no room", false, "DATA: 452 4.3.1 no room"},
		{".", "451 4.7.1 later", false, "end of data: 451 4.7.1 later"},
		{"MAIL", "553 5.1.8 no such sender", true, "MAIL: 553 5.1.8 no such sender"},
		{"RCPT", "550 5.1.1 <a@example.org>: unknown", true, "RCPT: 550 5.1.1 <…>: unknown"},
		{"DATA", "554 5.5.1 no valid recipients", true, "DATA: 554 5.5.1 no valid recipients"},
		{".", "550-5.7.1 looks like\r\n550 5.7.1 spam", true, "end of data: 550 5.7.1 looks like 5.7.1 spam"},
	}
	for _, test := range tests {
		t.Run(test.stage+" "+test.answer[:3], func(t *testing.T) {
			server := startSurly(t, map[string]reply{test.stage: firstly(test.answer)})
			queue := newShelf(letter("a@example.org"), letter("b@example.org"))
			if sent := drain(t, newSender(server.Address, queue)); sent != 1 {
				t.Errorf("sent %d letters, want the second", sent)
			}
			want := desk.Outcome{At: noon, Permanent: test.permanent, Reply: test.reply}
			if !test.permanent {
				want.Next = noon.Add(time.Minute)
			}
			if got := queue.last(t, 1); got != want {
				t.Errorf("outcome %+v, want %+v", got, want)
			}
			if n := strings.Count(strings.Join(server.commands(), "\n"), "EHLO"); n != 1 {
				t.Errorf("%d connections, want 1", n)
			}
		})
	}
}

// A connection that ends in the middle of a letter costs that letter a try; the
// next one leaves over a new connection.
func TestConnectionLostInALetter(t *testing.T) {
	tests := map[string]map[string]reply{
		"cut at RCPT":               {"RCPT": firstly(cut)},
		"cut at DATA":               {"DATA": firstly(cut)},
		"cut before the final dot":  {"DATA": firstly("354 go on" + cut)},
		"cut after the final dot":   {".": firstly(cut)},
		"hang at RCPT":              {"RCPT": firstly(hang)},
		"hang at DATA":              {"DATA": firstly(hang)},
		"hang at the end of data":   {".": firstly(hang)},
		"421 at RCPT":               {"RCPT": firstly("421 4.3.2 closing" + cut)},
		"421 at the end of data":    {".": firstly("421 4.3.2 closing" + cut)},
		"out of step":               {"RCPT": firstly("354 go on")},
		"nonsense":                  {"RCPT": firstly("hello")},
		"refusal, then cut at RSET": {"RCPT": firstly("450 4.2.0 later"), "RSET": firstly(cut)},
	}
	for name, stages := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startSurly(t, stages)
			queue := newShelf(letter("a@example.org"), letter("b@example.org"))
			sender := newSender(server.Address, queue)
			if sent := drain(t, sender); sent != 1 {
				t.Errorf("sent %d letters, want the second", sent)
			}
			o := queue.last(t, 1)
			if o.Sent || o.Permanent || o.Untried || !o.Next.Equal(noon.Add(time.Minute)) || o.Reply == "" {
				t.Errorf("outcome %+v, want it deferred by a minute", o)
			}
			sender.Clock = func() time.Time { return o.Next }
			if sent := drain(t, sender); sent != 1 {
				t.Errorf("sent %d letters a minute later, want 1", sent)
			}
		})
	}
}

// Nobody can tell whether a letter cut off after its final dot was taken: it
// leaves again, as the same message.
func TestUnknownOutcomeRepeatsTheSameMessage(t *testing.T) {
	server := startSurly(t, map[string]reply{".": firstly(cut)})
	queue := newShelf(letter("a@example.org"))
	sender := newSender(server.Address, queue)
	drain(t, sender)
	o := queue.last(t, 1)
	if !strings.Contains(o.Reply, "may have taken the letter") {
		t.Errorf("the outcome says %q", o.Reply)
	}
	sender.Clock = func() time.Time { return o.Next }
	drain(t, sender)
	got := server.wire()
	if len(got) != 2 || string(got[0]) != string(got[1]) || string(got[0]) != string(letter("").Bytes) {
		t.Errorf("the server read %q", got)
	}
}

// A server may close a connection between two letters: that is nobody's fault.
func TestKeptConnectionGivenUpByTheServer(t *testing.T) {
	second := func(answer string) reply {
		return func(n int) string {
			if n == 2 {
				return answer
			}
			return ""
		}
	}
	for name, stages := range map[string]map[string]reply{
		"closed":        {".": firstly("250 2.0.0 taken, enough" + cut)},
		"421 at MAIL":   {"MAIL": second("421 4.7.0 too many" + cut)},
		"hang at MAIL":  {"MAIL": second(hang)},
		"login expired": {"MAIL": second("530 5.7.0 log in")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startSurly(t, stages)
			queue := newShelf(letter("a@example.org"), letter("b@example.org"))
			if sent := drain(t, newSender(server.Address, queue)); sent != 2 {
				t.Errorf("sent %d letters, want 2", sent)
			}
			if n := len(queue.letters[1].outcomes); n != 1 {
				t.Errorf("the second letter has %d outcomes, want 1", n)
			}
		})
	}
}

func TestLetterIsGivenUpAfterItsLastTry(t *testing.T) {
	server := startSurly(t, map[string]reply{"RCPT": always("450 4.2.0 later")})
	for attempts, permanent := range map[int]bool{0: false, desk.MaxTries - 2: false, desk.MaxTries - 1: true} {
		l := letter("a@example.org")
		l.Attempts = attempts
		queue := newShelf(l)
		drain(t, newSender(server.Address, queue))
		if o := queue.last(t, 1); o.Permanent != permanent || o.Next.IsZero() != permanent {
			t.Errorf("after %d failures: %+v, want permanent %t", attempts, o, permanent)
		}
	}
}

func TestUnsendableLetters(t *testing.T) {
	server := startSurly(t, nil)
	tests := map[string]func(*desk.Letter){
		"no recipient":         func(l *desk.Letter) { l.Recipient = "" },
		"recipient with CRLF":  func(l *desk.Letter) { l.Recipient = "a@example.org\r\nRCPT TO:<b@example.org>" },
		"recipient that ends":  func(l *desk.Letter) { l.Recipient = "a@example.org> NOTIFY=NEVER" },
		"sender with a space":  func(l *desk.Letter) { l.Sender = "a b@example.org" },
		"carriage return":      func(l *desk.Letter) { l.Bytes = []byte("A: b\r\n\r\nx\r.\r\n") },
		"carriage return last": func(l *desk.Letter) { l.Bytes = []byte("A: b\r\n\r\nx\r") },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			l := letter("a@example.org")
			spoil(&l)
			queue := newShelf(l)
			drain(t, newSender(server.Address, queue))
			if o := queue.last(t, 1); !o.Permanent || !strings.HasPrefix(o.Reply, "refused here: ") {
				t.Errorf("outcome %+v, want it refused here", o)
			}
		})
	}
	if got := server.commands(); len(got) != 0 {
		t.Errorf("the server heard %q", got)
	}
}
