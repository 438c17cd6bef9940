//go:build soak

package outbox

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// A server that fails at any stage, in any way, one time in ten: every letter
// leaves, unless the server refused it for good, and none is sent twice but
// where its outcome could not be known.
func TestNoLetterIsLost(t *testing.T) {
	const letters = 2000
	moody := func(n int) string {
		answers := []string{"421 4.3.2 closing" + cut, "451 4.3.0 later", "550 5.7.1 no", cut}
		if rand.IntN(10) > 0 {
			return ""
		}
		return answers[rand.IntN(len(answers))]
	}
	stages := map[string]reply{}
	for _, stage := range []string{"greeting", "EHLO", "MAIL", "RCPT", "DATA", ".", "RSET", "QUIT"} {
		stages[stage] = moody
	}
	server := startSurly(t, stages)
	var all []desk.Letter
	for i := range letters {
		l := letter(fmt.Sprintf("a%d@example.org", i))
		l.Bytes = fmt.Appendf(nil, "Message-ID: <%d@example.org>\r\n\r\nBonjour.\r\n", i)
		all = append(all, l)
	}
	queue := newShelf(all...)
	sender := newSender(server.Address, queue)
	now := noon
	sender.Clock = func() time.Time { return now }
	for open := letters; open > 0; now = now.Add(longestSilence) {
		var trouble *Unreachable
		if _, err := sender.Drain(t.Context()); err != nil && !errors.As(err, &trouble) {
			t.Fatal(err)
		}
		open = 0
		for _, l := range queue.letters {
			if !l.done {
				open++
			}
		}
	}
	taken := map[string]int{}
	for _, data := range server.wire() {
		taken[strings.SplitN(string(data), "\r\n", 2)[0]]++
	}
	for i, l := range queue.letters {
		tries := 0 // after which the server may have the letter
		for _, o := range l.outcomes {
			if o.Sent || strings.HasPrefix(o.Reply, "end of data: ") {
				tries++
			}
		}
		if n := taken[fmt.Sprintf("Message-ID: <%d@example.org>", i)]; n != tries {
			t.Errorf("letter %d stood %d times on the wire; its outcomes tell of %d", i, n, tries)
		}
		if last := l.outcomes[len(l.outcomes)-1]; !last.Sent && !last.Permanent {
			t.Errorf("letter %d ended as %+v", i, last)
		}
	}
}
