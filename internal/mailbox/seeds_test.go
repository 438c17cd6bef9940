package mailbox

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/faultproxy"
)

// TestSeeds: whatever trouble a seed draws for the first connections, in the end each
// mail is on record once and whole, and stands once in its queue's folder.
// GUICHET_SEEDS=FROM:TO runs others than the sample.
func TestSeeds(t *testing.T) {
	if raced {
		t.Skip("on a literal cut short the library's two goroutines read one buffer; make test plays the seeds without the race detector")
	}
	from, to := uint64(0), uint64(120)
	if _, err := fmt.Sscanf(os.Getenv("GUICHET_SEEDS"), "%d:%d", &from, &to); err != nil && os.Getenv("GUICHET_SEEDS") != "" {
		t.Fatal(err)
	}
	a, r := embedded(t).account(t), newRegister(t)
	for seed := from; seed < to; seed++ {
		if !t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) { a.t = t; seeded(t, a, r, seed) }) {
			return
		}
	}
}

// seeded plays one seed in a folder of its own.
func seeded(t *testing.T, a *account, r *register, seed uint64) {
	name := fmt.Sprintf("S%d", seed)
	a.own = nil
	c := a.client()
	if err := c.Create(name, nil).Wait(); err != nil {
		t.Fatal(err)
	}
	want := map[string]int{}
	for i := range 3 + seed%3 {
		raw := append(lengthy(fmt.Sprintf("baratin %d", i)), bytes.Repeat([]byte("x\r\n"), int(seed)%97)...)
		raw = append(fmt.Appendf(nil, "Message-ID: <%d.%d@example.org>\r\n", seed, i), raw...)
		want[string(raw)] = 0
		a.put(name, raw, time.Now())
	}
	first, second := faultproxy.Random(seed), faultproxy.Random(seed+1<<32)
	p := proxies(t, a.host.imap, func(n int) faultproxy.Trouble {
		switch n {
		case 1, 3:
			return first
		case 2:
			return second
		}
		return faultproxy.Trouble{}
	})
	defer func() {
		if t.Failed() {
			t.Logf("the troubles: %s; %s", first.Name, second.Name)
		}
	}()
	w := a.registered(r)
	w.Address, w.Folder = name+"@example.org", name
	w.FolderOf = func(q desk.Queue) string { return name + "-" + string(q) }
	w.Process = func(ctx context.Context, mails []desk.Received) func() error {
		return func() error {
			for _, m := range mails {
				if _, known := want[string(m.Raw)]; !known {
					t.Errorf("mail %d came as %d bytes: %.60q", m.UID, len(m.Raw), m.Raw)
				}
				if err := r.take(ctx, m); err != nil {
					return err
				}
			}
			return nil
		}
	}
	w.Server.Address, w.Retry, w.Patience = p.Address, time.Millisecond, 100*time.Millisecond
	for range 3 {
		_ = w.Drain(t.Context()) // trouble is what it is for
	}
	w.Server.Address, w.Patience = a.host.imap, 10*time.Second
	drain(t, w)
	reconcile(t, w)
	drain(t, w)
	if got := reconcile(t, w); !got.Sound() || got.Here != 0 {
		t.Errorf("in the end: %+v", got)
	}
	if left := a.subjects(name); len(left) != 0 {
		t.Errorf("left in the folder: %q", left)
	}
	for _, m := range a.read(name + "-baratin") {
		want[string(m.raw)]++
	}
	for raw, n := range want {
		if n != 1 {
			t.Errorf("%.60q stands %d times in its queue", raw, n)
		}
	}
	if extra := a.subjects(name + "-repeated"); len(extra) != 0 {
		t.Errorf("taken for repeated: %q", extra)
	}
}
