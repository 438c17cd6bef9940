package intake

import (
	"regexp"

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
	w := &desk.Wanted{References: a.References, Links: webLink.FindAllString(own, -1), Text: own}
	if len(w.References)+len(w.Links)+len(a.Mistyped) == 0 {
		w.Links = webLink.FindAllString(a.Message.Text, -1)
	}
	return w
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
