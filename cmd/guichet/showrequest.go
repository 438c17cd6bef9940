package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// requestLine is a withdrawal request with what it rests on, as JSON.
type requestLine struct {
	Work           desk.Reference    `json:"work"` // "" while that cannot be told
	Title          string            `json:"title"`
	Typed          string            `json:"typed"`
	State          desk.RequestState `json:"state"`
	Asker          string            `json:"asker"`
	Authentication string            `json:"authentication"`
	Evidence       string            `json:"evidence"` // the Authentication-Results that it rests on
	TokenTo        string            `json:"token_to"`
	TokenUntil     *time.Time        `json:"token_until"`
	ConfirmedAt    *time.Time        `json:"confirmed_at"`
	ConfirmedBy    string            `json:"confirmed_by"`
	Until          *time.Time        `json:"until"`
	Vouched        string            `json:"vouched"`
	Objections     []objectionLine   `json:"objections"`
}

type objectionLine struct {
	Address string    `json:"address"`
	MailID  int64     `json:"mail"`
	At      time.Time `json:"at"`
	Text    string    `json:"text"`
}

// decisionLine is what was decided, by whom and why.
type decisionLine struct {
	At       time.Time `json:"at"`
	Act      desk.Act  `json:"act"`
	Editor   string    `json:"editor"` // "" where an author or time decided
	Second   string    `json:"second"`
	Category string    `json:"category"`
	Motive   string    `json:"motive"`
	Public   string    `json:"public"`
}

// addRequest adds to a dossier the request that the case is, if it is one.
func (d *dossier) addRequest(ctx context.Context, db *store.DB) error {
	r, err := db.RequestByCase(ctx, d.Reference)
	if errors.Is(err, desk.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	line := requestLine{
		Work: r.Work.Reference(), Title: r.Work.Title(), Typed: r.Typed, State: r.State, Asker: r.Asker,
		Authentication: r.Authentication, Evidence: r.Evidence, TokenTo: r.TokenTo, TokenUntil: orNil(r.TokenUntil),
		ConfirmedAt: orNil(r.ConfirmedAt), ConfirmedBy: r.ConfirmedBy, Until: orNil(r.Until), Vouched: r.Vouched, Objections: []objectionLine{},
	}
	for _, o := range r.Objections {
		line.Objections = append(line.Objections, objectionLine{o.Address, o.MailID, o.At, o.Text})
	}
	d.Request = &line
	return nil
}

// addDecisions adds to a dossier what was decided on its case and its publication.
func (d *dossier) addDecisions(ctx context.Context, db *store.DB, caseID int64) error {
	p, err := db.Publication(ctx, d.Reference)
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		return err
	}
	all, err := db.Decisions(ctx, caseID, p.ID)
	for _, one := range all {
		d.Decisions = append(d.Decisions, decisionLine{one.At, one.Act, one.Editor, one.Second, one.Category, one.Motive, one.Public})
	}
	return err
}

// orNil keeps a time that is none out of the JSON: null.
func orNil(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// write prints a request.
func (r requestLine) write(b *strings.Builder, clock wallClock) {
	fmt.Fprintf(b, "\nrequest: %s\n", strings.ReplaceAll(string(r.State), "_", " "))
	fmt.Fprintf(b, "  of        %s\n", cmp.Or(strings.TrimSpace(string(r.Work)+"  "+r.Title), "a text that is not known yet"))
	for _, line := range []struct{ name, value string }{
		{"asked as", r.Typed},
		{"asked by", r.Asker + " (" + cmp.Or(r.Authentication, "not proved") + ")"},
		{"evidence", r.Evidence},
		{"token to", r.TokenTo + until(clock, r.TokenUntil)},
		{"confirmed", r.ConfirmedBy + on(clock, r.ConfirmedAt)},
		{"vouched", r.Vouched},
		{"until", strings.TrimPrefix(on(clock, r.Until), ", ")},
	} {
		if line.value != "" {
			fmt.Fprintf(b, "  %-9s %s\n", line.name, line.value)
		}
	}
	for _, o := range r.Objections {
		fmt.Fprintf(b, "  objection %s, %s: %s\n", clock.of(o.At), o.Address, strings.Join(strings.Fields(o.Text), " "))
	}
}

// write prints a decision.
func (d decisionLine) write(b *strings.Builder, clock wallClock) {
	who := cmp.Or(d.Editor, "the author")
	if d.Second != "" {
		who += " and " + d.Second
	}
	fmt.Fprintf(b, "  %s  %s by %s%s\n", clock.of(d.At), d.Act, who, after(" (", d.Category, ")"))
	for _, line := range []struct{ name, value string }{{"motive", d.Motive}, {"public", d.Public}} {
		if line.value != "" {
			fmt.Fprintf(b, "  %16s  %s: %s\n", "", line.name, line.value)
		}
	}
}

func on(clock wallClock, t *time.Time) string {
	if t == nil {
		return ""
	}
	return ", " + clock.of(*t)
}

func until(clock wallClock, t *time.Time) string {
	if t == nil {
		return ""
	}
	return ", until " + clock.of(*t)
}

// after puts a value between two marks; nothing where there is none.
func after(before, value, behind string) string {
	if value == "" {
		return ""
	}
	return before + value + behind
}
