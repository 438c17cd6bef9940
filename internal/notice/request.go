package notice

import "github.com/bara-think-tank/guichet/internal/desk"

// Withdrawal is a request to withdraw a text, as it was understood.
type Withdrawal struct {
	Reference  desk.Reference   // the request's own
	Format     string           // the format's ID or name
	References []desk.Reference // found in the mail: the texts to withdraw
	Mistyped   []string         // what looks like a reference and cannot be one
}

type withdrawalPage struct {
	Reference  desk.Reference
	Format     string
	References []string
	Mistyped   []string
	frame
}

func (w Withdrawal) page(f frame) withdrawalPage {
	page := withdrawalPage{
		Reference: w.Reference,
		Format:    f.Pub.name(w.Format),
		Mistyped:  cleaned(w.Mistyped, maxPhrase),
		frame:     f,
	}
	for _, ref := range w.References {
		page.References = append(page.References, string(ref))
	}
	return page
}

// Unclear is a mail whose wish could be two things.
type Unclear struct {
	Reference desk.Reference // "" where it has none
	Reason    desk.Reason
}

type unclearPage struct {
	Unclear
	frame
}

func (u Unclear) page(f frame) unclearPage {
	u.Reason = cleanReason(u.Reason)
	return unclearPage{u, f}
}
