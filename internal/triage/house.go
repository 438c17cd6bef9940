package triage

import "github.com/bara-think-tank/guichet/internal/desk"

// Voice is who speaks for a case: the mailbox that its notices come from, and the manner
// of the publication that watches it.
type Voice struct {
	Address string
	Manner  func() Manner
}

// of is the decisions in the voice of the publication whose prefix a reference bears.
// A reference from before the desk bears nobody's, and the first speaks.
func (d *Decisions) of(ref desk.Reference) *Decisions {
	if d.Voices == nil {
		return d
	}
	voice, known := d.Voices(ref)
	if !known {
		return d
	}
	own := *d
	own.Address, own.Manner = voice.Address, voice.Manner
	return &own
}
