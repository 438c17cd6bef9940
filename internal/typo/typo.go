// Package typo measures how far apart two words are typed: the mistyped format
// of a subject, the misspelt key of a file; and folds what people type alike.
package typo

// maxCompared bounds the work of Distance: no word that matters is longer.
const maxCompared = 40

// OneEdit says whether two words are exactly one edit apart: a letter more,
// less or changed, or two neighbours swapped.
func OneEdit(a, b string) bool { return Distance(a, b) == 1 }

// Distance counts the edits that make b of a (Damerau's, no letter edited
// twice). Words longer than maxCompared, or of lengths too different to matter,
// are maxCompared apart.
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if max(len(x), len(y)) > maxCompared || len(x) > len(y)+2 || len(y) > len(x)+2 {
		return maxCompared
	}
	var rows [3][maxCompared + 1]int // of two letters back, of one back, of now
	for j := range len(y) + 1 {
		rows[2][j] = j
	}
	for i := 1; i <= len(x); i++ {
		rows[0], rows[1] = rows[1], rows[2]
		rows[2][0] = i
		for j := 1; j <= len(y); j++ {
			changed := 1
			if x[i-1] == y[j-1] {
				changed = 0
			}
			rows[2][j] = min(rows[1][j]+1, rows[2][j-1]+1, rows[1][j-1]+changed)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				rows[2][j] = min(rows[2][j], rows[0][j-2]+1)
			}
		}
	}
	return rows[2][len(y)]
}

// Nearest is the known word that a misspelt one was likely meant to be: at most
// two edits away, one for short words; "" where there is none.
func Nearest(word string, known []string) string {
	best, least := "", min(2, len([]rune(word))/3)
	for _, k := range known {
		if d := Distance(word, k); d <= least && (best == "" || d < least) {
			best, least = k, d
		}
	}
	return best
}
