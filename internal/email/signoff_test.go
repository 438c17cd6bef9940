package email

import "testing"

func TestSignOffs(t *testing.T) {
	for name, test := range map[string]struct{ text, own string }{
		"formula and name":    {"Voici mon texte.\n\nCordialement,\nLéa Martin\nL3 de droit\n06 00 00 00 00", "Voici mon texte."},
		"curly apostrophe":    {"Voici.\n\nMerci d’avance,\n\nLéa", "Voici."},
		"telephone":           {"Voici.\n\nEnvoyé de mon iPhone", "Voici."},
		"both":                {"Voici.\n\nBien à vous,\nTom\n\nSent from my phone", "Voici."},
		"formula alone":       {"Voici.\nBonne journée !", "Voici."},
		"text follows":        {"Cordialement,\nLéa\n\nSources\n\nDurand, P. (2024). Le logement des étudiants. Éditions de la Rive. https://example.org/logement", ""},
		"word of a sentence":  {"Il répond.\nCordialement reçus par le maire et par tout son conseil, ils repartent contents", ""},
		"longer word":         {"Voici.\nBestiaire de la ville", ""},
		"no formula":          {"Un.\nDeux.", ""},
		"formula in the past": {"Bonne journée\nun\ndeux\ntrois\nquatre\ncinq\nsix\nsept\nhuit\nneuf\ndix", ""},
	} {
		t.Run(name, func(t *testing.T) {
			want := test.own
			if want == "" {
				want = test.text
			}
			if got := OwnText(test.text); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}
