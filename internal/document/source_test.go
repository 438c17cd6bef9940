package document

import (
	"slices"
	"strings"
	"testing"
)

// entries are sources in the styles that students use, with the fields to be read
// in them.
var entries = []struct {
	text                              string
	authors                           string // joined by " | "
	year, title, container, publisher string
	url, doi, isbn                    string
}{
	// APA and what French newspapers and think tanks make of it.
	{
		text:    "Delmas, P. (2025, octobre). Le retour des frontières. Revue des Horizons. Disponible à : https://revue.example.org/frontieres",
		authors: "Delmas, P.", year: "2025", title: "Le retour des frontières", container: "Revue des Horizons", url: "https://revue.example.org/frontieres",
	},
	{
		text:    "Delmas, P., & Roche, A.-M. (2019). Voter à vingt ans. Revue française des idées, 12(3), 45–60. https://doi.org/10.1234/rfi.2019.45",
		authors: "Delmas, P. | Roche, A.-M.", year: "2019", title: "Voter à vingt ans", container: "Revue française des idées", url: "https://doi.org/10.1234/rfi.2019.45", doi: "10.1234/rfi.2019.45",
	},
	{
		text:    "Insee. (2023). Les jeunes et le logement. https://insee.example.fr/logement",
		authors: "Insee", year: "2023", title: "Les jeunes et le logement", url: "https://insee.example.fr/logement",
	},
	{
		text:    "Okafor, N. (2021). The Price of Silence. Harbour University Press.",
		authors: "Okafor, N.", year: "2021", title: "The Price of Silence", publisher: "Harbour University Press",
	},
	{
		text:    "Marchand, L. (12 mars 2024). Pourquoi l’école doute-t-elle ? Le Quotidien. Consulté le 3 avril 2024, à l’adresse https://quotidien.example.fr/ecole",
		authors: "Marchand, L.", year: "2024", title: "Pourquoi l’école doute-t-elle ?", container: "Le Quotidien", url: "https://quotidien.example.fr/ecole",
	},
	{
		text:    "Ministère de la Transition. (2022). Plan climat : bilan à mi-parcours [Rapport]. https://gouv.example.fr/plan.pdf",
		authors: "Ministère de la Transition", year: "2022", title: "Plan climat : bilan à mi-parcours", url: "https://gouv.example.fr/plan.pdf",
	},
	{
		text:    "Vidal, J. (s. d.). Glossaire du droit. Consulté le 2 mai 2023 sur www.glossaire.example.org",
		authors: "Vidal, J.", year: "", title: "Glossaire du droit", url: "www.glossaire.example.org",
	},
	{
		text:    "Petit, C. (2018). La mémoire longue. In B. Arnaud (Éd.), Penser le passé (pp. 12-30). Presses du Fleuve.",
		authors: "Petit, C.", year: "2018", title: "La mémoire longue", container: "Penser le passé", publisher: "Presses du Fleuve",
	},
	// Harvard with commas, as French faculties write it.
	{
		text:    "LEROUX Camille (2017), Les invisibles, Paris, La Découverte.",
		authors: "LEROUX Camille", year: "2017", title: "Les invisibles", publisher: "La Découverte",
	},
	{
		text:    "Leroux C. (2017), « Les invisibles de la République », Cahiers du Midi, n° 12, p. 33-48.",
		authors: "Leroux C.", year: "2017", title: "Les invisibles de la République", container: "Cahiers du Midi",
	},
	{
		text:    "Leroux C. et Baptiste H. (2020), « Territoires oubliés », Cahiers du Midi, vol. 4, n° 2.",
		authors: "Leroux C. | Baptiste H.", year: "2020", title: "Territoires oubliés", container: "Cahiers du Midi",
	},
	// Quoted titles: French notes, Chicago, MLA.
	{
		text:    "Camille Leroux, « Les invisibles », Le Quotidien, 3 octobre 2025.",
		authors: "Camille Leroux", year: "2025", title: "Les invisibles", container: "Le Quotidien",
	},
	{
		text:    "Camille Leroux et Hugo Baptiste, « L’eau rare », Revue du Sud [En ligne], 12 | 2020, mis en ligne le 3 mars 2020, consulté le 4 mai 2024. URL : http://journals.example.org/sud/1203 ; DOI : https://doi.org/10.4000/sud.1203",
		authors: "Camille Leroux | Hugo Baptiste", year: "2020", title: "L’eau rare", container: "Revue du Sud", url: "http://journals.example.org/sud/1203", doi: "10.4000/sud.1203",
	},
	{
		text:    "« La dette, mode d’emploi », Le Quotidien, 12 janvier 2023, https://quotidien.example.fr/dette",
		authors: "", year: "2023", title: "La dette, mode d’emploi", container: "Le Quotidien", url: "https://quotidien.example.fr/dette",
	},
	{
		text:    "Okafor, Ngozi. “Silence and Trade.” Journal of Open Seas, vol. 8, no. 2, 2021, pp. 101–120.",
		authors: "Okafor, Ngozi", year: "2021", title: "Silence and Trade", container: "Journal of Open Seas",
	},
	{
		text:    "Voir Camille Leroux, « Après la crise de 2008 », dans Hugo Baptiste (dir.), Une décennie d’austérité, Paris, Presses du Fleuve, 2019, p. 12-34.",
		authors: "Camille Leroux", year: "2019", title: "Après la crise de 2008", container: "Une décennie d’austérité", publisher: "Presses du Fleuve",
	},
	{
		text:    "OCDE, « Regards sur l’éducation », 2024, https://ocde.example.org/education",
		authors: "OCDE", year: "2024", title: "Regards sur l’éducation", url: "https://ocde.example.org/education",
	},
	{
		text:    "ARNAUD, Béatrice. « Juger les climats ». Le Mensuel. Mai 2022. Disponible sur : <https://mensuel.example.fr/climats>. [Consulté le 12/06/2022].",
		authors: "ARNAUD, Béatrice", year: "2022", title: "Juger les climats", container: "Le Mensuel", url: "https://mensuel.example.fr/climats",
	},
	// ISO 690.
	{
		text:    "ARNAUD, Béatrice. Le temps des juges. Paris : Éditions du Fleuve, 2012. 250 p. ISBN 978-2-07-036822-8.",
		authors: "ARNAUD, Béatrice", year: "2012", title: "Le temps des juges", publisher: "Éditions du Fleuve", isbn: "9782070368228",
	},
	{
		text:    "ARNAUD, Béatrice et VIDAL, Jules. Le droit en partage. Lyon : Presses du Fleuve, 2016.",
		authors: "ARNAUD, Béatrice | VIDAL, Jules", year: "2016", title: "Le droit en partage", publisher: "Presses du Fleuve",
	},
	{
		text:    "VIDAL, Jules. Les frontières du droit. Revue des juristes [en ligne]. 2021, vol. 3, n° 1, p. 5-20. [Consulté le 1er février 2022]. Disponible à l’adresse : https://juristes.example.org/3-1",
		authors: "VIDAL, Jules", year: "2021", title: "Les frontières du droit", container: "Revue des juristes", url: "https://juristes.example.org/3-1",
	},
	// Commas alone, as in the bibliographies of French books.
	{
		text:    "Camille Leroux, Le peuple des rives, Paris, Seuil, 2014, 312 p.",
		authors: "Camille Leroux", year: "2014", title: "Le peuple des rives", publisher: "Seuil",
	},
	{
		text:    "LEROUX Camille, Le peuple des rives, Presses du Fleuve, 2014",
		authors: "LEROUX Camille", year: "2014", title: "Le peuple des rives", publisher: "Presses du Fleuve",
	},
	{
		text:    "Leroux, Camille, Le peuple des rives, Paris, Seuil, 2014.",
		authors: "Leroux, Camille", year: "2014", title: "Le peuple des rives", publisher: "Seuil",
	},
	{
		text:    "Cour des comptes, Rapport public annuel, 2023.",
		authors: "Cour des comptes", year: "2023", title: "Rapport public annuel", publisher: "Cour des comptes",
	},
	{
		text:    "Okafor, Ngozi. The Price of Silence. London: Harbour Books, 2021.",
		authors: "Okafor, Ngozi", year: "2021", title: "The Price of Silence", publisher: "Harbour Books",
	},
	{
		text:    "Durand, Paul. 2020. L’Europe des possibles. Paris : Presses du Fleuve.",
		authors: "Durand, Paul", year: "2020", title: "L’Europe des possibles", publisher: "Presses du Fleuve",
	},
	{
		text:    "Durand, P., 1979, La Mesure, Paris, Minuit.",
		authors: "Durand, P.", year: "1979", title: "La Mesure", publisher: "Minuit",
	},
	{
		text:    "DURAND (P.), L’Europe des possibles, Paris, PUF, 2020, 3e éd.",
		authors: "DURAND, P.", year: "2020", title: "L’Europe des possibles", publisher: "PUF",
	},
	{
		text:    "John Okafor, The Price of Silence (London: Harbour Books, 2015), 33.",
		authors: "John Okafor", year: "2015", title: "The Price of Silence", publisher: "Harbour Books",
	},
	{
		text:    "Okafor, J. (2015) ‘The price of silence’, Journal of Open Seas, 4(2), pp. 33–47.",
		authors: "Okafor, J.", year: "2015", title: "The price of silence", container: "Journal of Open Seas",
	},
	{
		text:    "OKAFOR J., DURAND P. et al., « Le silence », Nature du Midi, 2015, vol. 4, p. 33.",
		authors: "OKAFOR J. | DURAND P.", year: "2015", title: "Le silence", container: "Nature du Midi",
	},
	{
		text:    "Durand, P. « Le seuil ». Dans Roche H. (dir.), Penser demain, Lyon, PUL, 2018, p. 10-20",
		authors: "Durand, P.", year: "2018", title: "Le seuil", container: "Penser demain", publisher: "PUL",
	},
	{
		text:    "Durand, P. (2020, 12 mars). Pourquoi voter ? [Vidéo]. Canal Sud. https://video.example.org/watch?v=abc",
		authors: "Durand, P.", year: "2020", title: "Pourquoi voter ?", container: "Canal Sud", url: "https://video.example.org/watch?v=abc",
	},
	{
		text:    "Organisation mondiale de la santé. (2023). Statistiques du monde 2023.",
		authors: "Organisation mondiale de la santé", year: "2023", title: "Statistiques du monde 2023", publisher: "Organisation mondiale de la santé",
	},
	{
		text:    "INSEE (2022), Les revenus des ménages, Insee Références, 220 p.",
		authors: "INSEE", year: "2022", title: "Les revenus des ménages", container: "Insee Références",
	},
	{
		text:    "Le Monde, « Une saison en panne », 3 mars 2021",
		authors: "Le Monde", year: "2021", title: "Une saison en panne", publisher: "Le Monde",
	},
	{
		text:    "Loi n° 2018-1234 du 30 octobre 2018 sur les rues",
		authors: "", year: "2018", title: "Loi n° 2018-1234 du 30 octobre 2018 sur les rues",
	},
	{
		text:    "Bureau, D., & Courbet, A. (2020). Le prix des rues. Presses du Fleuve.",
		authors: "Bureau, D. | Courbet, A.", year: "2020", title: "Le prix des rues", publisher: "Presses du Fleuve",
	},
	{
		text:    "LEROUX, Camille, Le peuple des rives, Paris, Seuil, 2014.",
		authors: "LEROUX, Camille", year: "2014", title: "Le peuple des rives", publisher: "Seuil",
	},
	{
		text:    "OXFAM, Inégalités, 2020, https://oxfam.example.org/",
		authors: "OXFAM", year: "2020", title: "Inégalités", url: "https://oxfam.example.org/",
	},
	{
		text:    "B.K. Sharma et R. Ping. Le droit des rues. Presses du Fleuve, 2015.",
		authors: "B.K. Sharma | R. Ping", year: "2015", title: "Le droit des rues", publisher: "Presses du Fleuve",
	},
	{
		text:    "Bureau des rues du monde (BRM), Les rues en chiffres, 2019, https://brm.example.org/chiffres",
		authors: "Bureau des rues du monde (BRM)", year: "2019", title: "Les rues en chiffres", url: "https://brm.example.org/chiffres",
	},
	// Numbered, bare and odd.
	{
		text:    "[3] Delmas, P. (2020). Titre court. Le Quotidien.",
		authors: "Delmas, P.", year: "2020", title: "Titre court", container: "Le Quotidien",
	},
	{text: "https://insee.example.fr/a_(b)", url: "https://insee.example.fr/a_(b)"},
	{
		text:    "- de La Tour, M. (2011). *L’ordre des lieux*. Gallimard.",
		authors: "de La Tour, M.", year: "2011", title: "L’ordre des lieux", publisher: "Gallimard",
	},
	{
		text:    "Delmas, P., Roche, A., Vidal, J. et al. (2022). Ensemble. Revue des Horizons, 7.",
		authors: "Delmas, P. | Roche, A. | Vidal, J.", year: "2022", title: "Ensemble", container: "Revue des Horizons",
	},
}

func TestParseSource(t *testing.T) {
	for _, e := range entries {
		s := parseSource(e.text, nil)
		for _, field := range []struct{ name, got, want string }{
			{"authors", strings.Join(s.Authors, " | "), e.authors},
			{"year", s.Year, e.year},
			{"title", s.Title, e.title},
			{"container", s.Container, e.container},
			{"publisher", s.Publisher, e.publisher},
			{"url", s.URL, e.url},
			{"doi", s.DOI, e.doi},
			{"isbn", s.ISBN, e.isbn},
		} {
			if field.got != field.want {
				t.Errorf("%s\n\t%s: got %q, want %q", e.text, field.name, field.got, field.want)
			}
		}
		if !readsAsSource(e.text) && e.year != "" {
			t.Errorf("does not read as a source: %s", e.text)
		}
	}
}

func TestProseIsNoSource(t *testing.T) {
	for _, s := range []string{
		"En 2024, le rapport « Jeunesse et logement » de l’Insee a montré que la part des jeunes propriétaires recule.",
		"Selon Camille Leroux, l’abstention de 2022 n’a rien d’un accident : elle vient de loin.",
		"Camille Leroux estime, dans un entretien de 2021, que « le vote n’est plus un devoir ».",
		"Pour en savoir plus, écrivez à contact@example.org.",
		"La France a changé de visage depuis 1990, et ses villes aussi.",
		"Conclusion",
		"",
		"Leroux (2021) estime que le vote recule depuis 1990 dans toutes les villes.",
		"Paul Vidal est étudiant en droit ; il a publié en 2023 un premier texte.",
	} {
		if readsAsSource(s) {
			t.Errorf("reads as a source: %s", s)
		}
	}
}

func TestMissing(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{"Delmas, P. (2025). Le retour. Revue des Horizons. https://a.example.org/", []string{}},
		{"Delmas, P. (s. d.). Le retour. https://a.example.org/", []string{"year"}},
		{"https://a.example.org/", []string{"author", "year", "title"}},
		{"« Le retour », 2024.", []string{"author", "locator"}},
	} {
		if got := parseSource(test.text, nil).Missing(); !slices.Equal(got, test.want) || got == nil {
			t.Errorf("%s: missing %q, want %q", test.text, got, test.want)
		}
	}
}

func TestLinkBehindWords(t *testing.T) {
	s := parseSource("Delmas, P. (2025). Le retour. Revue des Horizons.", []string{"https://a.example.org/"})
	if s.URL != "https://a.example.org/" {
		t.Errorf("got %q, want the link behind the words", s.URL)
	}
}
