// Package rules turns a publication's own rules, a folder that an editor can
// read and change, into a Set that says what a mail asks (Classify) and whether
// a text meets its format's criteria (Validate).
//
// It promises: a folder is taken whole or refused whole, with every fault told
// at once at its place in its file; nothing in it is silently ignored; a Set
// never changes and may be used from several goroutines; what the machine could
// not tell is never a failure. It is pure: no clock, no network, and no file but
// those of the fs.FS it is given. The notices in the folder belong to package
// notice; they count here only in the Hash.
package rules

import (
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
)

// Set is a rules folder that was read and found right.
type Set struct {
	Desk    Desk
	Formats []Format // in the order of their files' names

	hash       string
	doubts     doubtSays
	unreadable unreadableSays
	queueNames map[desk.Queue]message
	classifier *classifier
	answers    answers
	examples   []criterionExamples // in the order of criteria.yaml
}

// Desk is what desk.yaml says of the publication. It is read only.
type Desk struct {
	Name           string   // of the publication, as its readers know it
	Prefix         string   // of its references: capitals A–Z and digits
	Language       string   // of the desk where a person's own is not known: one of Languages
	Languages      []string // in which the desk writes: "fr", "en"
	TextLanguages  []string // in which texts are taken, ISO 639-1
	Site           string   // http or https address
	Registration   Registration
	AnswersPerHour int // automatic mails to one address in an hour, at most
	AnswersInAll   int // answers to mails in an hour, at most, but for authors and proved senders (desk.Standing)
	Withdrawal     Withdrawal

	// TrialKeep is after how long the content of a trial is deleted: an hour to a week.
	TrialKeep time.Duration
	Retention desk.Retention // of everything else
	Erasure   Erasure

	// Folders names the IMAP folder of every queue and tray, "/" between the
	// levels whatever the server's own delimiter is.
	Folders map[desk.Queue]string
}

// Registration says where an author registers, once, before the first text
// counts as complete.
type Registration struct {
	Page string // http or https address
}

// Format is one kind of text that the publication takes.
type Format struct {
	ID      string // the name of its file, and of its queue
	Name    string // as people read it
	Aliases []string

	criteria []*criterion
}

// Hash is the SHA-256, in hexadecimal, of the names and bytes of every file in
// the folder. Two sets of the same hash decide alike.
func (s *Set) Hash() string { return s.hash }

// Classify says what a mail asks by its subject, and by whether it holds a text
// (held).
func (s *Set) Classify(subject string, held []document.Document) Classification {
	return s.classifier.classify(subject, held)
}

// Criterion is one criterion as a format uses it, for a person to read.
type Criterion struct {
	Name  string // its key in criteria.yaml
	Level desk.Level
	Label string
	Limit string // as its findings write it; "" where it has none

	// Failing is what becomes of the first of the criterion's own bad examples
	// that does not meet the format's limits; the zero value where there is none.
	Failing desk.Finding
}

// Criteria is the criteria of a format in its order, worded in lang or else in
// the desk's own language. A format that the rules do not have has none.
func (s *Set) Criteria(format, lang string) []Criterion {
	f := s.format(format)
	if f == nil {
		return nil
	}
	lang = s.language(lang)
	var all []Criterion
	for _, c := range f.criteria {
		says := c.says[lang]
		limit := say(says.limit, sentenceData(lang, c.limits, "", f.Name, "", ""), "")
		all = append(all, Criterion{Name: c.name, Level: c.level, Label: says.label, Limit: limit, Failing: s.failing(f, c, lang)})
	}
	return all
}

// Folder is the IMAP folder of a queue or tray, "/" between its levels. A queue
// that the rules do not know has the folder of what is to sort.
func (s *Set) Folder(q desk.Queue) string {
	if folder, ok := s.Desk.Folders[q]; ok {
		return folder
	}
	return s.Desk.Folders[desk.QueueToSort]
}

// QueueName is what people call a queue or tray, in lang or else in the desk's
// own language. A queue that the rules do not know goes by its identifier.
func (s *Set) QueueName(q desk.Queue, lang string) string {
	if f := s.format(string(q)); f != nil {
		return f.Name
	}
	if name, ok := s.queueNames[q]; ok {
		return name.in(s.language(lang))
	}
	return string(q)
}

// format is the format with that identifier, nil where there is none.
func (s *Set) format(id string) *Format {
	for i := range s.Formats {
		if s.Formats[i].ID == id {
			return &s.Formats[i]
		}
	}
	return nil
}

// language is lang where the desk writes it, else the desk's own.
func (s *Set) language(lang string) string {
	for _, l := range s.Desk.Languages {
		if strings.EqualFold(l, lang) {
			return l
		}
	}
	return s.Desk.Language
}
