package rules

import "testing"

func TestUnprefixed(t *testing.T) {
	c := shippedClassifier(t)
	tests := map[string]string{
		"Re: La ville":                        "la ville",
		"RE\u202f: TR\u00a0:Fwd:  La ville":   "la ville",
		"Re[2]: Re^3 : Fwd(4): RE5: La ville": "la ville",
		"Réf. : La ville":                     "la ville",
		"[EXT] [a][b] 📎 Re: La ville":         "la ville",
		"R: La ville":                         "la ville",
		"R La ville":                          "r la ville",
		"Re La ville":                         "la ville",
		"Re-La ville":                         "re-la ville",
		"Re[: La ville":                       "re[: la ville",
		"Re[12345]: La ville":                 "re[12345]: la ville",
		"Rester : La ville":                   "rester : la ville",
		"[Baratin] La ville":                  "[baratin] la ville",
		"[Baratn] La ville":                   "[baratn] la ville",
		"[Demande de retrait] La ville":       "[demande de retrait] la ville",
		"[Sans baratin] La ville":             "[sans baratin] la ville",
		"[Aide] La ville":                     "[aide] la ville",
		"[bara-analyse] La ville":             "la ville",
		"[jamais fermé La ville":              "jamais ferme la ville",
		"Re:":                                 "",
		"Re":                                  "re",
		"":                                    "",
	}
	for subject, want := range tests {
		if got := text(c.unprefixed(foldGlyphs(subject))); got != want {
			t.Errorf("%q without its prefixes is %q, want %q", subject, got, want)
		}
	}
}
