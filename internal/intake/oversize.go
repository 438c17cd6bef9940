package intake

import (
	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/notice"
)

// classifyHeader says what a mail is of which the header alone was taken: its size is
// above the mailbox's limit. A machine's is known by its header; a withdrawal, a
// command and what names two formats are for a person, since what they ask stands in
// the body.
func (s Assessor) classifyHeader(a *Assessment) {
	var evidence string
	if a.Automatic, evidence = a.Message.Automatic(s.Ours); a.Automatic != desk.Human {
		a.Kind = desk.KindAutomatic
		a.Reason = desk.Because("automatic", string(a.Automatic), evidence)
		return
	}
	s.findReferences(a, "")
	c := s.Rules.Classify(a.Message.Subject, nil)
	a.Kind, a.Format, a.Title, a.Command, a.Reason = c.Kind, c.Format, c.Title, c.Command, desk.Because("oversize", megabytes(a.Received.Oversize))
	if a.Kind != desk.KindSubmission && a.Kind != desk.KindInquiry && !a.Tries() {
		a.Kind, a.Format, a.Command = desk.KindUnclear, "", ""
	}
	a.Flags = append(a.Flags, "oversize")
}

// tooLarge decides on such a mail of a person's: it is filed where its subject belongs,
// or joins the case that it answers, and its sender is told how to send it smaller.
func (d *decision) tooLarge(a *Assessment, k desk.Knowledge) {
	d.large = true
	switch {
	case a.Tries():
		d.ending, d.trial = desk.Answered, true
	case k.Request != nil && a.Kind != desk.KindSubmission: // what it says of the request stands in the body
		d.ending, d.joins = desk.Attached, k.Request.CaseID
		if from := a.Message.From.Address; k.Request.State.Open() && (k.Request.Author(from) != nil || from == k.Request.Asker) {
			d.wakes = k.Request.CaseID
		}
	case k.Case != nil && !k.Case.State.Decided() && !asksAnew(a, k.Case):
		d.reply(a, k.Case)
		if d.asks {
			d.reason = a.Reason
		}
	default:
		d.open(a)
		d.validates = ""
	}
}

// unread is the case that such a mail opens: nothing in it was judged, and a text is
// awaited again.
func (d decision) unread(c *desk.Case) {
	if d.large && c.Kind == desk.KindSubmission {
		c.Verdict = desk.Incomplete
	}
}

// oversize is what the sender is told. A case that is not theirs is not named.
func (f *Flow) oversize(a *Assessment, d decision, e *desk.Entry) notice.Oversize {
	o := notice.Oversize{Format: a.Format, Size: a.Received.Oversize, Limit: f.Limit}
	switch {
	case e.Case != nil:
		o.Reference = e.Case.Reference
	case d.on != nil && a.Message.From.Address == d.on.Address && a.Authentication.Result != email.AuthFail:
		o.Reference = d.on.Reference
	}
	if d.asks && d.on.Kind == desk.KindSubmission {
		o.Format = d.on.Format
	}
	return o
}
