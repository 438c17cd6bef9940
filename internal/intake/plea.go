package intake

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/rules"
)

// plea is one wish of a mail about one work, or about none that could be told.
//
// From is a claim: what an author is told goes to an address on file, and whoever
// is not an author gets the neutral answer, whatever exists. A plea moves a request
// only through desk.NextRequest.
type plea struct {
	work   desk.Work
	author *desk.Signatory // whose address From is; nil for nobody's
	proved bool            // the receiving server says that it is
	typed  string          // what the mail has

	mismatch      bool   // the subject says another format than the work's
	subjectFormat string // which

	request *desk.Request // the one that it is about already; nil: a new one
	change  *desk.Change  // what it does; nil for nothing
	attach  int64         // the case that the mail joins, where it opens none
	flag    string        // what a person should know
	asks    bool          // a person has to read this
	reason  desk.Reason   // why, where it is not the mail's own
	told    *notice.Plea  // what the author is told; nil: the confirmation says it, or the neutral answer
	token   string        // the address that a token goes to; "" for none
	tells   []string      // the co-authors' addresses that are told of it
}

// pleas weighs a mail that asks for withdrawals: one plea for each work that it
// names, or one for none.
func (f *Flow) pleas(a *Assessment, k desk.Knowledge) []*plea {
	waiting := k.Request // of which nobody could tell what it is about
	if waiting != nil && (waiting.State != desk.AwaitingReference || waiting.Asker != a.Message.From.Address) {
		waiting = nil
	}
	var all []*plea
	for _, found := range first(k.Works) {
		p := &plea{work: found.Work, typed: found.Typed, author: found.Work.Author(a.Message.From.Address)}
		if len(all) == 0 && found.Open == nil {
			p.request = waiting
		}
		f.weigh(a, k, p, found)
		all = append(all, p)
	}
	if len(all) == 0 {
		all = append(all, f.unresolved(a, waiting))
	}
	return all
}

// weigh decides what one wish does.
func (f *Flow) weigh(a *Assessment, k desk.Knowledge, p *plea, found desk.Found) {
	from := a.Message.From.Address
	reply := f.Rules.Reply(a.ownWords())
	said := (!a.borrowed(found) || k.Recipient == from) && reply != rules.ReplyCancel && reply != rules.ReplyObject
	p.proved = p.author != nil && said && a.Authentication.Result == email.AuthPass
	p.mismatch, p.subjectFormat = a.Format != "" && a.Format != found.Work.Format(), a.Format
	refused := withdrawable(found.Work)
	switch last := found.Last; {
	case refused != nil:
		p.over(found, refused)
	case found.Open != nil:
		f.again(a, p, *found.Open)
	case last != nil && last.State == desk.RequestRefused && p.author != nil:
		p.attach, p.asks = last.CaseID, true
		p.told = &notice.Plea{Stage: notice.StageDone, Why: last.State.Why(), On: last.ChangedAt}
	case p.proved && !p.mismatch:
		f.open(a, p, p.work.Proof())
		f.settle(a, p, "authentication")
		p.tellResult()
	case last != nil && p.author == nil && f.askedLately(*last):
		p.attach, p.flag = last.CaseID, strangersRequest
	default:
		f.askConfirmation(a, p)
	}
}

// askedLately says whether a request's author got a token within the last day. No
// other goes out then: a stranger could fill a mailbox with them.
func (f *Flow) askedLately(r desk.Request) bool {
	const between = 24 * time.Hour
	return !r.TokenUntil.IsZero() && f.now().Before(r.TokenUntil.Add(between-f.Rules.Desk.Withdrawal.Confirm))
}

// withdrawable is nil where a work can be withdrawn, else why not.
func withdrawable(w desk.Work) *desk.Refusal {
	refused := (*desk.Refusal)(nil)
	errors.As(w.Withdrawable(), &refused)
	return refused
}

// over answers a wish for what is withdrawn already, or was never to be published.
func (p *plea) over(found desk.Found, refused *desk.Refusal) {
	switch w := found.Work; {
	case found.Open != nil:
		p.attach = found.Open.CaseID
	case p.request != nil:
		p.attach = p.request.CaseID
	case found.Last != nil:
		p.attach = found.Last.CaseID
	case w.Submission != nil:
		p.attach = w.Submission.ID
	default:
		p.attach = w.Publication.CaseID
	}
	if p.author == nil {
		p.flag = strangersRequest
		return
	}
	p.told = &notice.Plea{Stage: notice.StageOver, Why: refused.Reason}
	if last := found.Last; last != nil && last.State == desk.RequestGranted {
		p.told = &notice.Plea{Stage: notice.StageDone, Why: last.State.Why(), On: last.ChangedAt}
	}
}

// again joins a wish to the request that is open for the same work. A proved
// author's confirms it; one that is not proved gets another token, a day after the
// last.
func (f *Flow) again(a *Assessment, p *plea, open desk.Request) {
	p.attach = open.CaseID
	switch {
	case p.author == nil:
		p.flag = strangersRequest
	case f.takesBack(a, p, open) && p.move(open, desk.ActCancel):
		p.cancelled()
	case p.proved && !p.mismatch && p.move(open, p.work.Proof()):
		f.settle(a, p, "authentication")
		p.tellResult()
	case !f.askedLately(open) && p.move(open, desk.ActAskConfirmation):
		f.sendToken(p, a.Message.From.Address)
	default:
		p.told = &notice.Plea{Stage: notice.StageOpen, Why: progress(open), Until: open.Until}
	}
}

// takesBack says whether a proved author, in a mail of its own, takes an open
// request back.
func (f *Flow) takesBack(a *Assessment, p *plea, open desk.Request) bool {
	asking := open.Asking()
	return a.Authentication.Result == email.AuthPass && asking != nil && asking.Holds(a.Message.From.Address) &&
		f.Rules.Reply(a.ownWords()) == rules.ReplyCancel
}

// cancelled is what follows a request that its author took back.
func (p *plea) cancelled() {
	r := p.change.Request
	r.TokenHash, r.Until, r.Vouched = "", time.Time{}, ""
	p.told = &notice.Plea{Stage: notice.StageCancelled}
}

// progress is how far an open request got, as its author is told: where a token is
// out, what to do with it.
func progress(r desk.Request) desk.Reason {
	if r.State == desk.AwaitingConfirm {
		return desk.Because("request-asked")
	}
	return r.State.Why()
}

// strangersRequest flags a wish about a work from an address that is not its author's.
const strangersRequest = "request-from-another-address"

// askConfirmation opens a request that its author must confirm. Where the desk has
// no address of any author, editors must find out who asks.
func (f *Flow) askConfirmation(a *Assessment, p *plea) {
	f.open(a, p, desk.ActAskConfirmation)
	to := onFile(p.work, p.author, a.Message.From.Address)
	if to == "" {
		p.act(desk.ActDoubtIdentity)
		return
	}
	f.sendToken(p, to)
}

// sendToken has a token go to an address on file.
func (f *Flow) sendToken(p *plea, to string) {
	r := p.change.Request
	p.token = to
	r.TokenTo, r.TokenUntil = to, f.now().Add(f.Rules.Desk.Withdrawal.Confirm)
	r.Until = r.TokenUntil
}

// onFile is where an author is asked: the very address that asked where it is one
// of theirs, else the first that is on file.
func onFile(w desk.Work, author *desk.Signatory, from string) string {
	if author != nil {
		return from
	}
	for _, s := range w.Authors() {
		for _, address := range s.Addresses {
			if address != "" {
				return address
			}
		}
	}
	return ""
}

// unresolved is a request of which nobody can tell what it is about: a new one, or
// the one that waits to be told.
func (f *Flow) unresolved(a *Assessment, waiting *desk.Request) *plea {
	p := &plea{typed: strings.Join(first(a.Mistyped), ", ")}
	if waiting != nil { // what they have to say instead, a person reads
		p.attach, p.asks, p.reason = waiting.CaseID, true, desk.Because("reply", string(waiting.Reference))
		return p
	}
	f.open(a, p, desk.ActAskReference)
	p.change.Request.Until = f.now().Add(f.Rules.Desk.Withdrawal.Reference)
	return p
}

// open makes the plea a request, a new one unless it has one, moved by its first
// act.
func (f *Flow) open(a *Assessment, p *plea, first desk.Act) {
	from := a.Message.From
	r := desk.Request{State: desk.RequestReceived}
	if p.request != nil {
		r = *p.request
	}
	p.change = &desk.Change{Request: &r, RequestWas: r.State}
	r.Work, r.Typed, r.Asker, r.Until = p.work, p.typed, from.Address, time.Time{}
	r.Authentication, r.Evidence = authentication(a.Authentication), a.Authentication.Header
	p.act(first)
	if p.request != nil {
		p.attach = r.CaseID
		return
	}
	p.change.Opens = &desk.Case{
		Kind: desk.KindWithdrawal, Format: cmp.Or(p.work.Format(), a.Format), Queue: desk.QueueWithdrawals, Reason: a.Reason,
		Title: cmp.Or(p.work.Title(), a.Message.Subject), Author: cmp.Or(from.Name, from.Address), Address: from.Address,
	}
}

// move has an act move a request that is there; false where its state refuses it.
func (p *plea) move(r desk.Request, act desk.Act) bool {
	if _, err := desk.NextRequest(r.State, act); err != nil {
		return false
	}
	p.change = &desk.Change{Request: &r, RequestWas: r.State}
	p.act(act)
	return true
}

// act moves the plea's request and logs it: states and references, nobody's name.
// Every act that is used so has its place in the table of states.
func (p *plea) act(act desk.Act) {
	r := p.change.Request
	next, err := desk.NextRequest(r.State, act)
	if err != nil {
		return
	}
	r.State = next
	p.change.Events = append(p.change.Events, r.Moved(act))
}

// settle is what follows a proof: the change is completed, and the other authors of
// a published work are told. The proof moved the request, so that the work can be
// withdrawn; the ledger refuses what moved since (desk.ErrMoved). The request is then
// in the name of the author who was proved.
func (f *Flow) settle(a *Assessment, p *plea, by string) {
	if r := p.change.Request; by == "authentication" {
		r.Asker, r.TokenTo = a.Message.From.Address, ""
		r.Authentication, r.Evidence = authentication(a.Authentication), a.Authentication.Header
	}
	if err := p.change.Settle(by, f.now(), f.Rules.Desk.Withdrawal.CoolingOff); err == nil && p.change.Request.State == desk.CoolingOff {
		p.tells = p.work.CoAuthors(p.author)
	}
}

// tellResult tells a proved author what their wish came to.
func (p *plea) tellResult() {
	p.told = &notice.Plea{Stage: notice.StageConfirmed, Until: p.change.Request.Until}
	if p.change.Request.State == desk.RequestGranted {
		p.told.Stage = notice.StageCarried
	}
}

// onRequest is a mail that answers a request: it may tell what the request is about,
// or ask for more; else it is about that request.
func (f *Flow) onRequest(a *Assessment, k desk.Knowledge) []*plea {
	reply, unnamed := f.Rules.Reply(a.ownWords()), k.Request.State == desk.AwaitingReference
	switch {
	case k.Token || reply == rules.ReplyCancel:
	case unnamed && (reply == rules.ReplyNone || len(k.Works) > 0), // "oui, c’est BARA-…"
		a.Kind == desk.KindWithdrawal && reply == rules.ReplyNone && len(k.Works) > 0:
		return f.pleas(a, k)
	}
	return []*plea{f.answerRequest(a, k)}
}

// deadAddress is the bounce of a confirmation: its author cannot be asked there.
func deadAddress(r desk.Request) *plea {
	p := &plea{work: r.Work, attach: r.CaseID}
	if p.move(r, desk.ActDoubtIdentity) {
		p.change.Request.TokenHash, p.change.Request.Until = "", time.Time{}
	}
	return p
}
