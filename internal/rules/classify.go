package rules

import (
	"mime"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
	"github.com/bara-think-tank/guichet/internal/typo"
)

// Classification is what a mail is by its subject.
type Classification struct {
	Kind    desk.Kind   // submission, withdrawal, command, inquiry or unclear
	Format  string      // the format's id, for submissions, withdrawals and trials
	Title   string      // what follows the format in the subject, as typed; "" where nothing does
	Command string      // the command's id, for commands
	Reason  desk.Reason // why, for a person
	Flags   []string    // FlagMixedScripts, FlagMistyped
}

// The flags of a Classification.
const (
	FlagMixedScripts = "mixed-scripts"   // a word mixes letters of several scripts
	FlagMistyped     = "mistyped-format" // the format is one letter away from what was typed
)

// CommandTrial is the command that asks for a report and files nothing.
const CommandTrial = "trial"

// textWords is how many words a document needs to read as a text where the
// subject names no format.
const textWords = 150

// classifier sorts mails by their subjects. It never changes and is safe for
// concurrent use.
type classifier struct {
	lexicon   lexicon
	prefixes  map[string]bool
	negations []distantNegation
	own       map[string]bool   // words that are no typing mistake
	guessable []term            // single words that a typing mistake may have meant
	names     map[string]string // of formats, by id
	languages []string
}

// distantNegation is a negation in two words, with any words between: ne … plus.
type distantNegation struct{ first, second string }

// classify sorts a mail by its subject. What the mail holds matters only where
// the subject does not decide alone.
func (c *classifier) classify(subject string, held []document.Document) Classification {
	r := c.read(subject, held)
	switch {
	case r.isCommand():
		return r.command()
	case r.announced && r.heard == format:
		return r.submission()
	}
	if doubt, ok := r.doubt(); ok {
		return doubt
	}
	if r.asked && r.heard == withdrawing && !r.guessed {
		return r.withdrawal()
	}
	return r.furtherIn()
}

// reading is one subject cut into pieces, and what of the mail may decide.
type reading struct {
	*classifier
	subject string
	pieces  []piece
	held    []document.Document

	// The lead is the first piece that could decide: what stands before it only
	// announces it, asks for it or links words. It is what was heard, which a
	// typing mistake may hide. Without a lead it is len(pieces), heard plain.
	lead      int
	heard     role
	heardID   string
	guessed   bool // it was heard through a typing mistake
	announced bool // a format in the lead counts as first
	asked     bool // so does a withdrawal
}

// read cuts a subject into pieces and finds its lead.
func (c *classifier) read(subject string, held []document.Document) *reading {
	subject = decoded(subject)
	glyphs := c.unprefixed(foldGlyphs(subject))
	r := &reading{classifier: c, subject: subject, held: held}
	r.pieces = c.pieces(tokenize(glyphs))
	r.lead = slices.IndexFunc(r.pieces, func(p piece) bool { return !p.role.leads() })
	if r.lead < 0 {
		r.lead = len(r.pieces)
		return r
	}
	has := func(roles ...role) bool {
		return r.lead == 0 || slices.ContainsFunc(r.pieces[:r.lead], func(p piece) bool { return slices.Contains(roles, p.role) })
	}
	r.announced = has(announcing, reference)
	r.asked = has(announcing, asking, reference)
	r.heard, r.heardID = c.hear(r.pieces[r.lead])
	r.guessed = r.heard != r.pieces[r.lead].role
	return r
}

// decoded is a subject without MIME words (RFC 2047) that a broken mail program
// encoded twice, and in valid UTF-8. What does not decode is kept.
func decoded(subject string) string {
	if strings.Contains(subject, "=?") {
		words := mime.WordDecoder{CharsetReader: charset.NewReaderLabel}
		if plain, err := words.DecodeHeader(subject); err == nil {
			subject = plain
		}
	}
	return strings.ToValidUTF8(subject, "\uFFFD")
}

// hear is the role that a piece has or, for a plain word one edit away from a
// format or a withdrawal, the role that was meant. A word that means two things
// that way means neither; one of several scripts is deceit, no mistake.
func (c *classifier) hear(p piece) (role, string) {
	if p.role != plain || p.mixed || c.own[p.text] || len([]rune(p.text)) < leastGuessed-1 {
		return p.role, p.id
	}
	meant, id := plain, ""
	for _, t := range c.guessable {
		switch {
		case !typo.OneEdit(p.text, t.words[0]):
		case meant != plain && (meant != t.role || meant == format && id != t.id):
			return plain, ""
		default:
			meant, id = t.role, t.id
		}
	}
	return meant, id
}

// leastGuessed is how many letters a word needs for its typing mistakes to be
// guessed: with fewer, too many words are neighbours.
const leastGuessed = 7

// isCommand says whether the whole subject is one command, with no more than a
// format or a reference. "Mon essai" is a text, not a trial.
func (r *reading) isCommand() bool {
	if r.heard != commanding || slices.ContainsFunc(r.pieces[:r.lead], func(p piece) bool { return p.role == announcing }) {
		return false
	}
	return r.triesTitle() || !slices.ContainsFunc(r.pieces[r.lead:], func(p piece) bool {
		return !p.role.leads() && p.role != format && (p.role != commanding || p.id != r.heardID)
	})
}

// triesTitle says whether the subject is one that would submit, with the word of
// a trial before it: "Essai baratin : La ville". "Essai d’analyse : la ville" is a
// title.
func (r *reading) triesTitle() bool {
	rest := r.pieces[r.lead:]
	return r.heardID == CommandTrial && r.lead == 0 && len(rest) > 2 &&
		rest[1].role == format && rest[1].gap != broken && rest[2].gap == broken
}

// command is what a command makes of a mail. A trial is of the one format that
// the subject names, or of none where it names two.
func (r *reading) command() Classification {
	made := Classification{
		Kind: desk.KindCommand, Command: r.heardID,
		Reason: desk.Because("command", r.typed(r.pieces[r.lead])),
	}
	if made.Command != CommandTrial {
		return made
	}
	if r.triesTitle() {
		made.Format, made.Title = r.pieces[r.lead+1].id, r.titleAfter(r.pieces[r.lead+1])
	} else if formats := r.formats(); len(formats) == 1 {
		made.Format = formats[0].id
	}
	return made
}

// submission is what a format in the lead makes of a mail: what follows is its
// title, unless that could as well be the mail's true wish.
func (r *reading) submission() Classification {
	lead, rest := r.pieces[r.lead], r.pieces[r.lead+1:]
	for len(rest) > 0 && r.repeats(rest) {
		lead, rest = rest[0], rest[1:]
	}
	if doubt, ok := r.rivalled(rest); ok {
		return doubt
	}
	made := Classification{Kind: desk.KindSubmission, Format: r.heardID, Title: r.titleAfter(lead)}
	switch {
	case r.guessed:
		made.Flags = append(made.Flags, FlagMistyped)
		made.Reason = desk.Because("format-mistyped", r.typed(r.pieces[r.lead]), r.names[r.heardID])
	case r.lead > 0:
		made.Reason = desk.Because("format-announced", r.names[r.heardID])
	default:
		made.Reason = desk.Because("format-first", r.names[r.heardID])
	}
	if slices.ContainsFunc(rest, func(p piece) bool { return p.mixed }) {
		made.Flags = append(made.Flags, FlagMixedScripts)
	}
	return made
}

// repeats says whether the rest of a subject begins with its own format once
// more, on its own: "Baratin – Baratin : La ville".
func (r *reading) repeats(rest []piece) bool {
	return rest[0].role == format && rest[0].id == r.heardID && (len(rest) == 1 || rest[1].gap == broken)
}

// withdrawal is what a withdrawal in the lead makes of a mail.
func (r *reading) withdrawal() Classification {
	word, formats := r.typed(r.pieces[r.lead]), r.formats()
	switch len(formats) {
	case 0:
		return unclear("withdrawal-bare", word)
	case 1:
	default:
		return unclear("withdrawal-two", r.names[formats[0].id], r.names[formats[1].id])
	}
	named := formats[0]
	if r.holdsText() && slices.ContainsFunc(r.before(named)[r.lead+1:], func(p piece) bool { return !p.role.leads() }) {
		// "Retrait des troupes : analyse", with the analysis attached.
		return unclear("withdrawal-text", word, r.names[named.id])
	}
	return Classification{
		Kind: desk.KindWithdrawal, Format: named.id, Title: r.titleAfter(named),
		Reason: desk.Because("withdrawal", word, r.names[named.id]),
	}
}

// furtherIn is what is left where nothing stands in the lead: formats in passing,
// or none, and what the mail holds decides.
func (r *reading) furtherIn() Classification {
	formats := r.formats()
	switch {
	case len(formats) == 0 && r.holdsLongText():
		return unclear("text-no-format")
	case len(formats) == 0:
		return Classification{Kind: desk.KindInquiry, Reason: desk.Because("inquiry")}
	case len(formats) > 1:
		// Words between them or not, neither stands out.
		return unclear("two-formats", r.names[formats[0].id], r.names[formats[1].id])
	}
	named := formats[0]
	if !r.holdsText() {
		return Classification{Kind: desk.KindInquiry, Reason: desk.Because("format-no-text", r.names[named.id])}
	}
	return Classification{
		Kind: desk.KindSubmission, Format: named.id, Title: r.titleAfter(named),
		Reason: desk.Because("format-later", r.names[named.id]),
	}
}

// formats is the formats that the subject names, each where it stands first.
func (r *reading) formats() []piece {
	var named []piece
	for _, p := range r.pieces {
		if p.role == format && !slices.ContainsFunc(named, func(n piece) bool { return n.id == p.id }) {
			named = append(named, p)
		}
	}
	return named
}

// before is the pieces before p.
func (r *reading) before(p piece) []piece {
	return r.pieces[:slices.IndexFunc(r.pieces, func(q piece) bool { return q.start == p.start })]
}

// holdsText says whether the mail holds what its sender may want published: an
// attached text, or a body longer than a covering note. What holds text and was
// not read counts: a scan, or a file that stopped its reader.
func (r *reading) holdsText() bool {
	return slices.ContainsFunc(r.held, func(d document.Document) bool {
		unreadType := d.Fault == document.FaultStopped ||
			d.Error != "" && slices.Contains([]document.Type{document.PDF, document.RTF, document.DOC}, d.Type)
		return d.Type == document.Body && d.Readable() && d.Words >= leastText ||
			d.Type != document.Body && (d.Readable() || unreadType)
	})
}

// holdsLongText says whether a document, the body among them, reads as a text by
// itself, in a language that the rules take.
func (r *reading) holdsLongText() bool {
	return slices.ContainsFunc(r.held, func(d document.Document) bool {
		return d.Readable() && d.Words >= textWords && slices.Contains(r.languages, d.Language)
	})
}
