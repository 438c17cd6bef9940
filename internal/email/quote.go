package email

import "strings"

// OwnText is what the sender wrote: quoted lines and the lines that announce
// them, a mail quoted or forwarded below, the closing formula and the signature are
// left out. What stands between quoted lines is kept.
func OwnText(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	var own []string
	for i := 0; i < len(lines); i++ {
		line := strings.TrimRight(lines[i], " \t")
		if line == "--" || isQuoteRule(line) || isQuotedHeader(lines[i:]) {
			break
		}
		if strings.Trim(line, "_") == "" && len(line) > 9 && isQuotedHeader(lines[i+1:]) {
			break
		}
		if isQuoted(line) {
			continue
		}
		if n := attribution(lines[i:]); n > 0 {
			if !quoteFollows(lines[i+n:]) {
				break
			}
			i += n - 1
			continue
		}
		own = append(own, line)
	}
	return strings.TrimSpace(strings.Join(withoutSignOff(own), "\n"))
}

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
	inside := strings.Trim(line, "-_ \t")
	if !strings.HasPrefix(line, "--") || inside == "" {
		return strings.HasPrefix(foldLine(line), "début du message")
	}
	inside = foldLine(inside)
	for _, word := range []string{
		"message d'origine", "message original", "mail original", "message transféré",
		"message réexpédié", "message initial", "e-mail d'origine",
		"original message", "forwarded message", "original appointment",
	} {
		if strings.HasPrefix(inside, word) {
			return true
		}
	}
	return false
}

// attribution counts the lines, three at most, that announce a quotation:
// "Le lundi 3 mars 2025, Jeanne a écrit :", "On Monday, Jeanne wrote:". It is 0
// where the lines announce none.
func attribution(lines []string) int {
	const longest = 400
	first := foldLine(lines[0])
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
	"à": "to", "to": "to", "pour": "to", "cc": "to", "destinataire": "to",
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

// foldLine makes lines comparable: lower case, plain spaces and apostrophes.
func foldLine(line string) string {
	return strings.ToLower(strings.TrimSpace(plainSigns.Replace(line)))
}

var plainSigns = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'")
