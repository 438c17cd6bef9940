package outbox

import "time"

const (
	firstWait   = time.Minute
	longestWait = 4 * time.Hour
	// maxTries is after how many failed tries a letter is given up: the waits
	// between them add up to five days (RFC 5321 section 4.5.4.1).
	maxTries = 35
	// longestSilence is how long the sender leaves a server alone that could not
	// be used: one connection is a cheap question, and all letters wait for it.
	longestSilence = 15 * time.Minute
)

// backoff is how long to wait after that many failures in a row, counted from
// 1: the wait doubles from one minute to four hours, and up to a quarter of it
// is added at random, so that letters deferred together do not come back
// together. The random number is in [0,1).
func backoff(failed int, random float64) time.Duration {
	wait := longestWait
	if doublings := failed - 1; doublings < 8 {
		wait = firstWait << doublings
	}
	return wait + time.Duration(random*float64(wait)/4)
}
