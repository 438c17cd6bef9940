package document

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// patterns are all patterns, by their names.
var patterns = map[string]*pattern{
	"abstractNames": abstractNames, "acronym": acronym, "afterSurname": afterSurname, "allCredits": allCredits,
	"announced": announced, "anyNumber": anyNumber, "anyYear": anyYear, "articleSigns": articleSigns,
	"authorYear": authorYear, "backReference": backReference, "bareLink": bareLink, "bareYear": bareYear,
	"between": between, "bibliographyNames": bibliographyNames, "bio": bio, "brackets": brackets,
	"brokenLink": brokenLink, "byNumber": byNumber, "byWhom": byWhom, "bylinePrefix": bylinePrefix,
	"closingNames": closingNames, "codeName": codeName, "consulted": consulted, "continues": continues, "courts": courts,
	"creditMarks": creditMarks, "dashes": dashes, "dateAtEnd": dateAtEnd, "dates": dates, "dayBefore": dayBefore,
	"dayMonth": dayMonth, "deep": deep, "described": described, "digits": digits, "digitsLeft": digitsLeft,
	"digitsRight": digitsRight, "doi": doi, "doiSaid": doiSaid, "editing": editing, "editors": editors,
	"emphasis": emphasis, "endsOnYear": endsOnYear, "endsPart": endsPart, "entryNumber": entryNumber,
	"gazette": gazette, "genericNames": genericNames, "givenFirst": givenFirst, "givenNext": givenNext,
	"greetings": greetings, "hashes": hashes, "hidingRule": hidingRule, "hostName": hostName, "imprint": imprint,
	"inBrackets": inBrackets, "initial": initial, "initialFirst": initialFirst, "initialed": initialed,
	"inside": inside, "isbn": isbn, "issn": issn, "itemMark": itemMark, "joinedSurname": joinedSurname,
	"joiners": joiners, "keywordsLine": keywordsLine, "labelled": labelled, "labels": labels,
	"lawNames": lawNames, "leadingYear": leadingYear, "leadsBack": leadsBack, "letter": letter, "links": links,
	"loneNames": loneNames, "mailHeader": mailHeader, "mediaRules": mediaRules, "monthAlone": monthAlone,
	"monthWord": monthWord, "nameCut": nameCut, "nameEnds": nameEnds, "nameStops": nameStops,
	"nextIsName": nextIsName, "nextcloud": nextcloud, "noAuthors": noAuthors, "noNumbers": noNumbers,
	"noYear": noYear, "noise": noise, "noteID": noteID, "noteMark": noteMark, "noteRef": noteRef,
	"number": number, "numberAlone": numberAlone, "numbered": numbered, "numeral": numeral,
	"officeLock": officeLock, "online": online, "pad": pad, "pageNumber": pageNumber, "pageRange": pageRange,
	"pagesBrackets": pagesBrackets, "partNo": partNo, "placePublisher": placePublisher,
	"publisherInside": publisherInside, "quoted": quoted, "rangeEnds": rangeEnds, "roles": roles, "roman": roman,
	"runInName": runInName, "saidByName": saidByName, "seeAlso": seeAlso, "signApparatus": signApparatus,
	"signPlace": signPlace, "signPublished": signPublished, "signSurname": signSurname, "signYear": signYear,
	"spareTitles": spareTitles, "subheads": subheads, "surnameFirst": surnameFirst,
	"surnameWithParticles": surnameWithParticles, "texMarks": texMarks, "trailingYear": trailingYear,
	"underline": underline, "unseen": unseen, "volume": volume, "withAcronym": withAcronym,
	"civilName": civilName, "interview": interview, "narration": narration, "onAuthor": onAuthor, "quotation": quotation,
	"ruling": ruling, "schools": schools, "semicolon": semicolon, "titleLabel": titleLabel,
	"wordsAfter": wordsAfter, "wordsBefore": wordsBefore, "yearBrackets": yearBrackets,
}

// TestEveryPattern compiles every pattern that a file declares: one that is wrong
// would else be found when a document needs it.
func TestEveryPattern(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := 0
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		for _, m := range regexp.MustCompile(`(\w+)\s*= patternOf\(`).FindAllSubmatch(source, -1) {
			if declared++; patterns[string(m[1])] == nil {
				t.Errorf("%s: %s is not among the patterns here", file, m[1])
			}
		}
	}
	if declared != len(patterns) {
		t.Errorf("%d patterns are declared, %d are here", declared, len(patterns))
	}
	for _, p := range patterns {
		p.get()
	}
}

// The expressions that our own scanners stand for.
var (
	linkExpression  = regexp.MustCompile(`(?i)\b(?:https?://|www\.)[^\s<>«»"“”]+`)
	marksExpression = regexp.MustCompile(`[\s.,;:\[(<]*\x00[\s.,;:>)\]\x00]*`)
	yearExpression  = regexp.MustCompile(`(?:^|\s)\(\s*(?:[^()\d]{0,15}\d{0,2}[^()\d]{0,15})?\b((?:1[5-9]|20)\d\d)[a-z]?\b[^()]{0,30}\)`)
	beginExpression = regexp.MustCompile(`^(l'|d'|qu'|j'|c')|^(le|la|les|un|une|des|du|de|en|au|aux|selon|depuis|ainsi|enfin|comme|si|il|elle|on|nous|ce|cette|ces|pour|dans|par|sur|avec|sans|mais|or|donc|car|pourquoi|comment|que|qui|quand|a|the|this|these|in|on|why|how|what|for|from)( |$)`)
)

// checkScanners holds patterns and scanners against the expressions.
func checkScanners(t *testing.T, s string) {
	t.Helper()
	for name, p := range patterns {
		matches := p.get().MatchString(s)
		if !p.signedBy(s) && matches {
			t.Errorf("%s: no sign in %q, which matches", name, s)
		}
		if found, decided := p.automaton().match(s); found != matches && decided {
			t.Errorf("%s: of %q the automaton says %v", name, s, found)
		}
	}
	if got, want := nextLink(s, 0), linkExpression.FindStringIndex(s); !slices.Equal(got, want) {
		t.Errorf("the link in %q: got %v, want %v", s, got, want)
	}
	put := func(link string) string { return "[" + link + "]" }
	if got, want := replaceLinks(s, put), linkExpression.ReplaceAllStringFunc(s, put); got != want {
		t.Errorf("the links in %q: got %q, want %q", s, got, want)
	}
	if got, want := unlocated(s), marksExpression.ReplaceAllString(s, ". "); got != want {
		t.Errorf("the marks in %q: got %q, want %q", s, got, want)
	}
	if got, want := bracketsWithYear(s), yearExpression.FindStringIndex(s); !slices.Equal(got, want) {
		t.Errorf("the year in %q: got %v, want %v", s, got, want)
	}
	if folded := fold(s); beginsSentence(folded) != beginExpression.MatchString(folded) {
		t.Errorf("%q: begins a sentence: %v", s, beginsSentence(folded))
	}
	if !mayRunIn(s) && runInName.MatchString(s[:min(len(s), 100)]) {
		t.Errorf("%q: no name of a part, which it has", s)
	}
}

// scannerSeeds are what the scanners look for, in odd company.
func scannerSeeds(t testing.TB) []string {
	seeds := []string{
		"", "Résumé : un texte", "Mots clés — a", "(2024)", "a (mars 2024, p. 3)", "a(2024) (2025)", "x\n(le 3 mars 1999a )", "((2020))",
		"HTTPS://a.test/b>c", "xhttp://a http://b", "www. www.a", "a http:// b https://é", "Wwww.a.test", "_www.a",
		"a. \x00, \x00) b", "\x00", "a\x00b\x00", "L'été", "le", "Le Monde", "Disponible sur : \x00", "vu le 3 mars 2024",
		"n° 3", "Nº 3", "NO 12", "p. 3-9", "12 p.", "[1999]", "1999-2000", "(DIR.)", "ÉD. 3", "et alii", "a ; b", "VOL. 3 (2)",
		"doi:10.1/x", "DOI.ORG/10", "http:/a", "c:\\a", "FILE://x", "« a »", "'A b',", "_a_ *b*", ", JORF", ", 3 mars 2020.",
		"(s. d.)", "ISBN 978", "e-ISSN 1234-567X", "[en ligne]", "Durand (2020)", "Paris : Seuil", "pp. 3", "Le MONDE", "LIBÉRATION",
	}
	for _, set := range bibliographySets(t) {
		for _, e := range set.Entries {
			seeds = append(seeds, e.Text)
		}
	}
	return seeds
}

func TestScanners(t *testing.T) {
	for _, s := range scannerSeeds(t) {
		checkScanners(t, s)
		for cut := range strings.SplitAfterSeq(s, " ") { // pieces, as entries are read in pieces
			checkScanners(t, cut)
			checkScanners(t, strings.ToUpper(cut))
		}
	}
}

func FuzzScanners(f *testing.F) {
	for _, s := range scannerSeeds(f) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if strings.ContainsAny(s, "ſK") {
			t.Skip("letters out of use, whose small or large letter is another's")
		}
		checkScanners(t, s)
	})
}
