package triage

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/rules"
)

// Errors of Decide that are the editor's to repair.
var (
	ErrNoEditor = errors.New("no such editor is configured")
	ErrMissing  = errors.New("something is missing")
	ErrNotTheir = errors.New("that act is not for this")
)

// Docket is what decisions read and write of the ledger.
type Docket interface {
	Case(ctx context.Context, ref desk.Reference) (desk.Case, error)
	Work(ctx context.Context, ref desk.Reference) (desk.Work, error)
	RequestByCase(ctx context.Context, ref desk.Reference) (desk.Request, error)
	OpenRequest(ctx context.Context, w desk.Work) (desk.Request, error)
	RequestByToken(ctx context.Context, hash string) (desk.Request, error)
	DueRequests(ctx context.Context, now time.Time) ([]desk.Request, error)
	Decisions(ctx context.Context, caseID, publicationID int64) ([]desk.Decision, error)
	IsAuthors(ctx context.Context, address string) (bool, error)
	Approvals(ctx context.Context, act desk.Act, caseID, publicationID int64) ([]desk.Approval, error)
	Thread(ctx context.Context, caseID int64, address string) (desk.Thread, error)
	Apply(ctx context.Context, c *desk.Change) error
}

// Decisions carries out what editors decide and what time brings, each in one
// change with the mails that tell it.
type Decisions struct {
	Editors []Editor
	Docket  Docket
	Address string // of the mailbox: our notices come from it
	Manner  func() Manner
	// Voices gives the mailbox and the manner of a reference's own publication, where
	// there are several; nil, or false: Address and Manner.
	Voices func(ref desk.Reference) (Voice, bool)
	Zone   *time.Location
	Clock  func() time.Time
	Log    *slog.Logger
	Wake   func() // tells the outbox that a notice was queued; may be nil
}

// Manner is what the rules in force say of decisions: they may change while the
// desk runs.
type Manner struct {
	Name    string // of the publication
	Lang    string // in which authors are told
	Notices *notice.Composer
	Delays  rules.Withdrawal
}

// Order is what an editor wants done.
type Order struct {
	Reference desk.Reference // of a submission, a publication or a request
	Act       desk.Act
	Editor    string // who decides: the name or the address of one of Editors
	Motive    string // told to the author, but for a retraction and a removal: there it is for the file
	Public    string // of a retraction, a removal or a concern: what the site says
	Category  string // likewise: one of desk.Categories
	URL       string // of a publication: its page
	On        time.Time
}

// Done is what a decision came to.
type Done struct {
	Reference desk.Reference
	State     string
	Told      []string // to whom a notice was written
	Awaits    bool     // a second editor must decide the same
}

// acts is what each act of an editor is for, and what it needs.
var acts = map[desk.Act]struct {
	carry func(*Decisions, context.Context, Order) (Done, error)
	needs []string
}{
	desk.ActAccept:    {(*Decisions).onSubmission, nil},
	desk.ActComplete:  {(*Decisions).onSubmission, []string{"motive"}},
	desk.ActDecline:   {(*Decisions).onSubmission, []string{"motive"}},
	desk.ActPublish:   {(*Decisions).onSubmission, []string{"url"}},
	desk.ActRetract:   {(*Decisions).onPublication, []string{"category", "public"}},
	desk.ActRemove:    {(*Decisions).onPublication, []string{"category", "public"}},
	desk.ActConcern:   {(*Decisions).onPublication, []string{"category", "public"}},
	desk.ActReinstate: {(*Decisions).onPublication, []string{"motive"}},
	desk.ActGrant:     {(*Decisions).onRequest, nil},
	desk.ActRefuse:    {(*Decisions).onRequest, []string{"motive"}},
	desk.ActUndo:      {(*Decisions).undo, nil},
	desk.ActClose:     {(*Decisions).close, nil},
}

// Decide carries out an order. Its errors are ErrNoEditor, ErrMissing, ErrNotTheir,
// desk.ErrNotFound, desk.ErrMoved and *desk.Refusal: then nothing has changed.
func (d *Decisions) Decide(ctx context.Context, o Order) (Done, error) {
	act, known := acts[o.Act]
	if !known {
		return Done{}, fmt.Errorf("%w: %s is no decision", ErrNotTheir, o.Act)
	}
	editor, err := d.editor(o.Editor)
	if err != nil {
		return Done{}, err
	}
	o.Editor = editor.Address
	if err := o.complete(act.needs); err != nil {
		return Done{}, err
	}
	done, err := act.carry(d.of(o.Reference), ctx, o)
	if err == nil && len(done.Told) > 0 && d.Wake != nil {
		d.Wake()
	}
	return done, err
}

// editor finds an editor by address or by name.
func (d *Decisions) editor(who string) (Editor, error) {
	at := slices.IndexFunc(d.Editors, func(e Editor) bool {
		return strings.EqualFold(e.Address, strings.TrimSpace(who)) || strings.EqualFold(e.Name, strings.TrimSpace(who))
	})
	if who == "" || at < 0 {
		var known []string
		for _, e := range d.Editors {
			known = append(known, e.Address)
		}
		return Editor{}, fmt.Errorf("%w: %q; accepted: %s", ErrNoEditor, who, strings.Join(known, ", "))
	}
	return d.Editors[at], nil
}

// complete says what an order lacks.
func (o Order) complete(needs []string) error {
	given := map[string]string{"motive": o.Motive, "public": o.Public, "category": o.Category, "url": o.URL}
	for _, need := range needs {
		if strings.TrimSpace(given[need]) == "" {
			return fmt.Errorf("%w: %s needs --%s", ErrMissing, o.Act, need)
		}
	}
	if o.Category != "" && !slices.Contains(desk.Categories, o.Category) {
		return fmt.Errorf("%w: %q is no category; accepted: %s", ErrMissing, o.Category, strings.Join(desk.Categories, ", "))
	}
	if err := desk.CheckPage(o.URL); err != nil {
		return fmt.Errorf("%w: --url: %w", ErrMissing, err)
	}
	return nil
}

// decision is the row that keeps an order.
func (o Order) decision() *desk.Decision {
	return &desk.Decision{Act: o.Act, Editor: o.Editor, Category: o.Category, Motive: o.Motive, Public: o.Public}
}

// decided is the line of the log: the act and the state, nobody's name.
func decided(act desk.Act, state, category string) []desk.Event {
	return []desk.Event{{Type: "decided", Detail: map[string]string{"act": string(act), "state": state, "category": category}}}
}

// onSubmission decides on a text that is not published.
func (d *Decisions) onSubmission(ctx context.Context, o Order) (Done, error) {
	w, err := d.Docket.Work(ctx, o.Reference)
	if err != nil {
		return Done{}, err
	}
	if w.Submission == nil {
		_, err := desk.NextSubmission(desk.Published, o.Act)
		return Done{}, err
	}
	c := *w.Submission
	change := &desk.Change{Case: &c, CaseWas: c.State, Decision: o.decision()}
	change.Decision.CaseID = c.ID
	if c.State, err = desk.NextSubmission(c.State, o.Act); err != nil {
		return Done{}, err
	}
	if o.Act == desk.ActPublish {
		change.Publication, change.Signals = d.publication(w, o), true
	}
	change.Events = decided(o.Act, string(c.State), "")
	told := notice.Decision{
		Act: o.Act, Reference: c.Reference, Title: c.Title, Format: c.Format, Motive: o.Motive, URL: o.URL, Version: c.Versions + 1,
	}
	if err := d.tell(ctx, change, c.ID, []string{c.Address}, told); err != nil {
		return Done{}, err
	}
	return d.apply(ctx, change, c.Reference, string(c.State))
}

// publication is an accepted text as it is published.
func (d *Decisions) publication(w desk.Work, o Order) *desk.Publication {
	c := w.Submission
	on := o.On
	if on.IsZero() {
		on = d.Clock()
	}
	p := &desk.Publication{
		Reference: c.Reference, CaseID: c.ID, Format: c.Format, Title: c.Title, On: on, URL: o.URL, State: desk.StandsPublished,
	}
	for i, name := range strings.Split(c.Author, ", ") {
		s := desk.Signatory{Name: name}
		if i == 0 {
			s.AuthorID, s.Addresses = w.Sender.AuthorID, w.Sender.Addresses
		}
		p.Authors = append(p.Authors, s)
	}
	return p
}

// onPublication retracts, removes, doubts or reinstates a publication. Removing
// takes two editors.
func (d *Decisions) onPublication(ctx context.Context, o Order) (Done, error) {
	w, err := d.Docket.Work(ctx, o.Reference)
	if err != nil {
		return Done{}, err
	}
	if w.Publication == nil {
		return Done{}, fmt.Errorf("%w: %s is not published", ErrNotTheir, o.Reference)
	}
	p := *w.Publication
	change := &desk.Change{Publication: &p, PublicationWas: p.State, Decision: o.decision(), Signals: true}
	change.Decision.CaseID = p.CaseID
	if p.State, err = desk.NextPublication(p.State, o.Act); err != nil {
		return Done{}, err
	}
	if o.Act == desk.ActRemove {
		first, err := d.first(ctx, o, desk.Approval{PublicationID: p.ID, Act: o.Act, Editor: o.Editor, Value: o.Category})
		if err != nil || first == "" {
			return Done{Reference: o.Reference, State: string(w.Publication.State), Awaits: true}, err
		}
		change.Decision.Editor, change.Decision.Second = first, o.Editor
	}
	if err := d.lapse(ctx, change, *w.Publication); err != nil {
		return Done{}, err
	}
	change.Events = append(change.Events, decided(o.Act, string(p.State), o.Category)...)
	told := notice.Decision{
		Act: o.Act, Reference: p.Reference, Title: p.Title, Format: p.Format, URL: p.URL, Public: o.Public, Lapsed: change.Request != nil,
	}
	if o.Act == desk.ActReinstate {
		told.Motive = o.Motive
	}
	if err := d.tell(ctx, change, p.CaseID, addresses(p.Authors), told); err != nil {
		return Done{}, err
	}
	return d.apply(ctx, change, p.Reference, string(p.State))
}

// lapse ends the request that is open for a publication which a change takes off the
// site: there is nothing left to withdraw.
func (d *Decisions) lapse(ctx context.Context, c *desk.Change, was desk.Publication) error {
	if c.Publication.State != desk.StandsRetracted && c.Publication.State != desk.StandsRemoved {
		return nil
	}
	r, err := d.Docket.OpenRequest(ctx, desk.Work{Publication: &was})
	if errors.Is(err, desk.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	c.Request, c.RequestWas = &r, r.State
	if r.State, err = desk.NextRequest(r.State, desk.ActLapse); err != nil {
		return err
	}
	r.Until, r.TokenHash, r.Vouched = time.Time{}, "", ""
	c.Events = append(c.Events, r.Moved(desk.ActLapse))
	return nil
}

// first is the editor who asked for the same before, "" where this order is the
// first word: it is then kept.
func (d *Decisions) first(ctx context.Context, o Order, a desk.Approval) (string, error) {
	before, err := d.Docket.Approvals(ctx, a.Act, a.CaseID, a.PublicationID)
	if err != nil {
		return "", err
	}
	for _, b := range slices.Backward(before) {
		if b.Value == a.Value && b.Editor != a.Editor && d.Clock().Sub(b.At) < approvalLasts {
			return b.Editor, nil
		}
	}
	return "", d.Docket.Apply(ctx, &desk.Change{Approval: &a, Events: decided(o.Act, "awaits-second", o.Category)})
}

// approvalLasts is how long a first editor's word waits for a second.
const approvalLasts = 30 * 24 * time.Hour

// onRequest grants or refuses a withdrawal.
func (d *Decisions) onRequest(ctx context.Context, o Order) (Done, error) {
	r, err := d.request(ctx, o.Reference)
	if err != nil {
		return Done{}, err
	}
	change := &desk.Change{Request: &r, RequestWas: r.State, Decision: o.decision()}
	change.Decision.CaseID = r.CaseID
	if r.State, err = desk.NextRequest(r.State, o.Act); err != nil {
		return Done{}, err
	}
	told := notice.Decision{
		Act: o.Act, Reference: r.Work.Reference(), Title: r.Work.Title(), Format: r.Work.Format(), Motive: o.Motive,
		Public: o.Public, Dismissed: r.State == desk.RequestDismissed,
	}
	to := []string{r.Reach()}
	if o.Act == desk.ActGrant {
		if err := withdraw(change, r.Work); err != nil {
			return Done{}, err
		}
	}
	if r.State != desk.RequestDismissed {
		for _, address := range addresses(r.Work.Authors()) {
			if asking := r.Asking(); asking == nil || !asking.Holds(address) {
				to = append(to, address)
			}
		}
	}
	r.Until, r.TokenHash = time.Time{}, ""
	change.Events = decided(o.Act, string(r.State), o.Category)
	if err := d.tell(ctx, change, r.CaseID, to, told); err != nil {
		return Done{}, err
	}
	return d.apply(ctx, change, r.Reference, string(r.State))
}
