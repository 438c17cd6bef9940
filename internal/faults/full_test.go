//go:build faults

package faults

// full says that every fault is tried as often as the table promises.
const full = true
