package desk

import "time"

// PublicationState is how a publication stands on the site.
type PublicationState string

// The states of a publication. All but the first two leave a tombstone in its
// place; title, authors and dates stay, and its reference names it for ever.
const (
	StandsPublished PublicationState = "published"
	StandsConcern   PublicationState = "concern"   // with an expression of concern
	StandsWithdrawn PublicationState = "withdrawn" // asked by an author
	StandsRetracted PublicationState = "retracted" // decided by editors
	StandsRemoved   PublicationState = "removed"   // for legal reasons
)

// PublicationStates lists the states of a publication.
var PublicationStates = []PublicationState{StandsPublished, StandsConcern, StandsWithdrawn, StandsRetracted, StandsRemoved}

// PublicationActs lists the acts on a publication.
var PublicationActs = []Act{ActGrant, ActRetract, ActRemove, ActConcern, ActReinstate}

var publications = machine[PublicationState]{
	what: "publication",
	moves: map[PublicationState]map[Act]PublicationState{
		StandsPublished: {ActGrant: StandsWithdrawn, ActRetract: StandsRetracted, ActRemove: StandsRemoved, ActConcern: StandsConcern},
		StandsConcern:   {ActGrant: StandsWithdrawn, ActRetract: StandsRetracted, ActRemove: StandsRemoved, ActReinstate: StandsPublished},
		StandsWithdrawn: {ActRetract: StandsRetracted, ActRemove: StandsRemoved, ActReinstate: StandsPublished},
		StandsRetracted: {ActRemove: StandsRemoved, ActReinstate: StandsPublished},
		StandsRemoved:   {ActReinstate: StandsPublished},
	},
	refusals: map[PublicationState]map[Act]string{
		StandsPublished: {anyAct: "stands-published"},
		StandsConcern:   {anyAct: "stands-concern"},
		StandsWithdrawn: {anyAct: "stands-withdrawn"},
		StandsRetracted: {anyAct: "stands-retracted"},
		StandsRemoved:   {anyAct: "stands-removed"},
	},
}

// NextPublication is the state of a publication after an act, or a *Refusal.
func NextPublication(from PublicationState, act Act) (PublicationState, error) {
	return publications.next(from, act)
}

// Gone says whether the text is no longer on the site.
func (s PublicationState) Gone() bool {
	return s == StandsWithdrawn || s == StandsRetracted || s == StandsRemoved
}

// Publication is one text that was published: here, or before the desk was.
type Publication struct {
	ID        int64
	Reference Reference // its submission's; its own where it was published before the desk
	CaseID    int64     // of its submission; 0 where it was published before the desk
	Format    string
	Title     string
	Authors   []Signatory // in the order in which they sign
	On        time.Time   // when it was published
	URL       string      // its page on the site
	State     PublicationState
	ChangedAt time.Time
}

// PublicationChange is one change of a publication: its being published, and all
// that the site tells of it afterwards.
type PublicationChange struct {
	Event    int64 // its number in the log; 0 where the log does not know it
	At       time.Time
	Act      Act // "" where it is not known who decided
	State    PublicationState
	Category string // of a retraction, a removal, a concern: one of Categories
	Public   string // the approved text
}

// Signal is a change that the site is to be told, by its event's number.
type Signal struct {
	Event     int64
	Reference Reference // of the publication
	Attempts  int       // failed tries before this one
	State     NoticeState
	At        time.Time // when the change was made
	Reply     string    // what the last try brought
}

// Signatory is one author of a publication: the name as it is signed, and who
// that is where the desk knows.
type Signatory struct {
	Name      string
	AuthorID  int64    // 0 for one who is not registered
	Addresses []string // theirs on file, lower case; the first is where the desk writes
}

// Holds says whether an address is one of the signatory's.
func (s Signatory) Holds(address string) bool {
	for _, a := range s.Addresses {
		if a == address && a != "" {
			return true
		}
	}
	return false
}
