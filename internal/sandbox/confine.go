package sandbox

import "fmt"

// Confinement is what the kernel holds a child to.
type Confinement struct {
	Landlock int  `json:"landlock"` // the version of the kernel's interface; 0: none
	Seccomp  bool `json:"seccomp"`
}

// Landlock's versions that matter: from the first it holds files, from the fourth
// TCP as well.
const landlockNet = 4

// Missing says in English what the kernel does not offer, "" where it offers all.
func (c Confinement) Missing() string {
	switch {
	case c.Landlock == 0 && !c.Seccomp:
		return "the kernel offers neither Landlock nor seccomp: readers run as ordinary processes, bounded in time and memory alone"
	case !c.Seccomp:
		return "the kernel offers no seccomp here: readers could make any system call"
	case c.Landlock == 0:
		return "the kernel offers no Landlock: seccomp alone keeps readers from files and the network"
	}
	return ""
}

// String is what holds a child.
func (c Confinement) String() string {
	held := "no seccomp"
	if c.Seccomp {
		held = "seccomp"
	}
	switch {
	case c.Landlock == 0:
		return "no Landlock, " + held
	case c.Landlock < landlockNet:
		return fmt.Sprintf("Landlock %d (files), %s", c.Landlock, held)
	}
	return fmt.Sprintf("Landlock %d (files and network), %s", c.Landlock, held)
}
