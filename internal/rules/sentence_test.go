package rules

import (
	"strings"
	"testing"
)

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1 000", 2000000: "2 000 000", -1234: "−1 234"} {
		french := strings.ReplaceAll(want, " ", "\u202f")
		if got := frenchNumber(n).String(); got != french {
			t.Errorf("%d in French is %q, want %q", n, got, french)
		}
		english := strings.ReplaceAll(want, " ", ",")
		if got := englishNumber(n).String(); got != english {
			t.Errorf("%d in English is %q, want %q", n, got, english)
		}
	}
}

func TestSentenceFunctions(t *testing.T) {
	for _, tt := range []struct {
		lang, text string
		measured   any
		want       string
	}{
		{"fr", `{{plural .measured "mot" "mots"}}`, int64(0), "mot"},
		{"fr", `{{plural .measured "mot" "mots"}}`, int64(1), "mot"},
		{"fr", `{{plural .measured "mot" "mots"}}`, int64(2), "mots"},
		{"en", `{{plural .measured "word" "words"}}`, int64(0), "words"},
		{"en", `{{plural .measured "word" "words"}}`, int64(1), "word"},
		{"en", `{{minus .limit.min .measured}}`, int64(500), "1,500"},
		{"fr", `{{minus .limit.min .measured}}`, int64(500), "1\u202f500"},
		{"fr", `≤ {{words .limit.min}}`, "", "≤ 2\u202f000 mots"},
		{"fr", `{{words 1}}`, "", "1 mot"},
		{"en", `{{words .measured}}`, int64(0), "0 words"},
		{"fr", `{{close .measured .limit.min}}`, int64(1900), "true"},
		{"fr", `{{close .measured .limit.min}}`, int64(2100), "true"},
		{"fr", `{{close .measured .limit.min}}`, int64(1899), "false"},
		{"fr", `{{if lt .measured .limit.min}}moins{{else}}plus{{end}}`, int64(1999), "moins"},
		{"fr", `{{if eq .measured 0}}rien{{end}}`, int64(0), "rien"},
		{"fr", `{{language .limit.in}}`, "", "français, anglais"},
		{"en", `{{language .limit.in}}`, "", "French, English"},
		{"en", `{{language "zz-not-one"}}`, "", "zz-not-one"},
		{"fr", `{{.limit.in}} {{.format}} {{.file}} {{.where}}`, "", "fr, en Essai a.docx ici"},
	} {
		parsed, err := parseSentence(tt.lang, tt.text)
		if err != nil {
			t.Fatal(err)
		}
		limits := map[string]any{"min": int64(2000), "in": []string{"fr", "en"}}
		got, err := write(parsed, sentenceData(tt.lang, limits, tt.measured, "Essai", "a.docx", "ici"))
		if err != nil || got != tt.want {
			t.Errorf("%s in %s gives %q, %v; want %q", tt.text, tt.lang, got, err, tt.want)
		}
	}
}

// TestMistakeInALongSentence: a fault is placed in the right line of a template.
func TestMistakeInALongSentence(t *testing.T) {
	text := "Élève :\n  été {{.mesured}}"
	parsed, err := parseSentence("fr", text)
	if err != nil {
		t.Fatal(err)
	}
	_, err = write(parsed, map[string]any{"measured": ""})
	m := templateMistake(text, err, []string{".measured"})
	if at := string([]rune(text)[m.offset:]); at != ".mesured}}" {
		t.Errorf("the mistake %q is placed at %q", m.says, at)
	}
}
