package desk

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Reference names one case: BARA-2026-0042-R, written canonically. It locates;
// it never authorises.
//
// Its parts are the publication's prefix, the year, a number of at least four
// digits that restarts each year, and a check character: ISO/IEC 7064
// MOD 37,36 over the letters and digits before it, hyphens left out.
type Reference string

// Errors of ParseReference.
var (
	ErrNotReference = errors.New("not a reference")
	ErrCheck        = errors.New("the reference's check character is wrong")
)

// NewReference writes the reference of the number'th case of a year. The prefix
// is capital letters and digits.
func NewReference(prefix string, year, number int) Reference {
	body := fmt.Sprintf("%s-%04d-%04d", prefix, year, number)
	return Reference(body + "-" + string(checkCharacter(body)))
}

// ParseReference reads one reference as a person types it: case, spaces and
// missing hyphens are forgiven. It gives ErrCheck where the form is right and
// the check character is not, and else ErrNotReference.
func ParseReference(typed string) (Reference, error) {
	m := anyReference.FindStringSubmatch(strings.TrimSpace(typed))
	if m == nil || m[0] != strings.TrimSpace(typed) {
		return "", ErrNotReference
	}
	return assemble(m[1], m[2], m[3], m[4])
}

// Parts are the year and the number of a reference that is written canonically
// with this prefix; ours is false for any other.
func (r Reference) Parts(prefix string) (year, number int, ours bool) {
	parts := strings.Split(string(r), "-")
	if len(parts) != 4 || parts[0] != prefix {
		return 0, 0, false
	}
	year, errYear := strconv.Atoi(parts[1])
	number, errNumber := strconv.Atoi(parts[2])
	if errYear != nil || errNumber != nil || NewReference(prefix, year, number) != r {
		return 0, 0, false
	}
	return year, number, true
}

// FindReferences finds the references with the prefix in a text, in order and
// each once, and apart from them what looks like one but has a wrong or missing
// check character, as typed.
func FindReferences(text, prefix string) (found []Reference, mistyped []string) {
	if prefix == "" || !mayRefer(text, prefix) {
		return nil, nil
	}
	seen := map[string]bool{}
	for _, m := range anyReference.FindAllStringSubmatch(text, -1) {
		if !strings.EqualFold(m[1], prefix) {
			continue
		}
		ref, err := assemble(m[1], m[2], m[3], m[4])
		typed := strings.Join(strings.Fields(m[0]), " ")
		switch {
		case err == nil && !seen[string(ref)]:
			seen[string(ref)] = true
			found = append(found, ref)
		case err != nil && !seen[typed]:
			seen[typed] = true
			mistyped = append(mistyped, typed)
		}
	}
	return found, mistyped
}

// mayRefer says whether a digit follows the prefix soon, anywhere in a text. Most texts
// hold none, and to look for it takes a hundredth of the time of the expression.
func mayRefer(text, prefix string) bool {
	const furthest = 6 * utf8.UTFMax                   // a gap
	for _, odd := range []string{"\u017f", "\u212a"} { // fold to S and K, and are longer
		if strings.Contains(text, odd) {
			return true
		}
	}
	for i := 0; i+len(prefix) < len(text); i++ {
		if text[i]|0x20 != prefix[0]|0x20 || !strings.EqualFold(text[i:i+len(prefix)], prefix) {
			continue
		}
		after := text[i+len(prefix):]
		if strings.ContainsAny(after[:min(len(after), furthest+1)], "0123456789") {
			return true
		}
	}
	return false
}

// anyReference allows any run of hyphens, dashes, underscores and white space
// between the parts. The check character may be missing: that is a typing
// mistake to be told, not a text without a reference.
var anyReference = regexp.MustCompile(
	`(?i)\b([A-Z][A-Z0-9]*?)` + gap + `([0-9]{4})` + gap + `([0-9]{4,9})(?:` + gap + `([0-9A-Z]))?\b`)

const gap = `[\s\x{00A0}\x{202F}\x{2009}\p{Pd}_>]{0,6}`

// assemble checks the parts. Without hyphens a check character that is a digit
// was read as the number's last.
func assemble(prefix, year, number, check string) (Reference, error) {
	if last := len(number) - 1; check == "" && last >= 4 {
		number, check = number[:last], number[last:]
	}
	body := strings.ToUpper(prefix) + "-" + year + "-" + number
	want := string(checkCharacter(body))
	if strings.ToUpper(check) != want {
		return "", ErrCheck
	}
	return Reference(body + "-" + want), nil
}

// checkCharacter is ISO/IEC 7064 MOD 37,36 over the letters and digits of body.
func checkCharacter(body string) byte {
	const m, alphabet = 36, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	p := m
	for i := range len(body) {
		value := strings.IndexByte(alphabet, body[i])
		if value < 0 {
			continue
		}
		s := (p + value) % m
		if s == 0 {
			s = m
		}
		p = 2 * s % (m + 1)
	}
	return alphabet[(m+1-p)%m]
}
