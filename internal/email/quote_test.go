package email

import (
	"strings"
	"testing"
)

var ownTextTests = map[string][2]string{
	"nothing quoted": {"Bonjour,\n\nvoici.\n", "Bonjour,\n\nvoici."},
	"empty":          {"", ""},
	"quoted below":   {"Oui.\n\nLe lun. 3 mars 2025 à 10:00, Jeanne <jeanne@example.org> a écrit :\n\n> Non ?\n>> Si.\n", "Oui."},
	"between quotes": {"> un ?\nOui.\n > deux ?\nNon.\n", "Oui.\nNon."},
	"wrapped attribution": {
		"Oui.\nLe lundi 3 mars 2025 à 10:00, Jeanne\n<jeanne@example.org>\na écrit\u00a0:\n> Non ?\nEt encore.\n", "Oui.\nEt encore.",
	},
	"English attribution":      {"Yes.\nOn Mon, Mar 3, 2025 at 10:00 AM Jeanne <jeanne@example.org> wrote:\n> No?\n", "Yes."},
	"quote without marks":      {"Oui.\nLe lundi 3 mars 2025, jeanne@example.org a écrit :\n\nRetrait du Baratin BARA-2026-0001\n", "Oui."},
	"a sentence with a colon":  {"Le sociologue Bourdieu a écrit :\n« la distinction ».\n", "Le sociologue Bourdieu a écrit :\n« la distinction »."},
	"Outlook, French":          {"Oui.\n\nDe : Jeanne <jeanne@example.org>\nEnvoyé : lundi 3 mars 2025 10:00\nÀ : contact@example.org\nObjet : Baratin\n\nNon ?\n", "Oui."},
	"Outlook, bold":            {"Oui.\n*De :* Jeanne\n*Envoyé :* lundi\n*À :* contact\nNon ?", "Oui."},
	"Outlook, English":         {"Yes.\n________________________________\nFrom: Jeanne\nSent: Monday\nTo: contact\nSubject: s\n\nNo?\n", "Yes."},
	"a line beginning with De": {"De : la liberté\nMon essai.\n", "De : la liberté\nMon essai."},
	"original message":         {"Oui.\n-----Message d’origine-----\nNon ?\n", "Oui."},
	"forwarded":                {"Voici.\n---------- Forwarded message ---------\nFrom: x\n", "Voici."},
	"forwarded by Apple":       {"Voici.\n\nDébut du message réexpédié :\n\nDe: x\n", "Voici."},
	"signature":                {"Oui.\n-- \nJeanne\nBARA-2026-0001\n", "Oui."},
	"a rule":                   {"un\n---\ndeux\n-----\ntrois", "un\n---\ndeux\n-----\ntrois"},
}

func TestOwnText(t *testing.T) {
	for name, test := range ownTextTests {
		for form, lineEnd := range lineEnds {
			if got := OwnText(strings.ReplaceAll(test[0], "\n", lineEnd)); got != test[1] {
				t.Errorf("%s (%s): got %q, want %q", name, form, got, test[1])
			}
		}
	}
}
