package sheet

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/typo"
)

// layouts are how spreadsheets and forms write dates; the day stands before the
// month.
var layouts = []string{
	"2006-01-02", "2/1/2006", "2.1.2006", "2-1-2006", "2006/1/2",
	"2006-01-02 15:04:05", "2006-01-02 15:04", "2/1/2006 15:04:05", "2/1/2006 15:04", "2006/1/2 15:04:05", "2006/1/2 15:04",
}

var months = []string{
	"janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
}

// Date reads a date, or a moment, as it is in a zone: 2026-11-23, 23/11/2026,
// 23 novembre 2026, each with an hour after the figures or not, and RFC 3339.
func Date(text string, zone *time.Location) (time.Time, error) {
	text = strings.Join(strings.Fields(text), " ")
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.In(zone), nil
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return t, nil
		}
	}
	if words := strings.Fields(typo.Fold(text)); len(words) == 3 {
		day, errDay := strconv.Atoi(strings.TrimSuffix(words[0], "er"))
		year, errYear := strconv.Atoi(words[2])
		for i, month := range months {
			t := time.Date(year, time.Month(i+1), day, 0, 0, 0, 0, zone)
			if errDay == nil && errYear == nil && month == words[1] && t.Day() == day && day > 0 && len(words[2]) == 4 {
				return t, nil
			}
		}
	}
	return time.Time{}, fmt.Errorf("%q is no date; accepted: 2026-11-23, 23/11/2026", text)
}
