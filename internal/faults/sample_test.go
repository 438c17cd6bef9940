//go:build !faults

package faults

// full says that every fault is tried as often as the table promises; here it is a
// sample, for make test.
const full = false
