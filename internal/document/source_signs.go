package document

import (
	"strings"
)

// What in a line is a sign of a source, beside its year and its link.
var (
	signApparatus = patternOf(`(?i)(?:^|\PL)(consultée? le|en ligne\]|disponible (à|sur|en ligne)|isbn|doi\s*:|pp?\. ?\d|n° ?\d|vol\. ?\d|éd\.|coll\.|\(dir\.\)|\(coord\.\)|\bet al\.|accessed|retrieved|available at|mis en ligne)`)
	signSurname   = patternOf(`^\s*(\p{Lu}[\p{L}’' -]{1,30},\s+(\p{Lu}\.|\p{Lu}\p{Ll}+\b)|\p{Lu}{2,}[\p{Lu}’' -]*\s+\p{Lu}(\p{Ll}+|\.)|\p{Lu}\p{Ll}+\s+\p{Lu}\.,)`)
	signPublished = patternOf(`(?i)\b(le monde|libération|le figaro|les échos|la croix|mediapart|the (guardian|new york times|economist|conversation)|revue|cahiers|journal of|cairn|openedition|persée)\b`)
	signYear      = patternOf(`^[^(«]{2,120}\([^()]{0,20}\b(1[5-9]|20)\d\d\b[^()]{0,20}\)(\s*[.,:«“"]|\s+\p{Lu})`)
	signPlace     = patternOf(`\p{Lu}[\p{L}-]+\s*:\s*\p{Lu}[^,:]{2,40},\s*(1[5-9]|20)\d\d`)
)

// sourceWords is as long as a source may be; prose that cites one is longer.
const sourceWords = 80

// readsAsSource says whether a line reads as an entry of a bibliography: it begins
// as one does, with names, a quoted title or a link, or ends on a link; and has at
// least two signs of one. What a line costs least to be refused for is asked first.
func readsAsSource(s string) bool {
	if len(s) > 2000 {
		return false
	}
	s = seeAlso.ReplaceAllString(oneLine(entryNumber.ReplaceAllString(s, "")), "")
	link := linkIn(s)
	if link != nil && countWords(s[:link[0]]) == 0 {
		return countWords(s[link[1]:]) <= sourceWords
	}
	if countWords(s) <= sourceWords/2 && (isCode(s) || isInterview(s) && anyYear.MatchString(s)) {
		return true
	}
	begins := beginsAsSource(s)
	least := 2
	if !begins {
		least = 3
	}
	if n := countWords(s); n < 3 || n > sourceWords || !begins && !endsOnLink(s, link) || readsAsBio(s) {
		return false
	}
	signs := 0
	for _, sign := range []func() bool{
		func() bool { return link != nil || strings.Contains(s, "10.") && doi.MatchString(s) },
		func() bool { return strings.ContainsAny(s, "12") && anyYear.MatchString(s) },
		func() bool { return inQuotes(s) != nil },
		func() bool { return signSurname.MatchString(s) },
		func() bool { return strings.Contains(s, "(") && signYear.MatchString(s) },
		func() bool { return namesPublisher(s) },
		func() bool { return isLaw(s) },
		func() bool { return strings.Contains(s, ":") && signPlace.MatchString(s) },
		func() bool { return signApparatus.MatchString(s) },
	} {
		if sign() {
			signs++
		}
		if signs >= least {
			return true
		}
	}
	return false
}

// linkIn is where the first link stands, nil where there is none.
func linkIn(s string) []int {
	if !strings.Contains(s, "://") && !strings.Contains(s, "www.") {
		return nil
	}
	return nextLink(s, 0)
}

// bio is how a line goes on that tells of a person and not of a work: "Jeanne
// Delmas, étudiante en droit, a publié…".
var bio = patternOf(`^[^,.;:«“"(\d]{3,60}?(?:,\s+(?:(?:est|a|ont|sont|étudie|travaille)\s|(?:jeune |ancien(?:ne)? )?(?:étudiant|diplômé|doctorant|élève|membre|professeur|journaliste|président|directeur|chercheu|maître|stagiaire|master|licence|auteur|rédact|student|member))|\s(?:est|étudie|travaille|s[’']intéresse|remercie|tient|is|studies|works|thanks)\s)`)

func readsAsBio(s string) bool { return bio.MatchString(s) }

// namesPublisher says whether a part of a line is the name of a publisher, a
// newspaper or a review.
func namesPublisher(s string) bool {
	if !publishers.within(s, sourceWords) && !periodicals.within(s, sourceWords) && signPublished.FindStringIndex(s) == nil {
		return false
	}
	for _, segment := range segmentsOf(s) {
		if countWords(segment) <= 6 && (isPublisher(segment) || isPeriodical(segment) || isPress(segment)) {
			return true
		}
	}
	return signPublished.MatchString(s)
}

// beginsAsSource says whether the first segment of a line is names, or a title in
// quotation marks. Prose that begins with a name has no comma, bracket or full
// stop after it.
func beginsAsSource(s string) bool {
	if at := inQuotes(s); at != nil && at[0] == 0 {
		return len(s) > at[1] && strings.ContainsAny(s[at[1]:min(len(s), at[1]+2)], ",.")
	}
	if isLaw(s) {
		return true
	}
	end := strings.IndexAny(s, ",(.:«")
	if end <= 0 || end > 120 {
		return false
	}
	return looksAuthors(s[:end]) || acronym.MatchString(strings.TrimSpace(s[:end]))
}

func endsOnLink(s string, link []int) bool {
	return link != nil && countWords(s[link[1]:]) <= 8
}
