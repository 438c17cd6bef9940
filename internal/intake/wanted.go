package intake

import (
	"regexp"
	"slices"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
)

// webLink is an address in a person's own words.
var webLink = regexp.MustCompile(`(?i)\bhttps?://[^\s<>"«»“”]+[^\s<>"«»“”.,;:!?)\]]`)

// wanted is what a mail names of the works that it may want withdrawn; nil for a
// mail that asks for no withdrawal and answers nothing. What it quotes is looked
// at only where the sender's own words name nothing, as for references.
func (a *Assessment) wanted() *desk.Wanted {
	asks := a.Kind == desk.KindWithdrawal || a.Kind != desk.KindAutomatic && a.Kind != desk.KindUnreadable && len(a.Message.InReplyTo) > 0
	if !asks {
		return nil
	}
	own := a.ownWords()
	w := &desk.Wanted{References: first(a.References), Links: a.links(), Text: own[:min(len(own), mostText)]}
	if len(w.References)+len(w.Links)+len(a.Mistyped) == 0 {
		w.Links = webLink.FindAllString(a.Message.Text, mostWanted)
	}
	return w
}

// Bounds of what one mail may name, and of the words that titles are looked for in.
const (
	mostWanted = 20
	mostText   = 16 << 10
)

// first is the first of what a mail names, as many as one mail may.
func first[T any](all []T) []T { return all[:min(len(all), mostWanted)] }

// links is the addresses of pages in the sender's own words.
func (a *Assessment) links() []string { return webLink.FindAllString(a.ownWords(), mostWanted) }

// leftOut counts the references that are more than one mail may name.
func (a *Assessment) leftOut() int { return max(0, len(a.References)-mostWanted) }

// isReply says whether the mail answers or passes on another: its subject may be
// somebody else's words. Headers may be missing; a short word and a colon in front
// of the subject are enough.
func (a *Assessment) isReply() bool {
	return len(a.Message.InReplyTo)+len(a.Message.References) > 0 || a.prefixed()
}

func (a *Assessment) prefixed() bool { return replyPrefix.MatchString(a.Message.Subject) }

// replyPrefix is "Re:", "TR :", "RE[2]:" and their like.
var replyPrefix = regexp.MustCompile(`^[\s\[\]()]*\p{L}{1,4}(\[\d+\])?[\s\x{00A0}\x{202F}]*[:：]`)

// borrowed says whether the sender's own words do not name a work that was found:
// they quote somebody who does. A reply to all must not carry out what a stranger
// asked for.
func (a *Assessment) borrowed(found desk.Found) bool {
	switch found.How {
	case "reference":
		return !slices.Contains(a.own.references, desk.Reference(found.Typed))
	case "link":
		return !slices.Contains(a.links(), found.Typed)
	}
	return false
}

// owed says whether a mail from nobody whom the desk knows gets the neutral answer.
// Only the mail itself counts, never what the ledger holds: that there is no answer
// must tell nothing either. A reply that names nothing gets none, so that two
// machines do not write to each other.
func (a *Assessment) owed() bool {
	return a.Kind == desk.KindWithdrawal && (!a.prefixed() || len(a.own.references)+len(a.own.mistyped)+len(a.links()) > 0)
}

// ownWords is what the sender wrote, without what is quoted below it.
func (a *Assessment) ownWords() string {
	if a.Message.TextComplete {
		return email.OwnText(a.Message.Text)
	}
	for _, d := range a.Documents {
		if d.File == "" {
			return d.Text
		}
	}
	return email.OwnText(a.Message.Text)
}
