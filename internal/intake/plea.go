package intake

import (
	"cmp"
	"errors"
	"slices"
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

	request *desk.Request  // the one that it is about already; nil: a new one
	change  *desk.Change   // what it does; nil for nothing
	attach  int64          // the case that the mail joins, where it opens none
	flag    string         // what a person should know
	near    []notice.Named // what they may have meant, where nothing was recognised
	mute    bool           // no answer: an editor reads it
	told    *notice.Plea   // what the author is told; nil: the confirmation says it, or the neutral answer
	token   string         // the address that a token goes to; "" for none
	tells   []string       // the co-authors' addresses that are told of it
}

// pleas weighs a mail that asks for withdrawals: one plea for each work that it
// names, or one for none.
func (f *Flow) pleas(a *Assessment, k desk.Knowledge) []*plea {
	waiting := k.Request // of which nobody could tell what it is about
	if waiting != nil && (waiting.State != desk.AwaitingReference || waiting.Asker != a.Message.From.Address) {
		waiting = nil
	}
	var all []*plea
	for i, found := range k.Works {
		p := &plea{work: found.Work, typed: found.Typed, author: found.Work.Author(a.Message.From.Address)}
		if i == 0 && found.Open == nil {
			p.request = waiting
		}
		f.weigh(a, p, found)
		all = append(all, p)
	}
	if len(all) == 0 {
		all = append(all, f.unresolved(a, k, waiting))
	}
	return all
}

// weigh decides what one wish does.
func (f *Flow) weigh(a *Assessment, p *plea, found desk.Found) {
	p.proved = p.author != nil && a.Authentication.Result == email.AuthPass
	p.mismatch, p.subjectFormat = a.Format != "" && a.Format != found.Work.Format(), a.Format
	refused := withdrawable(found.Work)
	switch {
	case found.Open != nil:
		f.again(a, p, *found.Open)
	case refused != nil:
		p.over(found, refused)
	case p.proved && !p.mismatch:
		f.open(a, p, p.work.Proof())
		f.settle(p, "authentication")
		p.tellResult()
	default:
		f.askConfirmation(a, p)
	}
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
	if last := found.Last; last != nil {
		_, err := desk.NextRequest(last.State, desk.ActConfirm)
		if errors.As(err, &refused) {
			p.told = &notice.Plea{Stage: notice.StageDone, Why: refused.Reason, On: last.ChangedAt}
		}
	}
}

// again joins a wish to the request that is open for the same work. A proved
// author's confirms it.
func (f *Flow) again(a *Assessment, p *plea, open desk.Request) {
	p.attach = open.CaseID
	switch {
	case p.author == nil:
		p.flag = strangersRequest
	case p.proved && !p.mismatch && p.move(open, p.work.Proof()):
		f.settle(p, "authentication")
		p.tellResult()
	default:
		p.told = &notice.Plea{Stage: notice.StageOpen, Why: stateReason(open.State), Until: open.Until}
	}
}

// strangersRequest flags a wish about a work from an address that is not its author's.
const strangersRequest = "request-from-another-address"

// stateReason is how far a request got, as its author is told.
func stateReason(s desk.RequestState) desk.Reason {
	_, err := desk.NextRequest(s, desk.ActRegister) // no request knows that act
	refused := (*desk.Refusal)(nil)
	errors.As(err, &refused)
	return refused.Reason
}

// askConfirmation opens a request that its author must confirm. Where the desk has
// no address of any author, editors must find out who asks.
func (f *Flow) askConfirmation(a *Assessment, p *plea) {
	f.open(a, p, desk.ActAskConfirmation)
	p.token = onFile(p.work, p.author, a.Message.From.Address)
	r := p.change.Request
	if p.token == "" {
		p.act(desk.ActDoubtIdentity)
		return
	}
	r.TokenTo, r.TokenUntil = p.token, f.now().Add(f.Rules.Desk.Withdrawal.Confirm)
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
func (f *Flow) unresolved(a *Assessment, k desk.Knowledge, waiting *desk.Request) *plea {
	p := &plea{typed: strings.Join(a.Mistyped, ", "), near: near(a, k.Own)}
	if waiting != nil {
		p.attach, p.mute, p.near = waiting.CaseID, true, nil
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
// withdrawn; the ledger refuses what moved since (desk.ErrMoved).
func (f *Flow) settle(p *plea, by string) {
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
	asks := a.Kind == desk.KindWithdrawal || k.Request.State == desk.AwaitingReference
	if asks && !k.Token && f.Rules.Reply(a.ownWords()) == rules.ReplyNone && (len(k.Works) > 0 || k.Request.State == desk.AwaitingReference) {
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

// answerRequest is a reply on a request: its author confirms it or takes it back, a
// co-author objects, or there is something for an editor to read. Whoever holds
// the token, or was sent the notice that is answered, has the mailbox of that
// address; From must be an address of the author's all the same.
func (f *Flow) answerRequest(a *Assessment, k desk.Knowledge) *plea {
	r, from := *k.Request, a.Message.From.Address
	p := &plea{work: r.Work, attach: r.CaseID, author: r.Author(from), mute: true}
	holds := k.Token || k.Recipient == from
	p.proved = p.author != nil && (holds || a.Authentication.Result == email.AuthPass)
	if p.author == nil {
		if r.State != desk.AwaitingReference {
			p.flag = "reply-from-another-address"
		}
		return p
	}
	if !p.proved {
		p.flag = "sender-not-authenticated"
		return p
	}
	asking := r.Asking()
	own := asking != nil && slices.Equal(asking.Addresses, p.author.Addresses)
	switch reply := f.Rules.Reply(a.ownWords()); {
	case reply == rules.ReplyConfirm && own && k.Token && f.now().After(r.TokenUntil):
		p.told = &notice.Plea{Stage: notice.StageExpired}
	case reply == rules.ReplyConfirm && own && k.Token && withdrawable(r.Work) == nil && p.move(r, p.work.Proof()):
		f.settle(p, "reply")
		p.tellResult()
	case reply == rules.ReplyCancel && own && p.move(r, desk.ActCancel):
		p.change.Request.TokenHash, p.change.Request.Until = "", time.Time{}
		p.told = &notice.Plea{Stage: notice.StageCancelled}
	case (reply == rules.ReplyObject || reply == rules.ReplyCancel) && !own && p.move(r, desk.ActObject):
		p.change.Objection = &desk.Objection{Address: from, Text: a.ownWords()}
		p.told = &notice.Plea{Stage: notice.StageObjected}
	case reply != rules.ReplyNone && !r.State.Open():
		p.told = &notice.Plea{Stage: notice.StageDone, Why: stateReason(r.State), On: r.ChangedAt}
	case k.Token && own:
		p.told = &notice.Plea{Stage: notice.StageAgain}
	}
	return p
}
