package notice

import (
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Decision is what the editors decided, as an author of the work is told.
type Decision struct {
	Act       desk.Act
	Undone    desk.Act       // with ActUndo: the act that is taken back
	Reference desk.Reference // of the work
	Title     string
	Format    string // its ID or name
	Motive    string // "" where none is told
	Public    string // what the site says of a retraction, a removal, a concern
	URL       string // of the publication's page
	Version   int    // that a completed text will have
	Dismissed bool   // a request that nobody had proved to be its author's
	Lapsed    bool   // the text had a withdrawal request, which ends with a retraction or a removal
}

type decisionPage struct {
	Decision
	frame
}

func (d Decision) page(f frame) decisionPage {
	d.Title, d.Format = oneLine(d.Title, maxTitle), f.Pub.name(d.Format)
	d.Motive, d.Public, d.URL = oneLine(d.Motive, maxMotive), oneLine(d.Public, maxMotive), oneLine(d.URL, maxSentence)
	return decisionPage{d, f}
}

// maxMotive is how many characters of an editor's reasons a notice repeats.
const maxMotive = 4000

// Identity tells an address on file that editors vouch for another one of the same
// author.
type Identity struct {
	Reference desk.Reference // of the request
	Work      desk.Reference
	Title     string
	Until     time.Time // the end of the delay
}

type identityPage struct {
	Identity
	frame
}

func (i Identity) page(f frame) identityPage {
	i.Title = oneLine(i.Title, maxTitle)
	return identityPage{i, f}
}
