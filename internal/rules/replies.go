package rules

import (
	"slices"
	"strings"
)

// Reply is what the first words of an answer to the desk say.
type Reply string

// The replies. A reply that could mean two things is ReplyNone.
const (
	ReplyNone    Reply = ""
	ReplyConfirm Reply = "confirm"
	ReplyCancel  Reply = "cancel"
	ReplyObject  Reply = "object"
)

// replies is the part of subjects.yaml about answers.
type replies struct {
	Greetings []string `yaml:"greetings" required:"true" doc:"Les mots par lesquels une réponse commence sans rien dire encore."`
	Confirm   []string `yaml:"confirm" required:"true" doc:"Une réponse qui commence ainsi confirme."`
	Cancel    []string `yaml:"cancel" required:"true" doc:"Une réponse qui commence ainsi revient sur la demande."`
	Object    []string `yaml:"object" required:"true" doc:"Une réponse qui commence ainsi s’oppose au retrait d’un texte commun."`
	Doubt     []string `yaml:"doubt" required:"true" doc:"Les mots qui, dans la même ligne, rendent un oui incertain."`
}

// answers is the replies, folded.
type answers struct {
	greetings, doubt []string
	begin            map[Reply][]string
}

// newAnswers folds the replies, and says what is wrong with them.
func newAnswers(r replies) (a answers, flaws []flaw) {
	owners := map[string]string{}
	take := func(name string, list []string) (folded []string) {
		if len(list) == 0 {
			flaws = append(flaws, flaw{"replies." + name, "the list is empty: name at least one word"})
		}
		for i, typed := range list {
			words, at := fold(typed), place("replies."+name, i)
			switch before, taken := owners[words]; {
			case words == "":
				flaws = append(flaws, flaw{at, "the entry holds no letter and no digit"})
			case taken && before == name:
				flaws = append(flaws, flaw{at, "“" + typed + "” stands in this list twice, case and accents apart"})
			case taken:
				flaws = append(flaws, flaw{at, "“" + typed + "” stands in replies." + before + " too: a reply could mean either"})
			}
			owners[words] = name
			folded = append(folded, words)
		}
		return folded
	}
	a.greetings = take("greetings", r.Greetings)
	slices.SortFunc(a.greetings, func(x, y string) int { return len(y) - len(x) }) // "merci beaucoup" before "merci"
	a.begin = map[Reply][]string{
		ReplyConfirm: take("confirm", r.Confirm), ReplyCancel: take("cancel", r.Cancel), ReplyObject: take("object", r.Object),
	}
	owners = map[string]string{} // a word of doubt may begin another reply
	a.doubt = take("doubt", r.Doubt)
	return a, flaws
}

// Reply reads the beginning of an answer, without what it quotes: the first line
// that is more than a greeting. A yes with a word of doubt or a question mark in its
// line says nothing.
func (s *Set) Reply(text string) Reply {
	for line := range strings.Lines(text) {
		words := s.answers.afterGreeting(fold(line))
		if words == "" {
			continue
		}
		reply := s.answers.beginning(words)
		if reply == ReplyConfirm && (strings.Contains(line, "?") || s.answers.doubtful(words)) {
			return ReplyNone
		}
		return reply
	}
	return ReplyNone
}

// afterGreeting is what a folded line says after a greeting: "bonjour, oui".
func (a answers) afterGreeting(words string) string {
	for again := true; again; {
		again = false
		for _, g := range a.greetings {
			if rest, ok := afterWords(words, g); ok {
				words, again = rest, true
			}
		}
	}
	return words
}

// beginning is the reply whose words a line begins with, the longest of them.
func (a answers) beginning(words string) (reply Reply) {
	longest := 0
	for r, list := range a.begin {
		for _, begin := range list {
			if _, ok := afterWords(words, begin); ok && len(begin) > longest {
				reply, longest = r, len(begin)
			}
		}
	}
	return reply
}

func (a answers) doubtful(words string) bool {
	return slices.ContainsFunc(a.doubt, func(d string) bool { return strings.Contains(" "+words+" ", " "+d+" ") })
}

// afterWords is what follows whole words at the beginning of others.
func afterWords(words, begin string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(words+" ", begin+" ")
	return strings.TrimSpace(rest), ok && begin != ""
}
