package intake

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/notice"
)

// decision is what is done with a mail, before its text is validated.
type decision struct {
	ending     desk.Ending
	reason     desk.Reason
	flag       string // what a person should know beside the reason
	opens      bool   // a new case
	on         *desk.Case
	joins      int64  // the case that a mail about withdrawals joins
	version    bool   // a new version of on
	asks       bool   // on waits for an editor now: somebody has to read this
	validates  string // the format to check the text against; "" for none
	closes     int64  // a case that the new one replaces
	repeats    int64
	registered bool
	pleas      []*plea        // where the mail is about withdrawals
	near       []notice.Named // what their sender may have meant
	wakes      int64          // the case of a request that a person must read now
	trial      bool           // nothing is filed, and nothing kept
	large      bool           // only the header was taken

	report *desk.DeliveryReport // what a mail server says of a notice of ours

	correction bool // the text came as an answer to one of our mails

	again   *desk.Held      // the case that holds this very text: nothing is new
	earlier *desk.Held      // another case of the same author that holds it
	alike   []desk.Likeness // versions of other authors that share much of it
	tells   *desk.Reason    // what editors should know of the case before why it was sorted
}

// decide says how the mail ends. The order matters: what came before is told
// first, then machines, then replies, and only then what the subject asks.
func (f *Flow) decide(a *Assessment, k desk.Knowledge) decision {
	d := decision{reason: a.Reason, registered: k.Registered}
	if k.KnownMessageID {
		d.flag = "known-message-id"
	}
	switch {
	case k.Repeats != 0:
		d.ending, d.repeats = desk.Repeated, k.Repeats
		d.reason = desk.Because("repeated", strconv.FormatInt(k.Repeats, 10))
	case a.Kind == desk.KindUnreadable:
		d.ending, d.opens = desk.Parked, true
	case a.Kind == desk.KindAutomatic:
		d.ending, d.on = desk.EndedAutomatic, k.Case
		d.report = a.report()
		if k.Token && d.report != nil && d.report.Failed {
			d.pleas = []*plea{deadAddress(*k.Request)}
		}
	case a.Received.Oversize > 0:
		d.tooLarge(a, k)
	case a.Tries():
		d.ending, d.trial, d.validates = desk.Answered, true, a.Format
	case k.Request != nil && a.Kind != desk.KindSubmission:
		d.plead(f.onRequest(a, k))
		if d.ending == desk.Attached && d.reason.Code == a.Reason.Code {
			d.reason = desk.Because("reply", string(k.Request.Reference))
		}
		d.near = near(a, k.Own)
	case a.Kind == desk.KindWithdrawal:
		d.plead(f.pleas(a, k))
		d.near = near(a, k.Own)
		d.replaces(a, k.Case)
	case k.Case == nil || k.Case.State.Decided() || a.Kind == desk.KindCommand:
		d.open(a)
	default:
		d.reply(a, k.Case)
	}
	if d.validates != "" && !d.trial {
		d.recognise(a, k, f.Rules.Desk.Prefix)
	}
	return d
}

// open makes the mail a case of its own.
func (d *decision) open(a *Assessment) {
	d.ending, d.opens = desk.Filed, true
	if a.Kind == desk.KindSubmission {
		d.validates = a.Format
	}
}

// plead takes what a mail wants withdrawn: it is filed where it opens a request, else
// joined to the first case that its wishes are about, else answered and closed.
func (d *decision) plead(pleas []*plea) {
	d.pleas, d.ending = pleas, desk.Answered
	for _, p := range pleas {
		switch {
		case p.change != nil && p.change.Opens != nil:
			d.ending = desk.Filed
		case p.attach != 0 && d.ending == desk.Answered:
			d.ending, d.joins = desk.Attached, p.attach
		}
		if p.flag != "" {
			d.flag = p.flag
		}
		if p.reason.Code != "" {
			d.reason = p.reason
		}
		if p.asks {
			d.wakes = p.attach
		}
	}
}

// replaces closes the unclear case that a clear wish of its own author answers.
func (d *decision) replaces(a *Assessment, c *desk.Case) {
	own := c != nil && a.Message.From.Address != "" && a.Message.From.Address == c.Address
	if own && c.Kind == desk.KindUnclear && c.State != desk.Closed && a.Authentication.Result != email.AuthFail {
		d.closes = c.ID
	}
}

// reply joins the mail to the case that it answers, unless it asks for something
// else. Only the case's own author, not refuted by the receiving server, changes
// anything: From is a claim.
func (d *decision) reply(a *Assessment, c *desk.Case) {
	ref, own := string(c.Reference), a.Message.From.Address != "" && a.Message.From.Address == c.Address
	proved := own && a.Authentication.Result != email.AuthFail
	d.ending, d.on = desk.Attached, c
	switch {
	case asksAnew(a, c) && proved:
		d.open(a)
		d.on = nil
		d.replaces(a, c)
	case !own:
		d.reason = desk.Because("reply-stranger", ref, cmp.Or(a.Message.From.Address, "?"))
		d.flag = "reply-from-another-address"
	case !proved:
		d.reason, d.flag = desk.Because("reply-unproved", ref), "sender-not-authenticated"
	case c.Kind == desk.KindSubmission && a.bringsVersion(c):
		d.reason, d.version = desk.Because("reply", ref), true
		d.validates = cmp.Or(a.Format, c.Format)
	case c.Kind == desk.KindSubmission:
		d.reason, d.asks = desk.Because("reply-no-text", ref), true
	default:
		d.reason, d.asks = desk.Because("reply", ref), true
	}
}

// asksAnew says whether a reply asks for something else than its case: the case
// only gave the occasion to write.
func asksAnew(a *Assessment, c *desk.Case) bool {
	switch c.Kind {
	case desk.KindSubmission:
		return a.Kind == desk.KindUnclear && a.aboutWithdrawal()
	case desk.KindWithdrawal:
		return a.Kind == desk.KindSubmission
	}
	return a.Kind == desk.KindSubmission
}

// aboutWithdrawal says whether the subject spoke of a withdrawal.
func (a *Assessment) aboutWithdrawal() bool { return strings.HasPrefix(a.Reason.Code, "withdrawal") }

// entry writes down what the decision changes.
func (d decision) entry(a *Assessment, q desk.Question) *desk.Entry {
	e := &desk.Entry{Received: a.Received, Mail: d.mail(a, q), Closes: d.closes, Wakes: d.wakes, Report: d.report}
	detail := map[string]string{"kind": string(a.Kind), "ending": string(d.ending)}
	e.Events = []desk.Event{{Type: "received", Person: a.Message.From.Address, Detail: detail}}
	switch {
	case d.opens:
		e.Case = d.newCase(a)
	case d.version:
		e.Case = d.nextVersion(a)
	case d.asks:
		e.Case = d.askedEditor()
	case d.on != nil:
		e.Mail.CaseID = d.on.ID
	}
	for _, p := range d.pleas {
		if p.change != nil {
			e.Changes = append(e.Changes, p.change)
		}
	}
	if d.joins != 0 {
		e.Mail.CaseID = d.joins
	}
	e.Queue = d.tray(e)
	if d.validates != "" && !d.trial {
		e.Version, e.Sketch, e.Alike = version(a), q.Sketch, d.alike
	}
	if e.Case != nil {
		e.Events = append(e.Events, desk.Event{Type: d.eventType(), Detail: map[string]string{
			"queue": string(e.Case.Queue), "state": string(e.Case.State),
			"verdict": string(e.Case.Verdict), "rules": versionRules(e.Version),
		}})
	}
	return e
}

func (d decision) eventType() string {
	switch {
	case d.version:
		return "version"
	case d.asks:
		return "asked"
	}
	return "opened"
}

func versionRules(v *desk.Version) string {
	if v == nil {
		return ""
	}
	return v.RulesHash
}

// tray says whose folder the mail goes to.
func (d decision) tray(e *desk.Entry) desk.Queue {
	switch {
	case d.ending == desk.Repeated:
		return desk.TrayRepeated
	case d.ending == desk.EndedAutomatic:
		return desk.TrayAutomatic
	case d.ending == desk.Answered:
		return desk.TrayAnswered
	case len(d.pleas) > 0, d.joins != 0:
		return desk.QueueWithdrawals
	case e.Case != nil:
		return e.Case.Queue
	}
	return d.on.Queue
}

func (d decision) mail(a *Assessment, q desk.Question) desk.Mail {
	flags := a.Flags
	if d.flag != "" {
		flags = append(flags, d.flag)
	}
	flags = append(flags, d.recognised()...)
	return desk.Mail{
		SHA256: q.SHA256, Identity: q.Identity, MessageID: q.MessageID,
		FromName: a.Message.From.Name, FromAddress: a.Message.From.Address, Subject: a.Message.Subject,
		Kind: a.Kind, Format: a.Format, Automatic: a.Automatic, Reason: d.reason, Flags: flags,
		Authentication: authentication(a.Authentication), References: a.References, Ending: d.ending, Repeats: d.repeats,
	}
}

func (d decision) newCase(a *Assessment) *desk.Case {
	c := &desk.Case{
		Kind: a.Kind, Format: a.Format, Verdict: a.Report.Verdict, Reason: d.reason,
		Title:   cmp.Or(a.Report.Title, a.Title, a.Message.Subject),
		Author:  cmp.Or(a.Report.Author, a.Message.From.Name, a.Message.From.Address),
		Address: a.Message.From.Address,
	}
	if d.tells != nil {
		c.Reason = *d.tells
	}
	d.unread(c)
	c.Queue, c.State = desk.Route(c.Kind, c.Format, c.Verdict, d.registered)
	return c
}

// nextVersion is the case as its new version makes it; what the version does
// not say stays as it was.
func (d decision) nextVersion(a *Assessment) *desk.Case {
	c := *d.on
	c.Format, c.Verdict = a.Format, a.Report.Verdict
	c.Title, c.Author = cmp.Or(a.Report.Title, c.Title), cmp.Or(a.Report.Author, c.Author)
	switch {
	case d.tells != nil:
		c.Reason = *d.tells
	case a.Kind == desk.KindSubmission:
		c.Reason = a.Reason
	case tellsOfText(c.Reason): // of the text before this one
		c.Reason = d.reason
	}
	c.Queue, c.State = desk.Route(c.Kind, c.Format, c.Verdict, d.registered)
	return &c
}

// askedEditor is the case with somebody's words to read: nobody waits for its
// author any more. An accepted text stays so.
func (d decision) askedEditor() *desk.Case {
	c := *d.on
	if c.State != desk.Accepted {
		c.State = desk.AwaitingEditor
	}
	return &c
}

func version(a *Assessment) *desk.Version {
	t := a.Report.Text
	return &desk.Version{
		Format: a.Format, Verdict: a.Report.Verdict, RulesHash: a.rulesHash, File: t.File, Type: string(t.Type),
		SHA256: t.SHA256, Title: a.Report.Title, Author: a.Report.Author, Language: t.Language,
		Words: t.Words, WordsTotal: t.WordsTotal, Sources: len(t.Sources), Findings: a.Report.Findings,
	}
}

// authentication is the verdict as it is kept: "dmarc=pass example.fr", or
// nothing.
func authentication(a email.Authentication) string {
	if a.Result == email.AuthNone || a.Result == "" {
		return ""
	}
	return fmt.Sprintf("%s=%s %s", a.Method, a.Result, a.Domain)
}
