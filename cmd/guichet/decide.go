package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
	"github.com/bara-think-tank/guichet/internal/triage"
)

// decideCommand is `guichet decide`.
type decideCommand struct {
	configured
	deciding
	Reference string `arg:"" help:"The reference of a submission, a publication or a withdrawal request."`
	Act       string `arg:"" enum:"accept,complete,decline,publish,grant,refuse,retract,remove,concern,reinstate,undo,close" help:"accept, complete, decline or publish a text; grant or refuse a withdrawal; retract, remove (two editors), concern or reinstate a publication; undo what can be undone; close a case that asks for no decision."`
	Motive    string `help:"Why: told to the author; of a retraction, a removal and a concern it is for the file."`
	Public    string `help:"What the site says of a retraction, a removal or a concern."`
	Category  string `help:"The reason of a retraction, a removal or a concern."`
	URL       string `help:"With publish: the page on the site."`
	On        string `help:"With publish: the day of publication; today without it." placeholder:"DATE"`
}

// publishCommand is `guichet publish`: decide REF publish.
type publishCommand struct {
	configured
	deciding
	Reference string `arg:"" help:"The reference of an accepted submission."`
	URL       string `required:"" help:"The page on the site."`
	On        string `help:"The day of publication; today without it." placeholder:"DATE"`
}

// vouchCommand is `guichet vouch`.
type vouchCommand struct {
	configured
	deciding
	Reference string `arg:"" help:"The reference of a withdrawal request, or of the text that it is about."`
	Address   string `required:"" help:"The address that the author has now."`
}

// deciding is who decides, and how the result is printed.
type deciding struct {
	As   string `required:"" help:"Who decides: the name or the address of an editor of the configuration." placeholder:"EDITOR"`
	JSON bool   `help:"One JSON object."`
}

// Run carries out a decision.
func (c decideCommand) Run(a *app) error {
	return a.decide(c.Config, c.deciding, c.Reference, func(d *triage.Decisions, ref desk.Reference, zone *time.Location) (triage.Done, error) {
		on, err := dayOf(c.On, zone)
		if err != nil {
			return triage.Done{}, err
		}
		return d.Decide(a.ctx, triage.Order{
			Reference: ref, Act: desk.Act(c.Act), Editor: c.As, Motive: c.Motive, Public: c.Public, Category: c.Category, URL: c.URL, On: on,
		})
	})
}

// Run publishes an accepted text.
func (c publishCommand) Run(a *app) error {
	return decideCommand{configured: c.configured, deciding: c.deciding, Reference: c.Reference, Act: string(desk.ActPublish), URL: c.URL, On: c.On}.Run(a)
}

// Run gives an editor's word for an address.
func (c vouchCommand) Run(a *app) error {
	return a.decide(c.Config, c.deciding, c.Reference, func(d *triage.Decisions, ref desk.Reference, _ *time.Location) (triage.Done, error) {
		return d.Vouch(a.ctx, ref, c.Address, c.As)
	})
}

// dayOf reads a day; zero where none is given.
func dayOf(text string, zone *time.Location) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil {
		return day, badUse{fmt.Errorf("--on: %q is no date; accepted: 2026-11-23", text)}
	}
	return day, nil
}

// decide opens the desk, has something decided, prints what it came to, and leaves
// the notices to the daemon, which sends them within a minute.
func (a *app) decide(config string, c deciding, reference string, what func(*triage.Decisions, desk.Reference, *time.Location) (triage.Done, error)) error {
	ref, err := typedReference(reference)
	if err != nil {
		return err
	}
	w, done, err := a.openWorks(config, store.Open)
	if err != nil {
		return err
	}
	defer done()
	result, err := what(w.decisions, ref, w.decisions.Zone)
	if err != nil {
		return decisionError(err, ref)
	}
	return c.print(a, result)
}

// typedReference reads a reference as a person types it. Publications from before the
// desk have references of their own.
func typedReference(typed string) (desk.Reference, error) {
	ref, err := desk.ParseReference(typed)
	if errors.Is(err, desk.ErrCheck) {
		return "", badUse{fmt.Errorf("%s: %w; one looks like BARA-2026-0042-R", typed, err)}
	}
	if err != nil {
		return desk.Reference(strings.TrimSpace(typed)), nil
	}
	return ref, nil
}

// decisionError says of an error of a decision whose it is.
func decisionError(err error, ref desk.Reference) error {
	refused := (*desk.Refusal)(nil)
	switch {
	case errors.Is(err, triage.ErrNoEditor), errors.Is(err, triage.ErrMissing):
		return badUse{err}
	case errors.Is(err, desk.ErrNotFound):
		return fmt.Errorf("%s: %w", ref, err)
	case errors.As(err, &refused):
		return fmt.Errorf("%s: %w", ref, err)
	}
	return err
}

// print says what a decision came to.
func (c deciding) print(a *app, done triage.Done) error {
	if c.JSON {
		return json.NewEncoder(a.out).Encode(struct {
			Reference desk.Reference `json:"reference"`
			State     string         `json:"state"`
			Told      []string       `json:"told"`
			Awaits    bool           `json:"awaits_second_editor"`
		}{done.Reference, done.State, orEmpty(done.Told), done.Awaits})
	}
	if done.Awaits {
		_, err := fmt.Fprintf(a.out, "%s: kept; a second editor must decide the same within 30 days\n", done.Reference)
		return err
	}
	told := "nobody is told: no address is on file"
	if len(done.Told) > 0 {
		told = "told: " + strings.Join(done.Told, ", ")
	}
	_, err := fmt.Fprintf(a.out, "%s: %s; %s\n", done.Reference, strings.ReplaceAll(done.State, "_", " "), told)
	return err
}
