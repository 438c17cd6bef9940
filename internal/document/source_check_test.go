package document

import (
	"slices"
	"strings"
	"testing"
)

func TestSourceFaults(t *testing.T) {
	for _, test := range []struct {
		text string
		want []string
	}{
		{first, []string{}},
		{third + " ISBN 978-2-07-036822-8.", []string{}},
		{third + " ISBN 978-2-07-036822-7.", []string{FaultyISBN}},
		{third + " ISBN 2-7061-0834-7", []string{}},
		{third + " ISBN 2-7061-0834-X", []string{FaultyISBN}},
		{third + " ISBN 978-2-07-03682.", []string{FaultyISBN}},
		{third + " ISBN : 979-10-90724-39-6", []string{}},
		{"Delmas, P. (2025). Le retour. Le Quotidien. https://quotidien", []string{FaultyURL}},
		{"Delmas, P. (2025). Le retour. Le Quotidien. https://www.quotidien", []string{FaultyURL}},
		{"Delmas, P. (2025). Le retour. Le Quotidien. https://quotidien.example.fr/2025/le-ret...", []string{FaultyURL}},
		{"Delmas, P. (2025). Le retour. Le Quotidien. https:/quotidien.example.fr/retour", []string{FaultyURL}},
		{"Delmas, P. (2025). Le retour. Le Quotidien. http//quotidien.example.fr/retour", []string{FaultyURL}},
		{`Delmas, P. (2025). Le retour. C:\Users\moi\retour.pdf`, []string{FaultyURL}},
		{"Delmas, P. (2025). Le retour. Le Quotidien. www.quotidien.example.fr", []string{}},
		{"Delmas, P. (2025). Le retour. Le Quotidien. https://quotidien.example.fr/a?b=c&d=%C3%A9#f", []string{}},
		{"Delmas, P. (2019). Voter. Revue des idées, 12(3), 45–60. doi : 10.5555/rfi.2019", []string{}},
		{"Delmas, P. (2019). Voter. Revue des idées, 12(3), 45–60. doi:rfi.2019.45", []string{FaultyDOI}},
		{"Delmas, P. (2019). Voter. Revue des idées. https://doi.org/rfi.2019.45", []string{FaultyDOI}},
	} {
		s := parseSource(test.text, nil)
		if got := s.faults(); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q (%+v)", test.text, got, test.want, s)
		}
	}
}

func TestRepeatedSources(t *testing.T) {
	for _, test := range []struct {
		one, two string
		same     bool
	}{
		{first, first, true},
		{first, strings.ReplaceAll(first, "https://a.", "http://www.a."), true},
		{"Roche, H. (2021). Les rues de demain. Revue.", "Hugo Roche, « Les rues de demain », Revue, 3 mai 2021.", true},
		{"Roche, H. (2021). Les rues de demain. Revue.", "Roche, H. (2022). Les rues de demain. Revue.", false},
		{"Roche, H. (2021). Les rues. https://a.example.org/", "Roche, H. (2021). Les places. https://a.example.org/", false},
		{first, second, false},
		{"https://a.example.org/1", "https://a.example.org/1/#haut", true},
		{"https://a.example.org/1", "https://a.example.org/2", false},
	} {
		sources := []Source{parseSource(test.one, nil), parseSource(test.two, nil)}
		checkSources(sources)
		if got := sources[1].Repeats == 1; got != test.same || sources[0].Repeats != 0 {
			t.Errorf("%s\n%s\n\trepeated: %v", test.one, test.two, got)
		}
	}
}

func TestCitations(t *testing.T) {
	const list = "\n\nBibliographie\n\nLeroux, C. (2021). Les rues. Revue des Horizons. https://a.example.org/rues\n\n" +
		"DELMAS Jeanne et ROCHE Hugo, Les places, Paris, Seuil, 2019.\n\nInsee. (2023). Le logement. https://insee.example.fr/logement"
	for _, test := range []struct {
		name, text string
		missing    []string
		uncited    []int // places in the list
	}{
		{"all", "La rue change (Leroux, 2021, p. 3). Les places aussi (Delmas et Roche, 2019 ; Insee, 2023).", nil, nil},
		{"by its sentence", "Leroux (2021) le dit, Delmas et Roche (2019) le montrent (Insee, 2023).", nil, nil},
		{"one missing", "La rue change (Leroux, 2021). Les places non (Vidal, 2020), dit Delmas avec l’Insee.", []string{"Vidal, 2020"}, nil},
		{"another year", "La rue change (Leroux, 2021 ; Leroux, 2018), selon Delmas et l’Insee.", []string{"Leroux, 2018"}, nil},
		{"one never cited", "La rue change (Leroux, 2021), selon l’Insee.", nil, []int{2}},
		{"none at all", "La rue change depuis 2021 (enfin, presque).", nil, nil},
		{"no citations in brackets", "La rue (Leroux, 2021) change (Paris, 2019), on vote (mars, 2020), on lit (Seuil, 2012), dit Delmas à l’Insee (voir la loi de 2005 ; Loi Veil, 1975 ; Hugo, Les Misérables, 1862).", nil, nil},
		{"et al.", "La rue change (voir Leroux et al., 2021 ; Vidal et al. 2022, p. 12-14) ; Delmas ; Insee.", []string{"Vidal et al. 2022, p. 12-14"}, nil},
		{"numbers", "La rue change [1]. Les places aussi [2, 3], et les ponts [7].", []string{"7"}, nil},
		{"numbers of something else", "La rue change [1], et les ponts [12] comme les places [14] et les gares [15].", nil, nil},
		{"range of numbers", "La rue change [1-3].", nil, nil},
		{"numbers, one never cited", "La rue change [1], et les places [3].", nil, []int{2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := Read("a.txt", "", []byte("Une ville à refaire\n\n"+prose(60)+"\n\n"+test.text+"\n\n"+prose(40)+list))
			if len(d.Sources) != 3 {
				t.Fatalf("%d sources", len(d.Sources))
			}
			var missing []string
			for _, c := range d.Citations {
				if c.Source == 0 {
					missing = append(missing, c.Text)
				}
			}
			var uncited []int
			for i, s := range d.Sources {
				if len(d.Citations) > 0 && !s.Cited {
					uncited = append(uncited, i+1)
				}
			}
			if !slices.Equal(missing, test.missing) || !slices.Equal(uncited, test.uncited) {
				t.Errorf("missing %q, uncited %v; want %q, %v (%+v)", missing, uncited, test.missing, test.uncited, d.Citations)
			}
		})
	}
}
