package desk

import "time"

// Alarm is something that the operator must know of, from the moment it is raised
// until everybody who was told of it was told that it is over.
type Alarm struct {
	Name    string // "mailbox contact@example.org", "disk"
	Detail  string // what a program or a server said; "" for nothing
	Since   time.Time
	Cleared time.Time            // zero while it lasts
	Told    map[string]time.Time // when each channel was last told
}
