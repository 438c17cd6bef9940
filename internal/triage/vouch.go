package triage

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
)

// Vouch is an editor's word that an address is now that of the author in whose name
// a request is: for an author whose address on file is dead. Once a second editor
// says the same, the old address is told and may object until the delay is over;
// then the request goes on. Errors as for Decide.
func (d *Decisions) Vouch(ctx context.Context, ref desk.Reference, address, who string) (Done, error) {
	d = d.of(ref)
	editor, err := d.editor(who)
	if err != nil {
		return Done{}, err
	}
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address {
		return Done{}, fmt.Errorf("%w: %q is no mail address", ErrMissing, address)
	}
	address = strings.ToLower(address)
	r, err := d.request(ctx, ref)
	if err != nil {
		return Done{}, err
	}
	if r.Work.Author(address) != nil {
		return Done{}, fmt.Errorf("%w: %s is on file already", ErrNotTheir, address)
	}
	if err := d.vouchable(ctx, address, editor); err != nil {
		return Done{}, err
	}
	if r.State == desk.AwaitingConfirm {
		if err := d.doubt(ctx, &r); err != nil {
			return Done{}, err
		}
	}
	was := r.State
	if r.State, err = desk.NextRequest(r.State, desk.ActProveIdentity); err != nil {
		return Done{}, err
	}
	o := Order{Act: desk.ActProveIdentity, Editor: editor.Address}
	first, err := d.first(ctx, o, desk.Approval{CaseID: r.CaseID, Act: o.Act, Editor: o.Editor, Value: address})
	if err != nil || first == "" {
		return Done{Reference: r.Reference, State: string(was), Awaits: true}, err
	}
	c := &desk.Change{Request: &r, RequestWas: was, Decision: &desk.Decision{CaseID: r.CaseID, Act: o.Act, Editor: first, Second: o.Editor}}
	r.Vouched, r.TokenHash = address, ""
	r.Until = d.Clock().Add(d.Manner().Delays.Identity)
	c.Events = decided(o.Act, string(r.State), "")
	if err := d.warnOld(c, r); err != nil {
		return Done{}, err
	}
	return d.apply(ctx, c, r.Reference, string(r.State))
}

// vouchable says why an address cannot become an author's: it is another author's,
// the desk's, or that of the editor who vouches for it.
func (d *Decisions) vouchable(ctx context.Context, address string, editor Editor) error {
	if strings.EqualFold(address, d.Address) {
		return fmt.Errorf("%w: %s is the desk's own address", ErrNotTheir, address)
	}
	if strings.EqualFold(address, editor.Address) {
		return fmt.Errorf("%w: nobody vouches for an address of their own", ErrNotTheir)
	}
	taken, err := d.Docket.IsAuthors(ctx, address)
	if err == nil && taken {
		err = fmt.Errorf("%w: %s is another author's address; if both are one person, merge them first", ErrNotTheir, address)
	}
	return err
}

// doubt says that nobody answers at the address on file.
func (d *Decisions) doubt(ctx context.Context, r *desk.Request) error {
	c := &desk.Change{Request: r, RequestWas: r.State}
	var err error
	if r.State, err = desk.NextRequest(r.State, desk.ActDoubtIdentity); err != nil {
		return err
	}
	r.Until, r.TokenHash = time.Time{}, ""
	c.Events = decided(desk.ActDoubtIdentity, string(r.State), "")
	return d.Docket.Apply(ctx, c)
}

// warnOld tells every address on file of a work that another one is about to count
// as its author's.
func (d *Decisions) warnOld(c *desk.Change, r desk.Request) error {
	for _, s := range r.Work.Authors() {
		for _, old := range s.Addresses {
			if old == r.Vouched {
				continue
			}
			env := notice.Envelope{From: d.Address, FromName: d.Manner().Name, To: old, At: d.Clock().In(d.Zone), Lang: d.Manner().Lang}
			mail, err := d.Manner().Notices.Identity(env, notice.Identity{
				Reference: r.Reference, Work: r.Work.Reference(), Title: r.Work.Title(), Until: r.Until.In(d.Zone),
			})
			if err := d.queue(c, mail, err); err != nil {
				return err
			}
		}
	}
	return nil
}
