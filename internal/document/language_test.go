package document

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// inLanguages are texts of our own.
var inLanguages = map[string]string{
	"fr": `La ville ne se lit pas comme un plan : elle se traverse, et chacun de ceux qui la traversent en garde une autre carte. Dans le quartier où nous avons marché, les bancs ont été retirés l’un après l’autre, sans que personne ne l’ait voulu. Les habitants que nous avons interrogés disent tous la même chose : il n’y a plus d’endroit pour attendre. Selon la mairie, cette décision est provisoire, mais elle dure depuis dix ans, et aucune des associations n’a été consultée avant le vote du budget.`,
	"en": `A town is not read as a map is: it is walked through, and each of those who walk through it keeps another map of it. In the district where we walked, the benches had been taken away one after the other, although nobody had wanted it. The people to whom we talked all say the same: there is no place left to wait in. The town hall says that this was not meant to last, but it has lasted for ten years, and none of the societies were asked before the vote on the budget.`,
	"es": `La ciudad no se lee como un mapa: se atraviesa, y cada uno de los que la atraviesan guarda otro plano de ella. En el barrio por donde caminamos, los bancos fueron retirados uno tras otro sin que nadie lo quisiera. Los vecinos con los que hablamos dicen todos lo mismo: ya no hay lugar para esperar. Según el ayuntamiento, la decisión es provisional, pero dura desde hace diez años, y ninguna de las asociaciones fue consultada antes de la votación del presupuesto.`,
	"it": `La città non si legge come una mappa: si attraversa, e ognuno di quelli che la attraversano ne conserva un'altra. Nel quartiere dove abbiamo camminato, le panchine sono state tolte una dopo l'altra, senza che nessuno lo volesse. Gli abitanti con cui abbiamo parlato dicono tutti la stessa cosa: non c'è più un posto per aspettare. Secondo il comune la decisione è provvisoria, ma dura da dieci anni, e nessuna delle associazioni è stata consultata prima del voto sul bilancio.`,
	"pt": `A cidade não se lê como um mapa: atravessa-se, e cada um dos que a atravessam guarda dela outro mapa. No bairro por onde andámos, os bancos foram retirados um após o outro, sem que ninguém o quisesse. Os moradores com quem falámos dizem todos a mesma coisa: já não há lugar para esperar. Segundo a câmara, a decisão é provisória, mas dura há dez anos, e nenhuma das associações foi consultada antes da votação do orçamento.`,
	"de": `Eine Stadt liest man nicht wie einen Plan: man durchquert sie, und jeder, der sie durchquert, behält eine andere Karte von ihr. In dem Viertel, durch das wir gegangen sind, wurden die Bänke eine nach der anderen entfernt, ohne dass jemand es gewollt hätte. Die Bewohner, mit denen wir gesprochen haben, sagen alle dasselbe: es gibt keinen Ort mehr zum Warten. Laut dem Rathaus ist die Entscheidung vorläufig, aber sie gilt seit zehn Jahren, und kein Verein wurde vor der Abstimmung gefragt.`,
	"nl": `Een stad lees je niet als een kaart: je loopt erdoorheen, en ieder die erdoorheen loopt bewaart er een andere kaart van. In de wijk waar wij liepen zijn de banken een voor een weggehaald, zonder dat iemand het had gewild. De bewoners met wie wij spraken zeggen allemaal hetzelfde: er is geen plek meer om te wachten. Volgens het stadhuis is het besluit voorlopig, maar het duurt al tien jaar, en geen van de verenigingen is gevraagd voor de stemming over de begroting.`,
	"ro": `Orașul nu se citește ca o hartă: îl străbați, și fiecare dintre cei care îl străbat păstrează o altă hartă a lui. În cartierul în care am mers, băncile au fost scoase una după alta, fără ca cineva să fi vrut. Locuitorii cu care am vorbit spun toți același lucru: nu mai este loc unde să aștepți. După primărie, hotărârea este trecătoare, dar ține de zece ani, și niciuna dintre asociații nu a fost întrebată înainte de votul bugetului.`,
}

// TestNotes: what covers an attachment is told by its small words.
func TestNotes(t *testing.T) {
	for note, want := range map[string]string{
		"Bonjour,\n\nVeuillez trouver ci-joint mon texte pour la revue. Il a été relu par deux amis.": "fr",
		"Hello,\n\nPlease find attached my text, with the sources that you asked for last week.":      "en",
		"Buongiorno,\n\nin allegato trovate il mio testo per la rivista, con le fonti richieste.":     "",
		"Hola, adjunto mi texto para la revista, con las fuentes que me pidieron la semana pasada.":   "",
	} {
		if got := languageOfWords(note); got != want {
			t.Errorf("%q: got %q, want %q", note, got, want)
		}
	}
}

// TestSmallWordsAgree: where small words tell the language, runs of three letters
// tell the same, of texts in one language, in two, and as they stand in our mails.
func TestSmallWordsAgree(t *testing.T) {
	told := 0
	check := func(name, text string) {
		if by := languageOfWords(text); by != "" {
			told++
			if want := languageOfTrigrams(text); by != want {
				t.Errorf("%s: by small words %q, by trigrams %q: %s", name, by, want, text)
			}
		}
	}
	for one, a := range inLanguages {
		if got := languageOf([]block{{text: a}}); got != one {
			t.Errorf("%s: got %q", one, got)
		}
		if by := languageOfWords(a); by != "" && by != one || by == "" && (one == "fr" || one == "en") {
			t.Errorf("%s: by small words %q", one, by)
		}
		for other, b := range inLanguages {
			as, bs := strings.Fields(a), strings.Fields(b)
			for part := range 11 {
				mixed := append(append([]string{}, as[:len(as)*part/10]...), bs[:len(bs)*(10-part)/10]...)
				check(one+" and "+other, strings.Join(mixed, " "))
			}
		}
	}
	files, err := filepath.Glob("../../testdata/mail/*/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatal("no mails")
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, paragraph := range strings.Split(string(data), "\n\n") {
			check(file, strings.ToValidUTF8(paragraph[:min(len(paragraph), languageBytes)], ""))
		}
	}
	if told < 20 {
		t.Errorf("small words told only %d languages", told)
	}
}
