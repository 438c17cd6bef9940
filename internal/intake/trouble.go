package intake

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
)

// mostFailures is how often a mail may fail, or end the desk, before it is parked.
const mostFailures = 3

// mostDeaths is how often the desk may end with a mail in hand that a process of its own
// survives: somebody kills the desk, it seems, but not for ever.
const mostDeaths = 20

// Troubles is the durable memory of the mails that made trouble. What is recorded is
// forgotten there with the same commit.
type Troubles interface {
	// Fail notes that a mail failed and why, and says how often it has by now.
	Fail(ctx context.Context, r desk.Received, why string) (failures int, err error)
	// Hold notes that a mail is in hand, so that the desk's end counts as its failure,
	// and says how often it failed before.
	Hold(ctx context.Context, r desk.Received) (failures int, err error)
}

// Alarms tells the operator of what needs them.
type Alarms interface {
	Raise(ctx context.Context, name, text string)
}

// Caution is how a flow keeps one mail from stopping those behind it.
type Caution struct {
	Troubles Troubles
	// Suspects is how many of the next mails may have been in hand when the desk last
	// ended without a word, killed say: they are taken one at a time, each noted
	// before. Process counts it down.
	Suspects int
	// Survives says whether a process of its own outlives reading the mail. It is asked
	// before a mail that the desk ended with is parked for that, since the desk may
	// have been ended by something else; nil asks nobody.
	Survives func(ctx context.Context, r desk.Received) bool
}

// wary says whether mails are to be taken one at a time.
func (c *Caution) wary(mails int) bool {
	if c == nil || c.Suspects <= 0 {
		return false
	}
	c.Suspects -= mails
	return true
}

// oneByOne takes mails any of which may end the desk. Nothing of one is looked at
// before it is noted that it is in hand.
func (f *Flow) oneByOne(ctx context.Context, mails []desk.Received) error {
	for _, r := range mails {
		if err := ctx.Err(); err != nil {
			return err
		}
		failures, err := f.Caution.Troubles.Hold(context.WithoutCancel(ctx), r)
		if err != nil {
			return fmt.Errorf("mail %d: %w", r.UID, err)
		}
		if failures >= mostFailures && !f.survives(ctx, r, failures) {
			err = f.park(ctx, &understood{Assessment: &Assessment{Received: r}}, "the desk ended each time it had this mail in hand")
		} else {
			err = f.together(ctx, []*understood{f.understand(r)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// survives asks whether the mail is innocent. One that the desk ended with very often is
// not, whatever a reader alone makes of it.
func (f *Flow) survives(ctx context.Context, r desk.Received, failures int) bool {
	return f.Caution.Survives != nil && failures < mostDeaths && f.Caution.Survives(ctx, r)
}

// retry says what is to be taken after a mail failed, the first of those given: it is
// understood anew, or parked where it has failed too often. What is the ledger's own
// failure comes back.
func (f *Flow) retry(ctx context.Context, mails []*understood, cause error) ([]*understood, error) {
	r := mails[0].Received
	cause = fmt.Errorf("mail %d: %w", r.UID, cause)
	if errors.Is(cause, desk.ErrStorage) || f.Caution == nil {
		return nil, cause
	}
	failures, err := f.Caution.Troubles.Fail(ctx, r, cause.Error())
	if err != nil {
		return nil, errors.Join(cause, err)
	}
	if failures >= mostFailures {
		return mails[1:], f.park(ctx, mails[0], cause.Error())
	}
	if r.Raw == nil && mails[0].packed.Size > 0 {
		return nil, cause // its bytes must come again, and the next pass brings them
	}
	f.logOf(r).WarnContext(ctx, "a mail failed and is tried again", "failures", failures, "error", cause)
	mails[0] = f.understand(r)
	return mails, nil
}

// park records a mail that the desk cannot take as what a person must look at: with
// its bytes and the reason, under its subject where that much can be read.
func (f *Flow) park(ctx context.Context, failed *understood, why string) error {
	r := failed.Received
	var err error
	for _, read := range []bool{true, false} {
		u := f.unread(failed, why, read)
		var entry *desk.Entry
		_, err = f.Ledger.Together(ctx, 1, func(_ int, page desk.Page) (err error) {
			entry, err = f.take(ctx, page, u)
			return err
		})
		if err == nil {
			f.tell(ctx, u, entry)
			return nil
		}
		if errors.Is(err, desk.ErrStorage) {
			break
		}
	}
	return fmt.Errorf("mail %d cannot even be parked: %w", r.UID, err)
}

// unread is a mail of which nothing is understood but, where it is read, its header.
func (f *Flow) unread(failed *understood, why string, read bool) *understood {
	r := failed.Received
	a := &Assessment{
		Received: r, Message: &email.Message{}, Lang: f.Rules.Desk.Language, rulesHash: f.Rules.Hash(),
		Kind: desk.KindUnreadable, Reason: desk.Because(faultReason, why),
	}
	if m := failed.Message; m != nil && read {
		a.Message.From, a.Message.Subject, a.Message.MessageID = m.From, m.Subject, m.MessageID
	}
	u := &understood{Assessment: a, question: a.question(), packed: failed.packed}
	u.question.Identity = [32]byte{} // of a header that is not there
	if failed.packed.Size > 0 {
		u.question.SHA256 = failed.question.SHA256
	}
	return u
}

// faultReason is the code of what was parked by a fault of ours.
const faultReason = "fault"

// alarm tells the operator of a mail that was parked by a fault of ours; what cannot
// be read is the editors' to sort out.
func (f *Flow) alarm(ctx context.Context, e *desk.Entry) {
	if e.Mail.Ending != desk.Parked || e.Mail.Reason.Code != faultReason {
		return
	}
	reason := e.Mail.Reason.In("en")
	f.logOf(e.Received).ErrorContext(ctx, "a mail is parked by a fault of the desk, see guichet parked list",
		"reference", e.Case.Reference, "reason", reason)
	if f.Alarms != nil {
		f.Alarms.Raise(ctx, "parked", fmt.Sprintf("%s: %s (guichet parked list)", e.Case.Reference, reason))
	}
}

// firstOf is the place of a fault: the first line of a stack within this program,
// past the runtime's own.
func firstOf(stack string) string {
	_, after, _ := strings.Cut(stack, "panic(")
	for line := range strings.Lines(after) {
		line = strings.TrimSpace(line)
		if at := strings.LastIndex(line, "/guichet/"); at >= 0 && strings.HasSuffix(line, ")") {
			name := line[at+len("/guichet/"):]
			return name[:strings.LastIndexByte(name, '(')]
		}
	}
	return "an unknown place"
}
