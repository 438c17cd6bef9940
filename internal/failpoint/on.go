//go:build failpoint

package failpoint

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// point is the call of Hit at which the process is killed.
type point struct {
	kind  string // "" counts every kind
	n     int64  // 0: never
	calls atomic.Int64
}

var chosen = parse(os.Getenv("GUICHET_FAILPOINT"))

func parse(text string) *point {
	kind, number, named := strings.Cut(text, ":")
	if !named {
		kind, number = "", text
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if text != "" && (err != nil || n < 1) {
		panic(fmt.Sprintf("GUICHET_FAILPOINT=%q is neither N nor KIND:N", text))
	}
	return &point{kind: kind, n: n}
}

// Hit says that a side effect of that kind is done, and may be the last thing that
// this process does.
func Hit(kind, step string) {
	if chosen.n == 0 || chosen.kind != "" && chosen.kind != kind {
		return
	}
	switch n := chosen.calls.Add(1); {
	case n < chosen.n:
		return
	case n == chosen.n:
		fmt.Fprintf(os.Stderr, "failpoint %d %s %s\n", n, kind, step)
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	select {} // no side effect may follow while the signal is on its way
}
