package desk

import "time"

// Vitals is how much waits in the ledger, and since when.
type Vitals struct {
	Outbox []Waits         // by mailbox and state, what was sent left out
	Queues map[Queue]Waits // what waits for people

	Parked  int // parked mails that neither the operator nor the editors are done with,
	Failing int // and those among them that the desk itself failed on
}

// Waits is how much waits in one place.
type Waits struct {
	Mailbox string // of a notice
	State   NoticeState
	Count   int
	Oldest  time.Time // when the oldest came
}

// News is what was recorded since a Mark.
type News struct {
	Mails    []MailCount
	Verdicts []VerdictCount
	Answers  []AnswerTime
	Mark     Mark // where the next news begin
}

// Mark is a place in the ledger up to which its news are known.
type Mark struct{ Mail, Event int64 }

// MailCount is how many mails of one kind ended in one way.
type MailCount struct {
	Kind   Kind
	Ending Ending
	Count  int
}

// VerdictCount is how many versions of one format had one verdict.
type VerdictCount struct {
	Format  string
	Verdict Verdict
	Count   int
}

// AnswerTime is how long one mail waited for the answer that it got, from the
// server's INTERNALDATE to the outbox's server taking the answer; never below zero,
// whatever the clocks of both say.
type AnswerTime struct {
	Kind Kind
	Took time.Duration
}
