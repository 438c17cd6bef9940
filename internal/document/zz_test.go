package document

import (
	"fmt"
	"os"
	"sort"
	"strings"
	"testing"
)

func TestZZ(t *testing.T) {
	for _, f := range strings.Fields(os.Getenv("ZZ")) {
		data, _ := os.ReadFile("/work/shared/corpus/docs/" + f)
		g, _ := os.ReadFile("/work/shared/corpus/docs/" + f + ".gold.txt")
		d := Read(f, "", data)
		bag := map[string]int{}
		for w := range plainWords(d.Text) {
			bag[w]++
		}
		for w := range plainWords(string(g)) {
			bag[w]--
		}
		var more, less []string
		for w, n := range bag {
			if n > 0 {
				more = append(more, fmt.Sprintf("%s×%d", w, n))
			}
			if n < 0 {
				less = append(less, fmt.Sprintf("%s×%d", w, -n))
			}
		}
		sort.Strings(more)
		sort.Strings(less)
		if len(more) > 60 {
			more = more[:60]
		}
		if len(less) > 60 {
			less = less[:60]
		}
		fmt.Println("==", f, d.WordsTotal, "gold count", countWords(string(g)), "fields", len(strings.Fields(string(g))), "\n MORE", more, "\n LESS", less, d.Error)
	}
}
