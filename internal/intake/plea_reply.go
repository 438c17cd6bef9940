package intake

import (
	"slices"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/rules"
)

// answerRequest is a reply on a request: its author confirms it or takes it back, a
// co-author objects, or there is something for an editor to read. Whoever holds
// the token, or was sent the notice that is answered, has the mailbox of that
// address; From must be an address of the author's all the same, and not refuted by
// the receiving server.
func (f *Flow) answerRequest(a *Assessment, k desk.Knowledge) *plea {
	r, from := *k.Request, a.Message.From.Address
	p := &plea{work: r.Work, attach: r.CaseID, author: r.Author(from)}
	holds := k.Token || k.Recipient == from
	p.proved = p.author != nil && a.Authentication.Result != email.AuthFail && (holds || a.Authentication.Result == email.AuthPass)
	if p.author == nil {
		p.fromStranger(r, from)
		return p
	}
	p.reason = desk.Because("reply", string(r.Reference))
	if !p.proved {
		p.flag, p.asks, p.reason = "sender-not-authenticated", true, desk.Because("reply-unproved", string(r.Reference))
		return p
	}
	asking := r.Asking()
	own := asking != nil && slices.Equal(asking.Addresses, p.author.Addresses)
	if !f.carriesOut(a, k, p, own) {
		f.tellReply(a, k, p, own)
	}
	return p
}

// fromStranger is a reply from nobody's address. It changes nothing; what the asker
// has to say, an address lost most likely, a person reads.
func (p *plea) fromStranger(r desk.Request, from string) {
	p.flag, p.reason = "reply-from-another-address", desk.Because("reply-stranger", string(r.Reference), from)
	p.asks = from != "" && from == r.Asker && r.State.Open()
}

// carriesOut moves the request as its author's or a co-author's reply says; false
// where it says nothing that can be done.
func (f *Flow) carriesOut(a *Assessment, k desk.Knowledge, p *plea, own bool) bool {
	r, reply := *k.Request, f.Rules.Reply(a.ownWords())
	by := "reply"
	if !k.Token {
		by = "authentication"
	}
	valid := k.Token && !f.now().After(r.TokenUntil) || !k.Token && a.Authentication.Result == email.AuthPass
	valid = valid && r.Work.Author(a.Message.From.Address) != nil // one that editors vouch for waits until the old one had its say
	switch {
	case reply == rules.ReplyConfirm && own && valid && r.Work.Known() && withdrawable(r.Work) == nil && p.move(r, p.work.Proof()):
		f.settle(a, p, by)
		p.tellResult()
	case reply == rules.ReplyCancel && own && p.move(r, desk.ActCancel):
		p.cancelled()
	case (reply == rules.ReplyObject || reply == rules.ReplyCancel) && !own && p.move(r, desk.ActObject):
		p.change.Objection = &desk.Objection{Address: a.Message.From.Address, Text: a.ownWords()}
		p.told = &notice.Plea{Stage: notice.StageObjected}
	default:
		return false
	}
	return true
}

// tellReply answers a reply that changes nothing, or has an editor read it.
func (f *Flow) tellReply(a *Assessment, k desk.Knowledge, p *plea, own bool) {
	r, reply := *k.Request, f.Rules.Reply(a.ownWords())
	refused := (*desk.Refusal)(nil)
	if r.Work.Known() {
		refused = withdrawable(r.Work)
	}
	switch confirms := reply == rules.ReplyConfirm && own; {
	case reply != rules.ReplyNone && !r.State.Open():
		p.told = &notice.Plea{Stage: notice.StageDone, Why: r.State.Why(), On: r.ChangedAt}
	case confirms && refused != nil:
		p.told = &notice.Plea{Stage: notice.StageOver, Why: refused.Reason}
	case confirms && k.Token && f.now().After(r.TokenUntil):
		p.told = &notice.Plea{Stage: notice.StageExpired}
	case confirms:
		p.told = &notice.Plea{Stage: notice.StageOpen, Why: progress(r), Until: r.Until}
	case own && a.answersToken(r): // an answer to what this says is for a person
		p.told = &notice.Plea{Stage: notice.StageAgain}
	default:
		p.asks = true
	}
}

// answersToken says whether the mail answers the confirmation itself.
func (a *Assessment) answersToken(r desk.Request) bool {
	return slices.ContainsFunc(a.Message.InReplyTo, func(id string) bool { return desk.TokenHash(id) == r.TokenHash })
}
