package document

import (
	"regexp"
	"strings"
)

// The words that tell what a part of an entry is. A list never has to be whole:
// what it lacks is told by where it stands.
var (
	noise = regexp.MustCompile(`(?i)^(?:` + strings.Join([]string{
		`vol(?:\.|ume)`, `n[°ºᵒo]s?\.?\s*\d`, `num(?:éro)?(?:\PL|$)`, `t\.`, `tome\b`, `pp?\.`, `pages?\b`, `\d+ pages?`, `chap`, `coll(?:\.|ection\b)`, `éd(?:ition)?\.? ?\d`, `éd\.`,
		`\d+(?:re|er|e|nd|rd|th)? (?:éd|ed)`, `[\d\s()|/:–‑-]+p?\.?$`, `\d+(?:er|e)? `, `\d+ ?(?:min|h|mn)\b`, `\d+/\d`, `\d+\(\d`, `\d+:`, `\(?\d+\)?$`, `req\.`, `rec\.`, `ass\.`, `art(?:\.|icle )`, `alinéa`,
		`(?:thèse|mémoire|note|rapport|avis|étude|dossier|enquête|documentaire|vidéo|podcast|émission|entretien|communiqué|discours|tribune|éditorial|working paper|policy paper|policy brief|report|dissertation|thesis)(?: d[eu’'][\p{L}’' ]*| annuel| annuelle| final| parlementaire| publique?)*(?: n[°ºo]\.? ?\d+| no\. ?\d+)?(?: (?:sous|par|en) .*)?$`,
		`thèse`, `mémoire de`, `rapport (?:remis|au|à) `, `«[^»]*»$`, `mis en ligne`, `(?:publié|paru|posté|réalisé|diffusé)e?(?:\PL|$)`, `le \d`,
		`(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b`, `(?:` + months + `)(?:[-–/](?:` + months + `))?\.?(?: \d.*)?$`,
		`(?:printemps|été|automne|hiver|spring|summer|autumn|fall|winter) \d{4}`, `(?:1[5-9]|20)\d\d[a-z]?\b.{0,12}$`,
	}, "|") + `)`)
	volume       = regexp.MustCompile(`(?i)\s*(?:,?\s*(?:vol\b|n[°ºᵒ]|nos? |no\.|t\.)\s*.*|\s(?:[CL]\s)?\d+\s*(?:\(.*)?|\s*\(\d.*)$`)
	trailingYear = regexp.MustCompile(`[,.]?\s*\(?\b(?:1[5-9]|20)\d\d[a-z]?\)?\.?\s*$`)

	// editing names those who had a part in the work but did not write it.
	editing = regexp.MustCompile(`(?i)^(?:edited by|dirigée? par|coordonnée? par|ed\. |éd\. |trad|translated|sous la dir|préface|avec |.*\((?:dir|éds?|eds?|coord)\b)`)

	places      = regexp.MustCompile(`^(paris|lyon|lille|rennes|grenoble|marseille|aix-en-provence|toulouse|bordeaux|strasbourg|nantes|montpellier|arles|tours|dijon|caen|rouen|nancy|metz|saint-denis|angers|la tour-d'aigues|bruxelles|brussels|louvain(-la-neuve)?|geneve|lausanne|londres|london|oxford|cambridge|new york|boston|chicago|princeton|berkeley|berlin|francfort|madrid|barcelone|rome|milan|turin|montreal|quebec|ottawa|washington|new haven|los angeles|amsterdam|la haye|vienne|cham|dublin|copenhagen|copenhague|abidjan|dakar|tunis|alger|rabat|france|belgique|suisse|canada|s\. ?l\.)( \(?[a-z. ]{2,12}\)?)?$`)
	publishers  = regexp.MustCompile(`(?i)(?:^|\PL)(?:éditions?|editions?|éd\.|presses? (?:de|du|des|univ)|press|publishing|publishers?|publications|books|verlag|gallimard|(?:le )?seuil|puf|pur|pug|pul|p\.u\.f|fayard|flammarion|grasset|albin michel|actes sud|l[’']harmattan|larousse|larcier|bruylant|dalloz|lgdj|economica|karthala|odile jacob|payot|plon|stock|hachette|nathan|vrin|belin|calmann-lévy|belles lettres|petits matins|autrement|routledge|springer|wiley|palgrave|elsevier|penguin|sage|(?:la )?découverte|documentation française|armand colin|dunod|robert laffont|perrin|tallandier|folio|pocket|raisons d[’']agir|bayard|cerf|ellipses|de boeck|bréal|les liens qui libèrent|zones|agone|amsterdam|verso|brill|droz|champ vallon|minuit|editorial|ouvrières|peter lang|présence africaine|université|university|cnrs)(?:\PL|$)`)
	periodicals = regexp.MustCompile(`(?i)(?:^|\PL)(?:revue|cahiers?|journal|quotidien|hebdo(?:madaire)?|mensuel|magazine|gazette|courrier|tribune|bulletin|lettre|annales|archives|review|quarterly|times|post|guardian|ledger|références|canal|radio|tv|chaîne|youtube|spotify|dailymotion|conversation|diplomatique|jorf|joue|journal officiel)(?:\PL|$)`)
	press       = regexp.MustCompile(`^(?:le monde|liberation|le figaro|les echos|la croix|mediapart|l'express|le point|l'obs|courrier international|ouest-france|la tribune|franceinfo|france (?:culture|inter|info|24|televisions?)|the (?:guardian|new york times|economist|conversation)|afp|reuters|bbc|arte|rfi|tv5monde|vie[ -]publique|l'humanite|alternatives economiques|slate|le parisien|20 minutes|wikipedia)(?:[ .,:('&/-]|$)`)
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

func isPlace(s string) bool      { return places.MatchString(fold(strings.Trim(s, " ."))) }
func isPublisher(s string) bool  { return publishers.MatchString(s) && countWords(s) <= 8 }
func isPeriodical(s string) bool { return periodicals.MatchString(s) && countWords(s) <= 10 }
func isPress(s string) bool      { return press.MatchString(fold(strings.TrimSpace(s))) }

// isInstitution says whether a part names an organisation that publishes, and is
// no newspaper.
func isInstitution(s string) bool { return isOrganisation(s) && !isPress(s) && countWords(s) <= 10 }
