package rules

import (
	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
)

// Classification is what a mail is by its subject.
type Classification struct {
	Kind    desk.Kind   // submission, withdrawal, command, inquiry or unclear
	Format  string      // the format's id, for submissions and withdrawals
	Title   string      // what follows the format in the subject, as typed; "" where nothing does
	Command string      // the command's id, for commands
	Reason  desk.Reason // why, for a person
	Flags   []string    // "mixed-scripts", "mistyped-format"
}

// classifier sorts mails by their subjects. It is safe for concurrent use.
type classifier struct {
	languages []string
}

// newClassifier makes a classifier of the words in subjects.yaml, the names of
// the formats and the languages (ISO 639-1) that texts may be written in. Where
// there are flaws, the classifier must not be used.
func newClassifier(s subjects, formats []formatNames, languages []string) (*classifier, []flaw) {
	return &classifier{languages: languages}, nil
}

// classify sorts a mail by its subject. What the mail holds matters only where
// the subject does not decide alone.
func (c *classifier) classify(subject string, held []document.Document) Classification {
	return Classification{Kind: desk.KindInquiry, Reason: desk.Because("inquiry")}
}
