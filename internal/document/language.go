package document

import (
	"strings"

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
		if b.WriteString(bl.text + "\n"); b.Len() > languageBytes {
			break
		}
	}
	text := strings.ToValidUTF8(b.String()[:min(b.Len(), languageBytes)], "")
	if countWords(text) < languageWords {
		return ""
	}
	info := whatlanggo.DetectWithOptions(text, whatlanggo.Options{Whitelist: languages()})
	if info.Confidence < languageConfidence {
		return ""
	}
	return whatlanggo.LangToStringShort(info.Lang)
}
