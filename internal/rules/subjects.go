package rules

import (
	"fmt"
	"strings"
	"unicode"
)

// subjects is what rules/subjects.yaml holds: every word that sorts a mail, as
// an editor wrote it. Case, accents and punctuation do not matter in it.
type subjects struct {
	Prefixes   []string  `yaml:"prefixes" required:"true" doc:"Ce que les logiciels mettent devant un objet : re, tr, fwd."`                         // what mail programs put before a subject: Re, TR…
	Announcing []string  `yaml:"announcing" required:"true" doc:"Les mots qui annoncent : le format qui les suit compte comme s’il venait en tête."` // words after which a format stands as if first
	Asking     []string  `yaml:"asking" required:"true" doc:"Les mots qui demandent : le retrait qui les suit compte comme s’il venait en tête."`    // words after which a withdrawal stands as if first
	Linking    []string  `yaml:"linking" required:"true" doc:"Les petits mots qui peuvent se glisser entre les autres."`                             // small words that may stand among them
	Withdrawal []string  `yaml:"withdrawal" required:"true" doc:"Les mots qui demandent un retrait."`                                                // words that ask for a withdrawal
	Negations  []string  `yaml:"negations" required:"true" doc:"Les négations ; … tient lieu de mots quelconques."`                                  // "sans", "ne … plus": … is any words
	Replies    replies   `yaml:"replies" required:"true" doc:"Les premiers mots d’une réponse au guichet."`
	Commands   []command `yaml:"commands" required:"true" doc:"Ce que l’on demande au guichet lui-même."`
	Words      []string  `yaml:"words" required:"true" doc:"Les mots à une lettre d’un format ou d’un retrait qui existent bel et bien."` // one letter away from a word above, and words of their own
}

// command is one mail command and the words that call it.
type command struct {
	ID    string   `yaml:"id" required:"true" doc:"La commande."`
	Words []string `yaml:"words" required:"true" doc:"Les mots qui l’appellent."`
}

// formatNames is how subjects name one format.
type formatNames struct {
	ID, Name string
	Aliases  []string
}

// flaw is something wrong in subjects.yaml. Path is where, as a source counts:
// "commands[1].words[0]"; the loader makes a fault of it (source.fault).
type flaw struct{ path, message string }

// newClassifier makes a classifier of the words in subjects.yaml, the names of
// the formats and the languages (ISO 639-1) that texts may be written in. Where
// there are flaws, the classifier must not be used.
func newClassifier(s subjects, formats []formatNames, languages []string) (*classifier, []flaw) {
	b := builder{made: &classifier{
		lexicon: lexicon{}, prefixes: map[string]bool{}, own: map[string]bool{},
		names: map[string]string{}, languages: languages,
	}}
	b.addFormats(formats)
	b.addList("withdrawal", s.Withdrawal, withdrawing, "")
	b.addCommands(s.Commands)
	b.addNegations(s.Negations)
	b.addList("announcing", s.Announcing, announcing, "")
	b.addList("asking", s.Asking, asking, "")
	b.addList("linking", s.Linking, linking, "")
	b.addPrefixes(s.Prefixes)
	b.addOwn(s.Words)
	return b.made, b.flaws
}

// builder fills a classifier and keeps what is wrong.
type builder struct {
	made  *classifier
	flaws []flaw
}

func (b *builder) flaw(path, format string, args ...any) {
	b.flaws = append(b.flaws, flaw{path, fmt.Sprintf(format, args...)})
}

// addFormats takes the names as they are: the loader has compared them.
func (b *builder) addFormats(formats []formatNames) {
	for _, f := range formats {
		b.made.names[f.ID] = f.Name
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			if words := strings.Fields(fold(name)); len(words) > 0 {
				t := term{words: words, role: format, id: f.ID}
				b.made.lexicon.add(t)
				b.made.lexicon.addPlurals(t)
				b.guess(t)
			}
		}
	}
}

// guess lets typing mistakes in a term, or in its plural, be understood.
func (b *builder) guess(t term) {
	if len(t.words) > 1 || len([]rune(t.words[0])) < leastGuessed {
		return
	}
	b.made.guessable = append(b.made.guessable, t)
	if many := plural(t.words[0]); many != t.words[0] {
		b.made.guessable = append(b.made.guessable, term{words: []string{many}, role: t.role, id: t.id})
	}
}

// addList adds the entries of a list. Withdrawals have plurals and typing
// mistakes, as formats have.
func (b *builder) addList(list string, entries []string, is role, id string) {
	b.wants(list, entries)
	for i, typed := range entries {
		t := term{words: strings.Fields(fold(typed)), role: is, id: id}
		if b.add(place(list, i), typed, t) && is == withdrawing {
			b.made.lexicon.addPlurals(t)
			t.id = typed
			b.guess(t)
		}
	}
}

// wants refuses an empty list.
func (b *builder) wants(list string, entries []string) {
	if len(entries) == 0 {
		b.flaw(list, "the list is empty: name at least one word")
	}
}

// place is the path of an entry of a list.
func place(list string, i int) string { return fmt.Sprintf("%s[%d]", list, i) }

// add adds one entry, or says why it cannot be.
func (b *builder) add(path, typed string, t term) bool {
	if len(t.words) == 0 {
		b.flaw(path, "%q holds no letter and no digit", typed)
		return false
	}
	for _, word := range tokenize(foldGlyphs(typed)) {
		if word.mixed {
			b.flaw(path, "%q mixes letters of several scripts: no subject can say it", typed)
			return false
		}
	}
	before, ok := b.made.lexicon.add(t)
	switch {
	case ok:
	case before.role == t.role && before.id == t.id:
		b.flaw(path, "%q stands in this list twice, case and accents apart", typed)
	case before.role == format:
		b.flaw(path, "%q is a name of the format %s: a subject could mean either", typed, b.made.names[before.id])
	default:
		b.flaw(path, "%q stands in another list too: %s", typed, lists[before.role])
	}
	return ok
}

func (b *builder) addCommands(commands []command) {
	if len(commands) == 0 {
		b.flaw("commands", "the list is empty: name at least one command")
	}
	ids := map[string]bool{}
	for i, c := range commands {
		path := place("commands", i)
		if ids[c.ID] {
			b.flaw(path+".id", "the command %s stands here twice: put all its words in one list", c.ID)
		}
		ids[c.ID] = true
		b.addList(path+".words", c.Words, commanding, c.ID)
	}
}

// addNegations adds single words as pieces of their own, and those in two parts
// apart.
func (b *builder) addNegations(entries []string) {
	b.wants("negations", entries)
	for i, typed := range entries {
		path := place("negations", i)
		first, second, distant := strings.Cut(typed, "…")
		n := distantNegation{fold(first), fold(second)}
		switch {
		case !distant:
			b.add(path, typed, term{words: strings.Fields(fold(typed)), role: negating})
		case len(strings.Fields(n.first)) != 1 || len(strings.Fields(n.second)) != 1:
			b.flaw(path, "%q must have one word on each side of the …, as in ne … plus", typed)
		default:
			b.made.negations = append(b.made.negations, n)
		}
	}
}

func (b *builder) addPrefixes(entries []string) {
	b.wants("prefixes", entries)
	for i, typed := range entries {
		path, folded := place("prefixes", i), fold(typed)
		letters := strings.IndexFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
		switch {
		case folded == "" || !letters || len([]rune(folded)) > maxPrefix:
			b.flaw(path, "%q must be one word of letters, %d at most: its colon and its count are understood", typed, maxPrefix)
		case b.made.prefixes[folded]:
			b.flaw(path, "%q stands in this list twice, case and accents apart", typed)
		case b.means(folded):
			b.flaw(path, "%q stands in another list too, and would never be read as a prefix", typed)
		}
		b.made.prefixes[folded] = true
	}
}

// means says whether a word alone sorts a mail.
func (b *builder) means(folded string) bool {
	for _, t := range b.made.lexicon[folded] {
		if len(t.words) == 1 && (t.role.sorts() || t.role == negating) {
			return true
		}
	}
	return false
}

func (b *builder) addOwn(entries []string) {
	for i, typed := range entries {
		folded := fold(typed)
		switch {
		case len(strings.Fields(folded)) != 1:
			b.flaw(place("words", i), "%q must be one word", typed)
		case b.made.own[folded]:
			b.flaw(place("words", i), "%q stands in this list twice, case and accents apart", typed)
		case b.means(folded):
			b.flaw(place("words", i), "%q sorts mails already, in another list", typed)
		}
		b.made.own[folded] = true
	}
}
