package intake

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/notice"
)

// answer writes the notice that a mail is owed, nil where it is owed none. It
// goes to the one address of From and nowhere else, and never to a machine.
func (f *Flow) answer(a *Assessment, d decision, e *desk.Entry) (*desk.Notice, error) {
	to := a.Message.From
	if to.Address == "" || a.Kind == desk.KindAutomatic || f.isOurs(to.Address) {
		return nil, nil
	}
	env := notice.Envelope{
		From: f.Address, FromName: f.Rules.Desk.Name, To: to.Address, ToName: to.Name, Subject: a.Message.Subject,
		InReplyTo: a.Message.MessageID, References: a.Message.References, At: f.now(), Lang: a.Lang,
	}
	mail, err := f.compose(env, a, d, e)
	if errors.Is(err, notice.ErrAddress) { // an address that no mail can bear is not owed one
		e.Mail.Flags = append(e.Mail.Flags, "unanswerable-address")
		return nil, nil
	}
	if err != nil || mail.Recipient == "" {
		return nil, err
	}
	return &desk.Notice{
		Kind: string(mail.Kind), Mailbox: f.Address, Sender: f.returnPath(e), Standing: standing(a.Authentication),
		Recipient: mail.Recipient, MessageID: mail.MessageID, Bytes: mail.Bytes,
	}, nil
}

// returnPath is where an answer comes back that cannot be delivered: to us where it
// is about a case, which then shows it. An explanation to a stranger goes with the
// null return path: nobody waits for it, and its bounce would be one more mail.
func (f *Flow) returnPath(e *desk.Entry) string {
	if e.Case == nil && e.Mail.CaseID == 0 && len(e.Changes) == 0 {
		return ""
	}
	return f.Address
}

// standing is in whose turn the answer to a mail goes.
func standing(a email.Authentication) desk.Standing {
	switch a.Result {
	case email.AuthPass:
		return desk.StandingProved
	case email.AuthFail:
		return desk.StandingRefuted
	}
	return desk.StandingOther
}

// isOurs says whether an address is the desk's own: a list of ours may have put
// it in the place of the sender's.
func (f *Flow) isOurs(address string) bool {
	return slices.ContainsFunc(f.Ours.Addresses, func(own string) bool { return strings.EqualFold(own, address) })
}

// compose chooses the notice; a mail without a recipient is none.
func (f *Flow) compose(env notice.Envelope, a *Assessment, d decision, e *desk.Entry) (notice.Mail, error) {
	switch {
	case d.large:
		return f.Notices.Oversize(env, f.oversize(a, d, e))
	case d.trial:
		return f.Notices.Trial(env, trial(a, d, f.Rules.Desk.TrialKeep))
	case d.again != nil:
		return f.Notices.Again(env, again(a, d))
	case e.Version != nil:
		return f.Notices.Receipt(env, receipt(a, d, e))
	case len(d.pleas) > 0:
		return f.answerPleas(env, a, d)
	case d.opens && a.Kind == desk.KindUnclear:
		return f.Notices.Unclear(env, notice.Unclear{Reference: e.Case.Reference, Reason: a.Reason})
	}
	return notice.Mail{}, nil
}

// trial is the receipt that a submission would get, without a reference.
func trial(a *Assessment, d decision, keep time.Duration) notice.Trial {
	hours := int((keep + time.Hour - 1) / time.Hour)
	if a.Format == "" {
		return notice.Trial{KeptHours: hours}
	}
	v := version(a)
	return notice.Trial{KeptHours: hours, Receipt: notice.Receipt{
		Version: 1, Format: v.Format, File: v.File, Title: v.Title, Author: v.Author, Language: v.Language,
		Words: v.Words, WordsTotal: v.WordsTotal, Sources: v.Sources,
		Verdict: v.Verdict, Findings: v.Findings, Registered: d.registered,
	}}
}

// again is how the case stands that holds the text already: as it was recorded,
// whatever today's rules would say, for that is what the editors see.
func again(a *Assessment, d decision) notice.Again {
	c, last := d.again.Case, d.again.Last
	return notice.Again{
		Same: d.again.Number, Sent: a.text.File, Reply: d.correction,
		Receipt: notice.Receipt{
			Reference: c.Reference, Version: last.Number, Format: c.Format, File: last.File, Title: c.Title, Author: c.Author,
			Language: last.Language, Words: last.Words, WordsTotal: last.WordsTotal, Sources: last.Sources,
			Verdict: c.Verdict, Findings: last.Findings, Registered: d.registered,
		},
	}
}

func receipt(a *Assessment, d decision, e *desk.Entry) notice.Receipt {
	v := e.Version
	r := notice.Receipt{
		Reference: e.Case.Reference, Version: e.Case.Versions + 1, Format: v.Format, Reason: a.Reason,
		File: v.File, Title: v.Title, Author: v.Author, Language: v.Language,
		Words: v.Words, WordsTotal: v.WordsTotal, Sources: v.Sources,
		Verdict: v.Verdict, Findings: v.Findings, Registered: d.registered,
	}
	if c := d.earlier; c != nil {
		r.Earlier = &notice.Earlier{Reference: c.Case.Reference, Format: c.Case.Format, Closed: c.Case.State.Decided()}
	}
	return r
}
