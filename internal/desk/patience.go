package desk

import "time"

const (
	firstWait   = time.Minute
	longestWait = 4 * time.Hour
	// MaxTries is after how many failed tries what leaves the desk is given up: the
	// waits between them add up to five days (RFC 5321 section 4.5.4.1).
	MaxTries = 35
)

// Backoff is how long to wait after that many failures in a row, counted from 1: the
// wait doubles from one minute to four hours, and up to a quarter of it is added at
// random, so that what was put off together does not come back together. The random
// number is in [0,1).
func Backoff(failed int, random float64) time.Duration {
	wait := longestWait
	if doublings := failed - 1; doublings < 8 {
		wait = firstWait << doublings
	}
	return wait + time.Duration(random*float64(wait)/4)
}
