package intake

import (
	"cmp"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Replay decides anew a version that was recorded, by its raw mail, and changes
// nothing. A case's first version opened it: its subject sorts it. A later one
// came as a reply, and is held against the format that its own subject sorts to,
// else against the one under which it was recorded. A mail that would not have
// become a version is of another kind than submission, and has no report.
func (s Assessor) Replay(raw []byte, recorded desk.Version) *Assessment {
	a := s.Assess(desk.Received{Raw: raw})
	if recorded.Number > 1 && a.couldReply() {
		a.Kind, a.Format = desk.KindSubmission, cmp.Or(a.Format, recorded.Format)
	}
	if a.Kind == desk.KindSubmission {
		s.Validate(a, a.Format)
	}
	return a
}

// couldReply says whether a mail that answers a submission of its own sender may
// bring a new version, as decide sees it.
func (a *Assessment) couldReply() bool {
	switch a.Kind {
	case desk.KindUnreadable, desk.KindAutomatic, desk.KindCommand:
		return false
	}
	return !asksAnew(a, &desk.Case{Kind: desk.KindSubmission})
}
