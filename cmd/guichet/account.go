package main

import (
	"context"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// account is one SMTP account: what it has to send for its mailboxes, at the
// pace that their rules in force allow.
type account struct {
	db       *store.DB
	stations []*station
	alive    func() // told whenever the outbox is asked; may be nil
}

// box is the part of the outbox that is the account's, now.
func (a account) box() store.Outbox {
	if a.alive != nil {
		a.alive()
	}
	box := store.Outbox{DB: a.db, Mailboxes: a.mailboxes()}
	for _, s := range a.stations {
		box.PerHour = max(box.PerHour, s.rules().Desk.AnswersPerHour)
	}
	return box
}

func (a account) mailboxes() (all []string) {
	for _, s := range a.stations {
		all = append(all, s.flow.Address)
	}
	return all
}

// Claim takes the letter that is due (outbox.Queue).
func (a account) Claim(ctx context.Context, now time.Time, lease time.Duration) (desk.Letter, error) {
	return a.box().Claim(ctx, now, lease)
}

// Settle records what became of a letter (outbox.Queue).
func (a account) Settle(ctx context.Context, id int64, outcome desk.Outcome) error {
	return a.box().Settle(ctx, id, outcome)
}
