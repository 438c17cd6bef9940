package document

import (
	"strings"
)

// The words that tell what a part of an entry is. A list never has to be whole:
// what it lacks is told by where it stands.
var (
	noise = patternOf(`(?i)^(?:` + strings.Join([]string{
		`vol(?:\.|umes? \d)`, `n[°ºᵒo]s?\.?\s*\d`, `num(?:éro)?(?:\PL|$)`, `t\.`, `tome\b`, `pp?\.`, `pages?\b`, `\d+ pages?`, `chap`, `coll(?:\.|ection\b)`, `éd(?:ition)?\.? ?\d`, `éd\.`,
		`\d+(?:re|er|e|nd|rd|th)? (?:éd|ed)`, `[\d\s()|/:–‑-]+p?\.?$`, `\d+(?:er|e)? `, `\d+ ?(?:min|h|mn)\b`, `\d+/\d`, `\d+\(\d`, `\d+:`, `\(?\d+\)?$`, `req\.`, `rec\.`, `ass\.`, `art(?:\.|icle )`, `alinéa`,
		`(?:thèse|mémoire|note|rapport|avis|étude|dossier|enquête|documentaire|vidéo|podcast|émission|entretien|communiqué|discours|tribune|éditorial|document de travail|working paper|policy paper|policy brief|report|dissertation|thesis)(?: d[eu’'][\p{L}’' ]*| annuel| annuelle| final| parlementaire| publique?)*(?: n[°ºo]\.? ?\d+| no\. ?\d+)?(?: (?:sous|par|en) .*)?$`,
		`thèse`, `mémoire de`, `rapport (?:remis|au|à) `, `«[^»]*»$`, `mis en ligne`, `(?:publié|paru|posté|réalisé|diffusé)e?(?:\PL|$)`, `le \d`,
		`(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b`, `(?:` + months + `)(?:[-–/](?:` + months + `))?\.?(?: \d.*)?$`,
		`(?:printemps|été|automne|hiver|spring|summer|autumn|fall|winter) \d{4}`, `(?:1[5-9]|20)\d\d[a-z]?\b.{0,12}$`,
	}, "|") + `)`)
	volume       = patternOf(`(?i)\s*(?:,?\s*(?:vol\b|n[°ºᵒ]|nos? |no\.|t\.)\s*.*|\s(?:[CL]\s)?\d+\s*(?:\(.*)?|\s*\(\d.*)$`)
	trailingYear = patternOf(`[,.]?\s*\(?\b(?:1[5-9]|20)\d\d[a-z]?\)?\.?\s*$`, digit)

	// editing names those who had a part in the work but did not write it.
	editing = patternOf(`(?i)^(?:edited by|dirigée? par|coordonnée? par|ed\. |éd\. |trad|translated|sous la dir|préface|avec |.*\((?:dir|éds?|eds?|coord)\b)`)
)

// isNoise says whether a part is a date, a volume, pages, a collection, or the kind
// of a work.
func isNoise(s string) bool {
	s = strings.TrimSpace(s)
	return s == "" || noise.MatchString(s) || cleanPart(s) == "" || countWords(s) == 0 ||
		strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") && (noise.MatchString(s[1:]) || firstLower(s[1:]))
}

func firstLower(s string) bool {
	r, letter := firstLetter(s)
	return letter && strings.ToLower(string(r)) == string(r)
}

// volumeOff leaves a review's volume and number out, yearOff a publisher's year.
func volumeOff(s string) string { return yearOff(volume.ReplaceAllString(s, "")) }
func yearOff(s string) string   { return trailingYear.ReplaceAllString(s, "") }

// isPlace says whether a part is nothing but a town or a country, perhaps with
// another word in brackets.
func isPlace(s string) bool {
	words := foldedWords(s)
	n := places.begins(words)
	return n > 0 && (n == len(words) || len(words)-n <= 2 && strings.Contains(s, "("))
}

func isPublisher(s string) bool  { return publishers.within(s, 8) }
func isPeriodical(s string) bool { return periodicals.within(s, 10) }
func isPress(s string) bool      { return press.begins(foldedWords(s)) > 0 }

// vague words begin the names of organisations and those of reviews.
var vague = setOf(`the european united world international france terra service groupe centre center union republique think office bureau mission region`)

func couldBeReview(s string) bool { return vague[foldedWords(s)[0]] }

// isInstitution says whether a part names an organisation that publishes, and is
// no newspaper.
func isInstitution(s string) bool { return isOrganisation(s) && !isPress(s) && countWords(s) <= 10 }
