package notice

import "github.com/bara-think-tank/guichet/internal/desk"

// Released is a submission that waited for its author's registration, which came.
type Released struct {
	Reference desk.Reference
	Format    string // the format's ID or name
	Title     string // "" where it has none
}

type releasedPage struct {
	Released
	frame
}

func (r Released) page(f frame) releasedPage {
	r.Format, r.Title = f.Pub.name(r.Format), oneLine(r.Title, maxTitle)
	return releasedPage{r, f}
}
