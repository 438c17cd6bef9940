package faultproxy

import (
	"fmt"
	"math/rand/v2"
)

// Random draws a trouble that happens at most once or twice on its connection, and is
// over with it: a client that connects again to a sound server gets everything. The
// same seed draws the same. It never changes a byte within a literal unseen, which no
// client could know.
func Random(seed uint64) Trouble {
	r := rand.New(rand.NewPCG(seed, 0x6775696368657421)) //nolint:gosec // no secret hangs on it
	draw := drawings[r.IntN(len(drawings))]
	t := draw(r)
	if r.IntN(8) == 0 { // a weak server has its troubles too
		t.Hide = [][]string{{"MOVE", "IMAP4rev2"}, {"MOVE", "UIDPLUS", "IMAP4rev2"}, {"IDLE", "IMAP4rev2"}, {"NAMESPACE"}}[r.IntN(4)]
		t.Name += fmt.Sprintf(", without %v", t.Hide)
	}
	return t
}

// far is how many bytes of a dialogue a cut may lie in.
const far = 24 << 10

var drawings = []func(*rand.Rand) Trouble{
	func(r *rand.Rand) Trouble {
		n := 1 + r.Int64N(far)
		return Trouble{Name: fmt.Sprintf("cut after %d bytes", n), CutAfter: n}
	},
	func(r *rand.Rand) Trouble {
		n := 1 + r.Int64N(far)
		return Trouble{Name: fmt.Sprintf("silent after %d bytes", n), HushAfter: n}
	},
	func(r *rand.Rand) Trouble {
		nth, by := 1+r.IntN(12), amount(r)
		return Trouble{Name: fmt.Sprintf("UID %d wrong by %d", nth, by), Edit: WrongUID(nth, by)}
	},
	func(r *rand.Rand) Trouble {
		nth, by := 1+r.IntN(12), amount(r)
		return Trouble{Name: fmt.Sprintf("size %d wrong by %d", nth, by), Edit: WrongSize(nth, by)}
	},
	func(r *rand.Rand) Trouble {
		nth, by := 1+r.IntN(8), 1+r.IntN(400)
		return Trouble{Name: fmt.Sprintf("literal %d short by %d", nth, by), Edit: ShortLiteral(nth, by)}
	},
	func(r *rand.Rand) Trouble {
		nth, by := 1+r.IntN(8), 1+r.IntN(400)
		return Trouble{Name: fmt.Sprintf("literal %d torn by %d", nth, by), Edit: TornLiteral(nth, by)}
	},
	func(r *rand.Rand) Trouble {
		nth := 1 + r.IntN(60)
		return Trouble{Name: fmt.Sprintf("BYE before line %d", nth), Edit: Bye(nth)}
	},
	func(r *rand.Rand) Trouble {
		nth := 1 + r.IntN(12)
		return Trouble{Name: fmt.Sprintf("EXPUNGE within FETCH %d", nth), Edit: Expunged(nth)}
	},
	func(r *rand.Rand) Trouble {
		by := amount(r)
		return Trouble{Name: fmt.Sprintf("UIDNEXT wrong by %d", by), Edit: WrongNext(1, by)}
	},
	func(r *rand.Rand) Trouble {
		return Trouble{Name: "another UIDVALIDITY", Edit: Renumbered(0, 1+r.Int64N(1000))}
	},
	func(r *rand.Rand) Trouble {
		nth, uid := 1+r.IntN(4), r.Uint32N(1<<31)+1
		return Trouble{Name: fmt.Sprintf("UID %d found %d", uid, nth), Edit: Strange(nth, uid)}
	},
	func(r *rand.Rand) Trouble {
		nth := 1 + r.IntN(4)
		return Trouble{Name: fmt.Sprintf("search %d forgets one", nth), Edit: Forgets(nth)}
	},
	func(r *rand.Rand) Trouble {
		nth := 1 + r.IntN(60)
		return Trouble{Name: fmt.Sprintf("an unknown answer before line %d", nth), Edit: Unknown(nth)}
	},
	func(r *rand.Rand) Trouble {
		refusal := refusals[r.IntN(len(refusals))]
		return Trouble{Name: refusal.Word + ": " + refusal.Answer, Refuse: []Refusal{refusal}}
	},
}

var refusals = []Refusal{
	{Word: "UID MOVE", Answer: "NO [TRYCREATE] no such mailbox", Times: 1},
	{Word: "UID MOVE", Answer: "NO [OVERQUOTA] quota exceeded"},
	{Word: "UID COPY", Answer: "NO [OVERQUOTA] quota exceeded"},
	{Word: "UID COPY", Answer: "NO [TRYCREATE] no such mailbox", Times: 1},
	{Word: "CREATE", Answer: "NO [NOPERM] permission denied"},
	{Word: "UID FETCH", Answer: "NO [SERVERBUG] internal error", Times: 1},
	{Word: "UID FETCH", Answer: "BAD try again", Times: 2},
	{Word: "UID SEARCH", Answer: "NO [UNAVAILABLE] try again", Times: 1},
	{Word: "SELECT", Answer: "NO [UNAVAILABLE] try again"},
	{Word: "IDLE", Answer: "NO not now"},
	{Word: "NOOP", Answer: "NO not now", Times: 1},
	{Word: "AUTHENTICATE", Answer: "NO [UNAVAILABLE] the directory is down"},
}

// amount is a small lie or a great one, either way, and never none.
func amount(r *rand.Rand) int64 {
	n := 1 + r.Int64N([]int64{1, 10, 1 << 20, 1 << 31}[r.IntN(4)])
	if r.IntN(2) == 0 {
		return -n
	}
	return n
}
