package essay

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"
)

// Writer writes essays by chance, the same ones from the same seed.
type Writer struct{ *rand.Rand }

// NewWriter is a writer whose work follows from two numbers.
func NewWriter(seed, stream uint64) Writer { return Writer{rand.New(rand.NewPCG(seed, stream))} }

// Length is a number of words as students have it: 400 to 3,000.
func (w Writer) Length() int { return 400 + w.IntN(2600) }

// Essay writes about so many words, headings, notes and sources apart.
func (w Writer) Essay(words int) Essay {
	e := Essay{Title: w.Words(6), Author: w.Name()}
	for left := words; left > 0; {
		p := Part{Heading: w.Words(4)}
		for range 2 + w.IntN(4) {
			text, n := w.paragraph()
			made := Paragraph{Text: text}
			if w.IntN(8) == 0 {
				made.Note = w.source()
			}
			p.Paragraphs = append(p.Paragraphs, made)
			if left -= n; left <= 0 {
				break
			}
		}
		e.Parts = append(e.Parts, p)
	}
	for range 3 + w.IntN(9) {
		e.Sources = append(e.Sources, w.source())
	}
	return e
}

// paragraph gives a paragraph and how many words it has.
func (w Writer) paragraph() (string, int) {
	var sentences []string
	words := 0
	for range 3 + w.IntN(5) {
		n := 8 + w.IntN(18)
		sentences = append(sentences, w.Words(n)+".")
		words += n
	}
	return strings.Join(sentences, " "), words
}

// Words are so many words, the first with a capital.
func (w Writer) Words(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = vocabulary[w.IntN(len(vocabulary))]
	}
	first := []rune(all[0])
	first[0] = unicode.ToUpper(first[0])
	all[0] = string(first)
	return strings.Join(all, " ")
}

// Name is a given name and a family name.
func (w Writer) Name() string { return given[w.IntN(len(given))] + " " + family[w.IntN(len(family))] }

func (w Writer) source() string {
	name := family[w.IntN(len(family))]
	return fmt.Sprintf("%s, %s. (%d). %s. Revue de la Rive. https://example.org/%d", name, name[:1], 1990+w.IntN(35), w.Words(6), w.IntN(100000))
}

var (
	given      = strings.Fields("Jeanne Louis Amina Paul Claire Hugo Inès Marc Élise Noé")
	family     = strings.Fields("Durand Moreau Lefèvre Roche Delmas Petit Garnier Lambert Faure Mercier")
	vocabulary = strings.Fields(`le la les un une des ce cette ces son sa ses leur notre quelque chaque aucun
ville rue place marché quartier commune région pays frontière campagne rivière port gare route pont école
maison banc jardin budget impôt loi décret vote élection parti assemblée ministre maire syndicat entreprise
travail salaire emploi prix marge dette croissance énergie climat chaleur sécheresse forêt ferme paysan ouvrier
enseignant étudiante médecin juge journaliste habitant voisine électrice génération mémoire histoire guerre paix
et ou mais donc or ni car que qui dont où lorsque puisque quand comme afin sans avec pour contre depuis pendant
selon après avant entre parmi vers chez est sont était étaient sera devient reste semble demeure peut doit veut
fait dit voit prend donne montre explique répond propose refuse accepte défend critique observe mesure compare
ouvert fermé public privé social politique économique européen français local national ancien nouveau grand petit
rare commun libre égal juste lent rapide difficile nécessaire possible évident souvent toujours jamais parfois
plus moins très trop assez peu beaucoup ainsi pourtant cependant enfin d’abord aujourd’hui hier demain l’État
l’eau l’idée l’enquête l’opinion c’est-à-dire peut-être quelques-uns vis-à-vis`)
)
