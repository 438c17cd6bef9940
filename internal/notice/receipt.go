package notice

import (
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// How many characters of what people sent a notice repeats.
const (
	maxTitle    = 200
	maxName     = 100
	maxPhrase   = 160
	maxSentence = 600
)

// readable is the criterion that says whether there was a text to check at all.
const readable = "readable"

// guesses are the reasons for which a student is told how the subject was
// understood.
var guesses = map[string]bool{"format-mistyped": true, "format-later": true}

// Receipt is what was read in one version of a submission, and what came of it.
type Receipt struct {
	Reference desk.Reference // "" for a trial's
	Version   int            // from 1
	Format    string         // the format's ID or name
	Reason    desk.Reason    // why it is taken for this format; told where it was a guess

	File              string // "" for the mail's body
	Title, Author     string
	Language          string // ISO 639-1
	Words, WordsTotal int    // the total counts title, notes and bibliography
	Sources           int

	Verdict  desk.Verdict
	Findings []desk.Finding // in the language of the envelope

	// Registered is false where the author must register first.
	Registered bool
	// Earlier is another case that holds the same file by the same author, nil where
	// there is none.
	Earlier *Earlier
}

// Earlier is a case that holds the very file that a receipt is about.
type Earlier struct {
	Reference desk.Reference
	Format    string // the format's ID or name
	Closed    bool
}

// Failed are the required criteria that the text does not meet.
func (r Receipt) Failed() []desk.Finding { return r.pick(desk.Fail, desk.Required) }

// Advised are the criteria that are advice and that the text does not follow.
func (r Receipt) Advised() []desk.Finding { return r.pick(desk.Fail, desk.Advice) }

// briefFrom is how many points are told in one paragraph each, without their name, so
// that the answer stays within a screen.
const briefFrom = 5

// Brief says whether there are that many points to correct or to think of.
func (r Receipt) Brief() bool { return len(r.Failed())+len(r.Advised()) >= briefFrom }

// Unknown are the criteria that a machine could not tell, required or not.
func (r Receipt) Unknown() []desk.Finding {
	return r.pick(desk.Unknown, desk.Required, desk.Advice)
}

// Doubt is what could not be told of one criterion, or of several for one reason.
type Doubt struct {
	Labels  []string
	Message string
}

// Doubts are the unknown criteria, those of one reason together.
func (r Receipt) Doubts() []Doubt {
	var doubts []Doubt
	for _, f := range r.Unknown() {
		at := slices.IndexFunc(doubts, func(d Doubt) bool { return d.Message == f.Message })
		if at < 0 {
			doubts = append(doubts, Doubt{Labels: []string{f.Label}, Message: f.Message})
			continue
		}
		doubts[at].Labels = append(doubts[at].Labels, withinSentence(f.Label))
	}
	return doubts
}

// Passed are the criteria that the text meets, required or not.
func (r Receipt) Passed() []desk.Finding { return r.pick(desk.Pass, desk.Required, desk.Advice) }

// Unreadable is the finding that no text could be read, nil where one was. The
// other findings say nothing then.
func (r Receipt) Unreadable() *desk.Finding {
	for _, f := range r.Findings {
		if f.Criterion == readable && f.Result != desk.Pass {
			return &f
		}
	}
	return nil
}

// NextVersion is the number that a corrected text will have.
func (r Receipt) NextVersion() int { return r.Version + 1 }

// Trial says whether nothing was filed: the receipt is the report of a trial.
func (r Receipt) Trial() bool { return r.Reference == "" }

// Guessed says whether the subject named the format other than plainly.
func (r Receipt) Guessed() bool { return guesses[r.Reason.Code] }

func (r Receipt) pick(result desk.Result, levels ...desk.Level) []desk.Finding {
	var picked []desk.Finding
	for _, f := range r.Findings {
		for _, level := range levels {
			if f.Result == result && f.Level == level {
				picked = append(picked, f)
			}
		}
	}
	return picked
}

type receiptPage struct {
	Receipt
	frame
}

func (r Receipt) page(f frame) receiptPage {
	r.Version = max(r.Version, 1)
	r.Registered = r.Registered || f.Pub.RegistrationPage == ""
	r.Format = f.Pub.name(r.Format)
	if r.Earlier != nil {
		r.Earlier = &Earlier{r.Earlier.Reference, f.Pub.name(r.Earlier.Format), r.Earlier.Closed}
	}
	r.Reason = cleanReason(r.Reason)
	r.File = oneLine(r.File, maxPhrase)
	r.Title = oneLine(r.Title, maxTitle)
	r.Author = oneLine(r.Author, maxName)
	findings := make([]desk.Finding, len(r.Findings))
	for i, f := range r.Findings {
		findings[i] = cleanFinding(f)
	}
	r.Findings = findings
	return receiptPage{r, f}
}

// cleanFinding keeps a finding's words to one line each, as they may quote the
// text, and leaves out what its sentences say already.
func cleanFinding(f desk.Finding) desk.Finding {
	f.Label = oneLine(f.Label, maxPhrase)
	if f.Label == "" {
		f.Label = f.Criterion
	}
	f.Measured = oneLine(f.Measured, maxPhrase)
	f.Limit = oneLine(f.Limit, maxPhrase)
	f.File = oneLine(f.File, maxPhrase)
	f.Where = oneLine(f.Where, maxSentence)
	f.Message = oneLine(f.Message, maxSentence)
	f.Repair = oneLine(f.Repair, maxSentence)
	said := f.Message + " " + f.Repair
	for _, value := range []*string{&f.Measured, &f.Limit} {
		if tells(said, *value) {
			*value = ""
		}
	}
	if strings.Contains(said, f.Where) { // a place is more than its numbers
		f.Where = ""
	}
	return f
}

// tells says whether a sentence holds a value: all the numbers of a range, or
// else the words themselves.
func tells(sentence, value string) bool {
	wanted := numbers(value)
	if len(wanted) == 0 {
		return strings.Contains(sentence, value)
	}
	held := numbers(sentence)
	for _, n := range wanted {
		if !slices.Contains(held, n) {
			return false
		}
	}
	return true
}

// numbers is the digits of each number as a person writes it: its thousands may stand
// apart.
func numbers(s string) []string {
	var found []string
	for i := 0; i < len(s); i++ {
		start := i
		for isDigit(s, i) {
			i++
		}
		if i == start {
			continue
		}
		n := s[start:i]
		if len(n) <= 3 {
			for group := thousands(s[i:]); group > 0; group = thousands(s[i:]) {
				n, i = n+s[i+group-3:i+group], i+group
			}
		}
		found = append(found, n)
	}
	return found
}

// thousands is how long the group of three digits is with which s goes on, what parts it
// from those before it included; 0 where it does not.
func thousands(s string) int {
	for _, apart := range []string{" ", ",", noBreak, narrowNoBreak} {
		if at := len(apart); strings.HasPrefix(s, apart) && isDigit(s, at) && isDigit(s, at+1) && isDigit(s, at+2) && !inWord(s, at+3) {
			return at + 3
		}
	}
	return 0
}

func isDigit(s string, at int) bool { return at < len(s) && '0' <= s[at] && s[at] <= '9' }

// inWord says whether a letter of ASCII, a digit or an underscore stands there.
func inWord(s string, at int) bool {
	return isDigit(s, at) || at < len(s) && (s[at] == '_' || 'a' <= s[at]|0x20 && s[at]|0x20 <= 'z')
}
