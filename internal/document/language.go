package document

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"
)

// What the language is told from: the text alone, no less than so many words, no
// more than so many bytes, and with so much confidence. On longer texts the
// library's confidence is no measure any more: its scores fall below zero.
const (
	languageWords      = 12
	languageBytes      = 1 << 10
	languageConfidence = 0.5
)

// languages are those that are told apart; among all that the library knows, a
// short text would be taken for a rare one.
func languages() map[whatlanggo.Lang]bool {
	return map[whatlanggo.Lang]bool{
		whatlanggo.Fra: true, whatlanggo.Eng: true, whatlanggo.Deu: true, whatlanggo.Spa: true,
		whatlanggo.Ita: true, whatlanggo.Por: true, whatlanggo.Nld: true, whatlanggo.Pol: true,
		whatlanggo.Ron: true, whatlanggo.Swe: true, whatlanggo.Dan: true, whatlanggo.Ces: true,
		whatlanggo.Rus: true, whatlanggo.Ukr: true, whatlanggo.Ell: true, whatlanggo.Arb: true,
	}
}

// languageOf tells the language of the text, ISO 639-1; "" for a text that is too
// short or in none of them. The bibliography and the notes are left out: they are
// often in other languages.
func languageOf(blocks []block) string {
	var b strings.Builder
	for _, bl := range blocks {
		if bl.part == partNote || bl.part == partBibliography {
			continue
		}
		b.WriteString(bl.text[:min(len(bl.text), languageBytes)])
		if b.WriteByte('\n'); b.Len() > languageBytes {
			break
		}
	}
	text := strings.ToValidUTF8(b.String()[:min(b.Len(), languageBytes)], "")
	if countWords(text) < languageWords {
		return ""
	}
	if told := languageOfWords(text); told != "" {
		return told
	}
	return languageOfTrigrams(text)
}

// languageOfTrigrams tells any of the languages by runs of three letters.
func languageOfTrigrams(text string) string {
	info := whatlanggo.DetectWithOptions(text, whatlanggo.Options{Whitelist: languages()})
	if info.Confidence < languageConfidence {
		return ""
	}
	return whatlanggo.LangToStringShort(info.Lang)
}

// Small words that only French has, or only English, among the languages that are
// told apart.
var (
	frenchWords  = setOf(`les des est dans une aux du cette ces qui sur pour avec pas sont où leur leurs ses nous vous il ils elles été être ont plus comme par au ce sans dont et à très aussi même tout tous deux fait peut selon depuis ainsi donc que quand chaque notre chez vers était sera doit car lorsque puisque contre après avant toujours jamais parfois souvent bonjour bonsoir merci veuillez cordialement voici mon votre suis`)
	englishWords = setOf(`the of and to is that it with was this are be by from which have has an as not their were its or but they we you on at had been can will would there these those than into more hello please my your`)
)

// So many words in a hundred, of no less than so many, are small words of the one
// language, in each quarter of the text no less than so many, and hardly any are of
// the other: then it is that one. Prose has more of its own, no other language that
// is told apart has as many, and of a text in two languages one quarter has fewer.
const (
	tellingWords   = 60
	tellingShare   = 18
	tellingQuarter = 10
	strayShare     = 3

	// Of fewer words, a covering note's, no less than so many are of the one language,
	// with a larger share, and none is of the other.
	noteLeast = 4
	noteShare = 20
)

// languageOfWords tells French and English by their small words, where these leave
// no doubt: in a tenth of the time that the library takes, and with the same answer.
func languageOfWords(text string) string {
	var sum smallWords
	french, english := true, true
	for i := range 4 {
		quarter := smallWordsOf(text[len(text)*i/4 : len(text)*(i+1)/4])
		french = french && quarter.french*100 >= tellingQuarter*quarter.all
		english = english && quarter.english*100 >= tellingQuarter*quarter.all
		sum.all, sum.french, sum.english = sum.all+quarter.all, sum.french+quarter.french, sum.english+quarter.english
	}
	switch {
	case sum.all < tellingWords && sum.english == 0 && sum.french >= noteLeast && sum.french*100 >= noteShare*sum.all:
		return "fr"
	case sum.all < tellingWords && sum.french == 0 && sum.english >= noteLeast && sum.english*100 >= noteShare*sum.all:
		return "en"
	case sum.all < tellingWords:
	case french && sum.french*100 >= tellingShare*sum.all && sum.english*100 <= strayShare*sum.all:
		return "fr"
	case english && sum.english*100 >= tellingShare*sum.all && sum.french*100 <= strayShare*sum.all:
		return "en"
	}
	return ""
}

// smallWords counts the words of a text, and the small ones of either language.
type smallWords struct{ all, french, english int }

func smallWordsOf(text string) (n smallWords) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !isLetterOrDigit(r) }) {
		n.all++
		if word[0] < utf8.RuneSelf && unicode.IsUpper(rune(word[0])) {
			word = strings.ToLower(word)
		}
		if frenchWords[word] {
			n.french++
		}
		if englishWords[word] {
			n.english++
		}
	}
	return n
}
