package sandbox

import (
	"fmt"

	"github.com/landlock-lsm/go-landlock/landlock"
	abi "github.com/landlock-lsm/go-landlock/landlock/syscall"
	"golang.org/x/sys/unix"
)

// restrictFiles takes every file and every port from the process, but for reading
// one folder; "" is none. It gives the version of Landlock, 0 where the kernel has
// none.
func restrictFiles(readable string) (int, error) {
	version, err := abi.LandlockGetABIVersion()
	if err != nil || version < 1 {
		return 0, nil // an old kernel, or one started without it: told, and no reason to stop
	}
	var rules []landlock.Rule
	if readable != "" {
		rules = append(rules, landlock.RODirs(readable))
	}
	if err := landlock.V6.BestEffort().Restrict(rules...); err != nil {
		return 0, fmt.Errorf("confining by Landlock: %w", err)
	}
	return version, nil
}

// cpuSeconds is the processor time of a child's whole life: the last resort, for a
// child whose parent died while it was at a document that never ends.
const cpuSeconds = 300

func limitCPU() error {
	if err := unix.Setrlimit(unix.RLIMIT_CPU, &unix.Rlimit{Cur: cpuSeconds, Max: cpuSeconds}); err != nil {
		return fmt.Errorf("limiting processor time: %w", err)
	}
	return unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{})
}
