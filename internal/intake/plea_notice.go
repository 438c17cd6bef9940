package intake

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/typo"
)

// notify writes to the addresses on file that a plea's change concerns: who must
// confirm it, and who signs with them. These mails begin threads of their own: the
// mail that asked may be a stranger's.
func (f *Flow) notify(p *plea) error {
	if p.change == nil {
		return nil
	}
	r := p.change.Request
	if p.token != "" {
		mail, err := f.Notices.Confirmation(f.unasked(p.token), f.confirmation(p))
		if err := f.queue(p, mail, err, true); err != nil {
			return err
		}
		r.TokenHash = desk.TokenHash(mail.MessageID)
	}
	for _, address := range p.tells {
		mail, err := f.Notices.CoAuthor(f.unasked(address), notice.CoAuthor{
			Reference: r.Reference, Work: p.work.Reference(), Title: p.work.Title(), Until: r.Until.In(f.Zone),
		})
		if err := f.queue(p, mail, err, false); err != nil {
			return err
		}
	}
	return nil
}

// queue adds a mail to the plea's change; an address that no mail can bear gets none.
func (f *Flow) queue(p *plea, mail notice.Mail, err error, secret bool) error {
	if errors.Is(err, notice.ErrAddress) {
		return nil
	}
	if err != nil {
		return err
	}
	p.change.Notices = append(p.change.Notices, &desk.Notice{
		Kind: string(mail.Kind), Mailbox: f.Address, Sender: f.Address, Recipient: mail.Recipient,
		MessageID: mail.MessageID, Bytes: mail.Bytes, Secret: secret,
		// A stranger's mail may have asked for it: it is paced as an answer is.
		Standing: desk.StandingOther,
	})
	return nil
}

// unasked is the envelope of a mail that answers none.
func (f *Flow) unasked(to string) notice.Envelope {
	return notice.Envelope{From: f.Address, FromName: f.Rules.Desk.Name, To: to, At: f.now(), Lang: f.Rules.Desk.Language}
}

func (f *Flow) confirmation(p *plea) notice.Confirmation {
	r := p.change.Request
	c := notice.Confirmation{
		Reference: r.Reference, Work: p.work.Reference(), Title: p.work.Title(), Format: p.work.Format(),
		Published: p.work.Publication != nil, Other: p.author == nil, Until: r.TokenUntil.In(f.Zone),
		CoolingOff: int(f.Rules.Desk.Withdrawal.CoolingOff / time.Hour), Page: f.ConfirmationPage,
	}
	if p.mismatch {
		c.SubjectFormat = p.subjectFormat
	}
	return c
}

// answerPleas answers a mail about withdrawals in one mail: what its sender may be
// told of each work that is theirs; else, to whomever the mail itself owes one, the
// neutral answer, or what the sender's own address may have meant. A confirmation
// that went to the sender's own address is answer enough. Where one work is the
// sender's nothing is said of the others.
func (f *Flow) answerPleas(env notice.Envelope, a *Assessment, d decision) (notice.Mail, error) {
	w := notice.Withdrawal{Mistyped: first(a.Mistyped), LeftOut: a.leftOut()}
	author, asked := false, false
	for _, p := range d.pleas {
		author, asked = author || p.author != nil, asked || p.token != "" && p.token == env.To
		if p.told == nil {
			continue
		}
		told := *p.told
		told.Reference, told.Title = p.work.Reference(), p.work.Title()
		told.Until, told.On = local(told.Until, f.Zone), local(told.On, f.Zone)
		w.Pleas = append(w.Pleas, told)
		if w.Reference == "" {
			w.Reference = p.caseReference()
		}
	}
	switch {
	case len(w.Pleas) > 0:
		return f.Notices.Withdrawal(env, w)
	case author && (!asked || len(w.Mistyped)+w.LeftOut == 0), !author && !a.owed():
		return notice.Mail{}, nil
	case !author:
		w.Near, w.Typed = d.near, f.typed(a)
	}
	return f.Notices.Withdrawal(env, w)
}

// caseReference is the request's, where the plea opens or changes one.
func (p *plea) caseReference() desk.Reference {
	if p.change == nil {
		return ""
	}
	return p.change.Request.Reference
}

// typed is what a mail itself names, for the neutral answer: nothing that only the
// ledger knows, and no address of somebody else's site, which a forged From would
// have the desk send to anybody.
func (f *Flow) typed(a *Assessment) (all []string) {
	for _, ref := range first(a.References) {
		all = append(all, string(ref))
	}
	site, err := url.Parse(f.Rules.Desk.Site)
	for _, link := range a.links() {
		if u, bad := url.Parse(link); err == nil && bad == nil && site.Host != "" && strings.EqualFold(u.Host, site.Host) {
			all = append(all, link)
		}
	}
	return all
}

func local(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return t
	}
	return t.In(zone)
}

// near is the works of the sender's own that a mail may have meant: those whose
// title shares most of its words with a line of the mail, else all of them where
// they are few. Who sends is a claim; what is told goes to that very address.
func near(a *Assessment, own []desk.Work) []notice.Named {
	const most = 5
	words := map[string]bool{}
	for word := range strings.FieldsSeq(typo.Fold(a.ownWords())) {
		words[word] = true
	}
	var close, all []notice.Named
	for _, w := range own {
		if withdrawable(w) != nil {
			continue
		}
		named := notice.Named{Reference: w.Reference(), Title: w.Title()}
		all = append(all, named)
		if shared(w.Title(), words) || mistypedAs(a.Mistyped, w.Reference()) {
			close = append(close, named)
		}
	}
	if len(close) == 0 {
		close = all
	}
	return close[:min(len(close), most)]
}

// shared says whether two thirds of a title's longer words are among others.
func shared(title string, words map[string]bool) bool {
	held, long := 0, 0
	for word := range strings.FieldsSeq(typo.Fold(title)) {
		if len(word) < 4 {
			continue
		}
		long++
		if words[word] {
			held++
		}
	}
	return long > 0 && 3*held >= 2*long
}

// mistypedAs says whether one of the references that fail their check differs from a
// right one by a letter or two.
func mistypedAs(mistyped []string, ref desk.Reference) bool {
	bare := func(s string) string { return strings.ReplaceAll(strings.ToUpper(typo.Fold(s)), " ", "") }
	return slices.ContainsFunc(mistyped, func(m string) bool { return typo.Distance(bare(m), bare(string(ref))) <= 2 })
}
