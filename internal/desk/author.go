package desk

import "time"

// Author is a person who registered, once, with every address of theirs.
type Author struct {
	ID           int64
	Name         string
	Addresses    []string // lower case; the first is where the desk writes
	Registered   time.Time
	Consent      string    // the text that they agreed to, "" where none is on file
	ConsentAt    time.Time // when they agreed to it
	Newsletter   Answer    // asked apart from the consent
	NewsletterAt time.Time // when they answered
}

// Answer is what a person said when they were asked; the empty string is that
// they were not.
type Answer string

// The answers.
const (
	NotAsked Answer = ""
	Yes      Answer = "yes"
	No       Answer = "no"
)

// Enrolment is what a list says of one person. What it leaves empty stays as it
// is on file, and addresses are only added.
type Enrolment struct {
	Author   Author
	By       string // who says so: EnrolledByImport or EnrolledByOperator
	Corrects bool   // what is on file is wrong: even quite another name, a later date, are taken
}

// Who can add an address to an author.
const (
	EnrolledByImport   = "import"
	EnrolledByOperator = "operator"
	EnrolledByMerge    = "merge"
)

// Fate is what became, or would become, of one thing that was imported.
type Fate string

// The fates.
const (
	Added     Fate = "added"
	Changed   Fate = "changed"
	Unchanged Fate = "unchanged"
	Refused   Fate = "refused"
)

// Enrolled is what became of one Enrolment.
type Enrolled struct {
	Author Author // as it stands after it; as it was said where it is refused
	Fate   Fate
	Owners []Author // why it is refused: the people on file that its addresses belong to; nil where it has no name
}

// Release is a submission that waited for its author's registration, and waits
// no more.
type Release struct {
	Case    Case   // as it becomes
	Mailbox string // that its last mail came to
	Last    []byte // the last notice about it, whose thread goes on; nil where there is none
}
