package document

import (
	"fmt"
	"strconv"
	"strings"
)

// months are the names of months as French and English write and shorten them.
const months = `janv(?:ier)?|jan(?:uary)?|f[ée]v(?:r(?:ier)?)?|feb(?:ruary)?|mars|march|mar|avr(?:il)?|apr(?:il)?|mai|may|juin|june?|juil(?:let)?|july?|ao[ûu]t|aug(?:ust)?|sept(?:embre|ember)?|sep|oct(?:obre|ober)?|nov(?:embre|ember)?|d[ée]c(?:embre)?|dec(?:ember)?`

// monthStarts tell the months by their first letters, folded; of two that fit, the
// first does.
var monthStarts = []struct {
	letters string
	number  int
}{
	{"jan", 1},
	{"f", 2},
	{"mar", 3},
	{"av", 4},
	{"ap", 4},
	{"ma", 5},
	{"juin", 6},
	{"jun", 6},
	{"ju", 7},
	{"a", 8},
	{"s", 9},
	{"o", 10},
	{"n", 11},
	{"d", 12},
}

// monthNumber is 1 to 12, and 0 of what names no month.
func monthNumber(name string) int {
	name = fold(name)
	for _, m := range monthStarts {
		if strings.HasPrefix(name, m.letters) {
			return m.number
		}
	}
	return 0
}

var (
	anyYear     = patternOf(`\b((?:1[5-9]|20)\d\d)[a-z]?\b`, digit)
	wordsBefore = patternOf(`(?i)(?:^|[\s(\[,;.])(?:(\d{1,2})(?:er|st|nd|rd|th)?\s+)?(` + months + `)\.?,?\s+$`)
	dayBefore   = patternOf(`(?i)(?:^|[\s(\[,;.])(` + months + `)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,\s*$`)
	digitsLeft  = patternOf(`(?:^|\D)(\d{1,2})[/.-](\d{1,2})[/.-]$`)
	digitsRight = patternOf(`^-(\d\d)-(\d\d)(?:\D|$)`)
	wordsAfter  = patternOf(`(?i)^[a-z]?,?\s+(?:(\d{1,2})(?:er)?\s+)?(` + months + `)\b\.?(?:\s+(\d{1,2})(?:\D|$))?`)

	pageRange = patternOf(`(?i)\bpp?\.\s*\d+(?:\s*[-–]\s*\d+)?|\b\d+\s*p\.`)
	rangeEnds = patternOf(`(\d{4})[-–/]\d{4}\b|\[\d{4}\]`, "-–/[")
	numbered  = patternOf(`(?i)\bn[°ºo]s?\.?\s*\d[\d/-]*`)
)

// dateIn is the date that a part of an entry gives, as exactly as it is written,
// and its words: the most exact one, and of years alone the last. Pages and numbers
// are none. It is "" where there is none.
func dateIn(s string) (date, written string) {
	if !strings.ContainsAny(s, "0123456789") {
		return "", ""
	}
	s = numbered.ReplaceAllString(rangeEnds.ReplaceAllString(pageRange.ReplaceAllString(s, ""), "$1"), "")
	for _, at := range anyYear.FindAllStringSubmatchIndex(s, -1) {
		d, from, to := dateAround(s, at[2], at[3])
		if len(d) > len(date) || len(d) == 4 && len(date) == 4 {
			date, written = d, strings.TrimSpace(s[from:to])
		}
	}
	return date, written
}

// dateAround is the date whose year stands at s[from:to], and where it stands. A
// month or a day that there is not leaves the year.
func dateAround(s string, from, to int) (date string, start, end int) {
	year, before, after := s[from:to], s[max(0, from-30):from], s[to:min(len(s), to+25)]
	if m := wordsBefore.FindStringSubmatchIndex(before); m != nil {
		return calendar(year, groupAt(before, m, 2), groupAt(before, m, 1)), from - len(before) + m[0], to
	}
	if m := dayBefore.FindStringSubmatchIndex(before); m != nil {
		return calendar(year, groupAt(before, m, 1), groupAt(before, m, 2)), from - len(before) + m[0], to
	}
	if m := digitsLeft.FindStringSubmatchIndex(before); m != nil {
		return calendar(year, groupAt(before, m, 2), groupAt(before, m, 1)), from - len(before) + m[2], to
	}
	if m := digitsRight.FindStringSubmatchIndex(after); m != nil {
		return calendar(year, groupAt(after, m, 1), groupAt(after, m, 2)), from, to + m[5]
	}
	if m := wordsAfter.FindStringSubmatchIndex(after); m != nil {
		day := groupAt(after, m, 1)
		if day == "" {
			day = groupAt(after, m, 3)
		}
		return calendar(year, groupAt(after, m, 2), day), from, to + m[5]
	}
	return year, from, to
}

// groupAt is one group of a match, "" where it took no part in it.
func groupAt(s string, at []int, n int) string {
	if at[2*n] < 0 {
		return ""
	}
	return s[at[2*n]:at[2*n+1]]
}

// calendar writes a date as ISO 8601 does.
func calendar(year, month, day string) string {
	m, err := strconv.Atoi(month)
	if err != nil {
		m = monthNumber(month)
	}
	if m < 1 || m > 12 {
		return year
	}
	d, _ := strconv.Atoi(day)
	if d < 1 || d > 31 {
		return fmt.Sprintf("%s-%02d", year, m)
	}
	return fmt.Sprintf("%s-%02d-%02d", year, m, d)
}

// outsideTitle is an entry without its title and what it quotes, whose years are
// not its own.
func outsideTitle(rest, title string) string {
	rest = quoted.ReplaceAllString(rest, " ")
	if title != "" && rest != title {
		if cut := strings.Replace(rest, title, " ", 1); anyYear.MatchString(cut) {
			return cut
		}
	}
	return rest
}
