package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"
)

// essay is a text as students write them.
type essay struct {
	title, author string
	parts         []part
	sources       []string
}

// part is a heading and its paragraphs; a paragraph may have a note.
type part struct {
	heading    string
	paragraphs []paragraph
}

type paragraph struct{ text, note string }

const (
	leastWords = 400
	mostWords  = 3000
)

// writer writes essays by chance.
type writer struct{ *rand.Rand }

func (w writer) essay() essay {
	e := essay{title: w.words(6), author: w.name()}
	left := leastWords + w.IntN(mostWords-leastWords)
	for left > 0 {
		p := part{heading: w.words(4)}
		for range 2 + w.IntN(4) {
			text, n := w.paragraph()
			made := paragraph{text: text}
			if w.IntN(8) == 0 {
				made.note = w.source()
			}
			p.paragraphs = append(p.paragraphs, made)
			if left -= n; left <= 0 {
				break
			}
		}
		e.parts = append(e.parts, p)
	}
	for range 3 + w.IntN(9) {
		e.sources = append(e.sources, w.source())
	}
	return e
}

// paragraph gives a paragraph and how many words it has.
func (w writer) paragraph() (string, int) {
	var sentences []string
	words := 0
	for range 3 + w.IntN(5) {
		n := 8 + w.IntN(18)
		sentences = append(sentences, w.words(n)+".")
		words += n
	}
	return strings.Join(sentences, " "), words
}

func (w writer) words(n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = vocabulary[w.IntN(len(vocabulary))]
	}
	first := []rune(all[0])
	first[0] = unicode.ToUpper(first[0])
	all[0] = string(first)
	return strings.Join(all, " ")
}

func (w writer) name() string { return given[w.IntN(len(given))] + " " + family[w.IntN(len(family))] }

func (w writer) source() string {
	name := family[w.IntN(len(family))]
	return fmt.Sprintf("%s, %s. (%d). %s. Revue de la Rive. https://example.org/%d", name, name[:1], 1990+w.IntN(35), w.words(6), w.IntN(100000))
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
