package rules

import (
	"cmp"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// prefixForm is what a reference may begin with (desk.Reference).
var prefixForm = regexp.MustCompile(`^[A-Z][A-Z0-9]{0,11}$`)

// mostAnswers is how many automatic mails an hour one address may be set to get:
// more is a loop, not an answer.
const mostAnswers = 100

// The answers that leave within an hour in all: what providers let one account send
// is some hundreds.
const (
	defaultInAll = 300
	mostInAll    = 100000
)

// checkDesk looks for what is wrong in desk.yaml.
func (s *source) checkDesk(d deskFile) {
	if s.Has("prefix") && !prefixForm.MatchString(d.Prefix) {
		s.Fault("prefix", "the prefix %q cannot begin a reference; accepted: capitals A–Z and digits, a letter first, 12 at most", d.Prefix)
	}
	s.checkLanguages(d)
	s.checkAddress("site", d.Site)
	s.checkAddress("registration.page", d.Registration.Page)
	if s.Has("answers_per_hour") && (d.AnswersPerHour < 1 || d.AnswersPerHour > mostAnswers) {
		s.Fault("answers_per_hour", "answers_per_hour is %d; accepted: 1 to %d", d.AnswersPerHour, mostAnswers)
	}
	if s.Has("answers_per_hour_in_all") && (d.AnswersInAll < 1 || d.AnswersInAll > mostInAll) {
		s.Fault("answers_per_hour_in_all", "answers_per_hour_in_all is %d; accepted: 1 to %d", d.AnswersInAll, mostInAll)
	}
	s.checkDelays(d.Withdrawal)
	s.checkKeep(d.Trial.Keep)
	s.checkRetention(d.Keep)
	s.checkErasure(d.Erasure)
	s.checkFolder("root", d.Root)
	for q, queue := range d.Queues.all() {
		at := "queues." + string(q)
		s.checkFolder(at+".folder", queue.Folder)
		s.checkMessage(at+".name", queue.Name, spokenOf(d.Languages))
	}
}

// How long a trial's content is kept: at least so long that its answer has left,
// at most a week, as nothing was promised to be kept.
const (
	defaultKeep  = 24 * time.Hour
	shortestKeep = time.Hour
	longestKeep  = 7 * 24 * time.Hour
)

// checkKeep looks at how long a trial's content is kept.
func (s *source) checkKeep(keep string) {
	if !s.Has("trial.keep") {
		return
	}
	d, err := time.ParseDuration(keep)
	if err != nil || d < shortestKeep || d > longestKeep {
		s.Fault("trial.keep", "trial.keep is %q; accepted: 1h to 168h, as 24h", keep)
	}
}

// keep is how long a trial's content is kept; checkKeep has told what is wrong.
func (d deskFile) keep() time.Duration {
	if keep, err := time.ParseDuration(d.Trial.Keep); err == nil {
		return keep
	}
	return defaultKeep
}

// checkLanguages looks at the languages of the desk, and of the texts.
func (s *source) checkLanguages(d deskFile) {
	known := strings.Join(spoken, ", ")
	s.checkSet("languages", d.Languages, func(code string) string {
		if slices.Contains(spoken, code) {
			return ""
		}
		return "the desk does not write the language " + code + "; accepted: " + known
	})
	s.checkSet("text_languages", d.TextLanguages, func(code string) string {
		if _, err := language.ParseBase(code); err == nil && len(code) == 2 && code == strings.ToLower(code) {
			return ""
		}
		return code + " is no language; accepted: the two letters of ISO 639-1, as fr"
	})
	if d.Language != "" && len(d.Languages) > 0 && !slices.Contains(d.Languages, d.Language) {
		s.Fault("language", "the language %s is not among languages; accepted: %s", d.Language, strings.Join(d.Languages, ", "))
	}
}

// checkSet looks at a list that must hold something, nothing twice and nothing
// wrong.
func (s *source) checkSet(path string, list []string, wrong func(string) string) {
	if s.Has(path) && s.Entries(path) == 0 {
		s.Fault(path, "%s is empty: give one at least", path)
	}
	for i, item := range list {
		at := yamlfile.Nth(path, i)
		if says := wrong(item); says != "" {
			s.Fault(at, "%s", says)
		}
		if slices.Contains(list[:i], item) {
			s.Fault(at, "%s stands here twice", item)
		}
	}
}

// checkAddress refuses what a browser could not open.
func (s *source) checkAddress(path, address string) {
	if err := desk.CheckPage(address); err != nil {
		s.Fault(path, "%v", err)
	}
}

// checkFolder refuses a name that an IMAP server could take for something else
// than one folder (RFC 9051, sections 5.1 and 6.3.9).
func (s *source) checkFolder(path, name string) {
	switch {
	case strings.ContainsAny(name, `/\*%`) || strings.ContainsFunc(name, unicode.IsControl):
		s.Fault(path, `the folder %q holds one of / \ * %% or a control character: choose another name`, name)
	case name != strings.TrimSpace(name):
		s.Fault(path, "the folder %q begins or ends with a space", name)
	case strings.EqualFold(name, "INBOX"):
		s.Fault(path, "the folder INBOX is where mail arrives: choose another name")
	}
}

// spokenOf is those of the languages that the desk can write.
func spokenOf(languages []string) []string {
	return slices.DeleteFunc(slices.Clone(languages), func(l string) bool { return !slices.Contains(spoken, l) })
}

// publication is what a right desk.yaml says, with the folders of the formats.
func (d deskFile) publication(formats []*formatSource) Desk {
	p := Desk{
		Name: d.Name, Prefix: d.Prefix,
		Language: d.Language, Languages: d.Languages, TextLanguages: d.TextLanguages,
		Site: d.Site, Registration: Registration{Page: d.Registration.Page},
		AnswersPerHour: d.AnswersPerHour, AnswersInAll: cmp.Or(d.AnswersInAll, defaultInAll), Withdrawal: d.Withdrawal.delays(), TrialKeep: d.keep(),
		Retention: d.Keep.retention(), Erasure: d.Erasure.erasure(),
		Folders: map[desk.Queue]string{},
	}
	for q, queue := range d.Queues.all() {
		p.Folders[q] = d.Root + "/" + queue.Folder
	}
	for _, f := range formats {
		p.Folders[desk.Queue(f.id)] = d.Root + "/" + f.folder()
	}
	return p
}

// names is what people call the queues.
func (q queuesFile) names() map[desk.Queue]message {
	names := map[desk.Queue]message{}
	for id, queue := range q.all() {
		names[id] = queue.Name
	}
	return names
}

// Languages is the languages that a folder's desk.yaml lists and the desk can
// write, even where Load refuses the folder: its notices can be checked all the
// same. There are none where desk.yaml does not tell.
func Languages(fsys fs.FS) []string {
	files, _ := readFolder(fsys) // Load tells the faults
	var d deskFile
	readSource(deskName, files[deskName], &d)
	return spokenOf(d.Languages)
}
