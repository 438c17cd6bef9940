package email

import (
	"slices"
	"strings"
)

// Bounds of what may follow a closing formula: a name, a course, a telephone.
const (
	signOffLines = 8
	signOffWidth = 80
)

// withoutSignOff takes the end of a letter off its lines: what a telephone adds
// ("Envoyé de mon …"), then a closing formula and the name and lines of contact
// below it. A formula that more than that follows is part of the text.
func withoutSignOff(lines []string) []string {
	lines = withoutEmptyEnd(lines)
	for len(lines) > 0 && beginsWith(lines[len(lines)-1], deviceFooters) {
		lines = withoutEmptyEnd(lines[:len(lines)-1])
	}
	below := 0
	for i := len(lines) - 1; i >= 0 && below <= signOffLines; i-- {
		line := strings.TrimSpace(lines[i])
		switch {
		case line == "":
			continue
		case len(line) > signOffWidth:
			return lines
		case beginsWith(line, closings) && len(strings.Fields(line)) <= 9:
			return withoutEmptyEnd(lines[:i])
		}
		below++
	}
	return lines
}

func withoutEmptyEnd(lines []string) []string {
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// beginsWith says whether a line begins with one of the phrases, as whole words.
func beginsWith(line string, phrases []string) bool {
	line = foldLine(line)
	return slices.ContainsFunc(phrases, func(phrase string) bool {
		rest, ok := strings.CutPrefix(line, phrase)
		return ok && (rest == "" || strings.ContainsAny(rest[:1], " ,.!;:"))
	})
}

// deviceFooters are what programs add below a letter.
var deviceFooters = []string{
	"envoyé de mon", "envoyé de ma", "envoyé depuis", "envoyé à partir de", "envoyé avec", "envoyé via",
	"sent from", "sent with", "obtenir outlook pour", "get outlook for", "télécharger outlook pour",
}

// closings begin the last line of a letter, in French and in English.
var closings = []string{
	"cordialement", "bien cordialement", "très cordialement", "cordiales salutations", "cdt", "cdlt",
	"bien à vous", "bien à toi", "amicalement", "sincèrement", "respectueusement", "salutations",
	"meilleures salutations", "sincères salutations", "bonne journée", "bonne soirée", "bonne réception",
	"bonne lecture", "belle journée", "belle soirée", "excellente journée", "à bientôt", "à très bientôt",
	"merci d'avance", "merci par avance", "avec mes remerciements", "en vous remerciant", "dans l'attente de",
	"merci de votre", "merci pour votre", "merci beaucoup", "je vous prie d'agréer", "veuillez agréer",
	"best regards", "kind regards", "regards", "best", "sincerely", "yours sincerely", "many thanks", "thank you",
}
