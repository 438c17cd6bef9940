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

// box is the part of the outbox that is the account's, now. Several mailboxes share
// its server's patience: the largest of their caps holds them together.
func (a account) box() store.Outbox {
	if a.alive != nil {
		a.alive()
	}
	box := store.Outbox{DB: a.db, Mailboxes: a.mailboxes()}
	for _, s := range a.stations {
		rules := s.rules().Desk
		box.PerHour = max(box.PerHour, rules.AnswersPerHour)
		box.PerHourInAll = max(box.PerHourInAll, rules.AnswersInAll)
	}
	return box
}

func (a account) mailboxes() (all []string) {
	for _, s := range a.stations {
		all = append(all, s.flow.Address)
	}
	return all
}

// late is since when a letter should have left.
func (a account) late(ctx context.Context, now time.Time) (time.Time, error) {
	a.alive = nil // who asks is not the sender
	return a.box().Late(ctx, now)
}

// Exchange settles letters and claims others (outbox.Queue).
func (a account) Exchange(ctx context.Context, settled []desk.Settled, claim desk.Claim) ([]desk.Letter, error) {
	return a.box().Exchange(ctx, settled, claim)
}

// Sync puts what was settled on the disk (outbox.Queue).
func (a account) Sync() error { return a.db.Sync() }

// Capped counts what the cap holds (outbox.Queue).
func (a account) Capped(ctx context.Context, now time.Time) (int, error) {
	return a.box().Capped(ctx, now)
}
