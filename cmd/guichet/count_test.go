package main

import "testing"

func TestFigures(t *testing.T) {
	for _, test := range []struct {
		words, sources int
		language, want string
	}{
		{0, 0, "", "0 words, 0 sources, language unknown"},
		{1, 1, "fr", "1 word, 1 source, fr"},
		{241, 2, "fr", "241 words, 2 sources, fr"},
	} {
		if got := figures(test.words, test.sources, test.language); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}
