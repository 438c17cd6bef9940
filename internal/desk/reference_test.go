package desk

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The vector is the Global Release Identifier of the GRid Standard, which uses
// the same check system.
func TestCheckCharacterVector(t *testing.T) {
	if c := checkCharacter("A1-2425G-ABC1234002"); c != 'M' {
		t.Fatalf("check character %c, want M", c)
	}
}

func TestReferenceForgives(t *testing.T) {
	ref := NewReference("BARA", 2026, 42)
	check := string(ref[len(ref)-1])
	for _, typed := range []string{
		string(ref), strings.ToLower(string(ref)), "BARA 2026 0042 " + check, "BARA20260042" + check,
		"bara–2026–0042–" + check, " BARA -\u00a02026 - 0042 - " + check + " ",
	} {
		got, err := ParseReference(typed)
		if err != nil || got != ref {
			t.Errorf("%q: %q, %v; want %q", typed, got, err, ref)
		}
	}
	for n := range 200 { // among them check characters that are digits
		ref := NewReference("BARA", 2026, n)
		if got, err := ParseReference(strings.ReplaceAll(string(ref), "-", "")); err != nil || got != ref {
			t.Errorf("%s without hyphens: %q, %v", ref, got, err)
		}
	}
	if ref := NewReference("BARA", 2026, 123456); len(ref) != len("BARA-2026-123456-X") {
		t.Errorf("a sixth digit is lost: %s", ref)
	}
}

func TestReferenceRefuses(t *testing.T) {
	ref := string(NewReference("BARA", 2026, 42))
	for typed, want := range map[string]error{
		strings.Replace(ref, "42", "43", 1): ErrCheck,
		strings.Replace(ref, "42", "24", 1): ErrCheck,
		ref[:len(ref)-2]:                    ErrCheck,
		"BARA-26-0042-R":                    ErrNotReference,
		"le budget 2026":                    ErrNotReference,
		"":                                  ErrNotReference,
		ref + " " + ref:                     ErrNotReference,
	} {
		if _, err := ParseReference(typed); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", typed, err, want)
		}
	}
}

// Every single wrong character and every swap of two neighbours must be told:
// that is what the check character is for.
func TestCheckCharacterTellsEveryMistype(t *testing.T) {
	const alphabet = "0123456789"
	for n := 1; n < 9999; n += 37 {
		ref := []byte(NewReference("BARA", 2026, n))
		for _, i := range []int{5, 6, 7, 8, 10, 11, 12, 13} {
			for _, c := range []byte(alphabet) {
				wrong := slices.Clone(ref)
				if wrong[i] == c {
					continue
				}
				wrong[i] = c
				if _, err := ParseReference(string(wrong)); err == nil {
					t.Fatalf("%s passes for %s", wrong, ref)
				}
			}
		}
	}
}

func TestFindReferences(t *testing.T) {
	a, b := NewReference("BARA", 2026, 42), NewReference("BARA", 2025, 10007)
	text := "Bonjour,\r\n\r\nJe retire " + strings.ToLower(string(a)) + ".\r\n> et aussi " + string(b) +
		" ;\r\nencore " + string(a) + ", puis BARA-2026-0042-? et OTHER-2026-0042-X et BARA-2026-0099-0."
	found, mistyped := FindReferences(text, "BARA")
	if !slices.Equal(found, []Reference{a, b}) {
		t.Errorf("found %q", found)
	}
	if !slices.Equal(mistyped, []string{"BARA-2026-0042", "BARA-2026-0099-0"}) {
		t.Errorf("mistyped %q", mistyped)
	}
}

// TestNoReferenceIsPassedOver: where the expression finds a reference, the quick look
// for one does.
func TestNoReferenceIsPassedOver(t *testing.T) {
	pieces := []string{"BARA", "bara", "Bara", "ſK", "BſRK", "2026", "0042", "R", "-", "–", " ", "\n", ">", "_", "\u202f", "\u2009", "le", "é", "x", "12"}
	for _, prefix := range []string{"BARA", "BSRK", "R"} {
		rapid.Check(t, func(t *rapid.T) {
			text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 30).Draw(t, "pieces"), "")
			for _, m := range anyReference.FindAllStringSubmatch(text, -1) {
				if strings.EqualFold(m[1], prefix) && !mayRefer(text, prefix) {
					t.Fatalf("%q", m[0])
				}
			}
		})
	}
}
