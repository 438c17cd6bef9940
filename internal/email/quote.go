package email

import (
	"slices"
	"strings"
)

// OwnText is what the sender wrote: quoted lines and the lines that announce
// them, a mail quoted or forwarded below, the closing formula and the signature are
// left out. What stands between quoted lines is kept.
func OwnText(text string) string {
	own, _ := ownLines(textLines(text))
	return joinOwn(own)
}

func textLines(text string) []string {
	return strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
}

func joinOwn(own []string) string {
	return strings.TrimSpace(strings.Join(withoutSignOff(own), "\n"))
}

// ownLines is the lines that the sender wrote, and where what they quote below
// begins: at a signature, a rule, a header or an attribution; len(lines) for nowhere.
func ownLines(lines []string) (own []string, cut int) {
	for i := 0; i < len(lines); i++ {
		line := strings.TrimRight(lines[i], " \t")
		if line == "--" || startsQuote(lines[i:]) {
			return own, i
		}
		if isQuoted(line) {
			continue
		}
		if n := attribution(lines[i:]); n > 0 {
			if !quoteFollows(lines[i+n:]) {
				return own, i
			}
			i += n - 1
			continue
		}
		own = append(own, line)
	}
	return own, len(lines)
}

// startsQuote says whether the lines begin with a rule or a header above a quoted
// mail.
func startsQuote(lines []string) bool {
	line := strings.TrimRight(lines[0], " \t")
	return isQuoteRule(line) || isQuotedHeader(lines) || isUnderscores(line) && isQuotedHeader(lines[1:])
}

// isUnderscores tells the line that Outlook draws above a quoted mail.
func isUnderscores(line string) bool { return len(line) > 9 && strings.Trim(line, "_") == "" }

func isQuoted(line string) bool {
	return strings.HasPrefix(strings.TrimLeft(line, " \t\u00a0"), ">")
}

// quoteFollows says whether the next line that is not empty is quoted.
func quoteFollows(lines []string) bool {
	for _, line := range lines {
		if strings.TrimSpace(line) != "" {
			return isQuoted(line)
		}
	}
	return false
}

// isQuoteRule says whether a line announces the mail below it between hyphens:
// -----Message d'origine-----.
func isQuoteRule(line string) bool {
	line = strings.TrimLeft(line, " \t\u00a0")
	inside := strings.Trim(line, "-_ \t")
	if !strings.HasPrefix(line, "--") || inside == "" {
		if !mayBegin(line, "db") {
			return false
		}
		line = foldHead(line)
		return strings.HasPrefix(line, "début du message") || strings.HasPrefix(line, "begin forwarded message")
	}
	inside = foldHead(inside)
	return hasAnyPrefix(inside, quotedRules) || hasAnyPrefix(inside, forwardedRules)
}

// isForwardRule says whether such a line says that the mail below it was forwarded.
func isForwardRule(line string) bool {
	line = strings.TrimLeft(line, " \t\u00a0")
	return isQuoteRule(line) && (hasAnyPrefix(foldHead(strings.Trim(line, "-_ \t")), forwardedRules) || !strings.HasPrefix(line, "--"))
}

var (
	quotedRules = []string{
		"message d'origine", "message original", "mail original", "message initial", "e-mail d'origine", "courriel original",
		"original message", "original appointment", "original mail",
	}
	forwardedRules = []string{
		"message transféré", "mail transféré", "message réexpédié", "courriel transféré", "e-mail transféré", "message transfere",
		"forwarded message", "forwarded mail", "forwarded by", "transféré par",
	}
)

func hasAnyPrefix(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// attribution counts the lines, three at most, that announce a quotation:
// "Le lundi 3 mars 2025, Jeanne a écrit :", "On Monday, Jeanne wrote:". It is 0
// where the lines announce none.
func attribution(lines []string) int {
	const longest = 400
	if !mayBegin(lines[0], "loe") {
		return 0
	}
	first := foldHead(lines[0])
	if !strings.HasPrefix(first, "le ") && !strings.HasPrefix(first, "on ") && !strings.HasPrefix(first, "en date de ") {
		return 0
	}
	joined := ""
	for n, line := range lines[:min(len(lines), 3)] {
		line = foldLine(line)
		if line == "" || len(joined) > longest {
			return 0
		}
		joined = strings.TrimSpace(joined + " " + line)
		head, isEnd := strings.CutSuffix(joined, ":")
		head = strings.TrimSpace(head)
		wrote := strings.HasSuffix(head, "a écrit") || strings.HasSuffix(head, "wrote")
		if isEnd && wrote && strings.ContainsAny(head, "0123456789@") {
			return n + 1
		}
	}
	return 0
}

// isQuotedHeader says whether the lines begin with the header that Outlook puts
// above a quoted mail: De, Envoyé, À, Objet, in any order after the first.
func isQuotedHeader(lines []string) bool {
	if len(lines) == 0 || quotedLabels[label(lines[0])] != "from" {
		return false
	}
	seen := map[string]bool{}
	for _, line := range lines[:min(len(lines), 8)] {
		if role := quotedLabels[label(line)]; role != "" {
			seen[role] = true
		}
	}
	return len(seen) >= 3
}

var quotedLabels = map[string]string{
	"de": "from", "from": "from", "expéditeur": "from",
	"envoyé": "date", "date": "date", "sent": "date", "envoyé le": "date",
	"à": "to", "a": "to", "to": "to", "pour": "to", "cc": "to", "destinataire": "to",
	"objet": "subject", "subject": "subject", "sujet": "subject",
}

// label is what stands before the colon of a line, without a mailer's bold.
func label(line string) string {
	before, _, found := strings.Cut(line, ":")
	if !found || len(before) > 30 {
		return ""
	}
	return strings.Trim(foldLine(before), "* ")
}

// mayBegin says whether a line, folded, may begin with one of the small letters: a body
// of many megabytes has a million lines, and nearly all of them do not.
func mayBegin(line, letters string) bool {
	line = strings.TrimSpace(line)
	return line != "" && strings.IndexByte(letters, line[0]|0x20) >= 0
}

// foldHead is the beginning of a folded line, as much as tells a rule or a name: a
// paragraph may stand in one line.
func foldHead(line string) string {
	const enough = 64
	line = strings.TrimSpace(line)
	return foldLine(line[:min(len(line), enough)])
}

// foldLine makes lines comparable: lower case, plain spaces and apostrophes.
func foldLine(line string) string {
	return strings.ToLower(strings.TrimSpace(plainSigns.Replace(line)))
}

var plainSigns = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'")
