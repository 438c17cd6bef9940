// Package faults holds no code: its tests break the desk in every way that we could
// think of, and hold it to what the design promises. Each fault makes one row of the
// table that `make test-faults` prints; `make test` runs a small sample of each.
//
// The program is the real one, built with the tag failpoint; the mailbox is a real
// Dovecot; the SMTP server is a sink of ours that counts by Message-ID (sink_test.go). What
// must be true of every mail afterwards is written once, in ledger_test.go: recorded
// once, one case, filed once, answered once, or a repeat with the same bytes that the
// desk itself lists.
package faults
