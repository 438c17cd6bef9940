package document

import (
	"strconv"
	"strings"
)

// numberStyle is how one level of a list is numbered, in either office format.
type numberStyle struct {
	format string // decimal, lowerLetter, upperLetter, lowerRoman, upperRoman; else none
	text   string // "%1.%2)": the numbers of the levels named, and what is around
	start  int
}

// numbering is the lists of a document of Word: how each is numbered, and how far it
// has been. Lists that share a definition share its count.
type numbering struct {
	levels  map[string]map[int]numberStyle // by definition
	uses    map[string]string              // definition of each list
	counted map[string]*counters           // by definition

	restarts map[string]map[int]int // where a list begins anew, by list and level
	linked   map[string]string      // the style that defines in a definition's place
	styles   map[string]style
}

func newNumbering() *numbering {
	return &numbering{
		levels: map[string]map[int]numberStyle{}, uses: map[string]string{}, counted: map[string]*counters{},
		restarts: map[string]map[int]int{}, linked: map[string]string{},
	}
}

// restart says that a list begins anew at a level.
func (n *numbering) restart(list string, level, start int) {
	if n.restarts[list] == nil {
		n.restarts[list] = map[int]int{}
	}
	n.restarts[list][level] = start
}

// next is the label of the next item of a list.
func (n *numbering) next(list string, level int) string {
	definition, ok := n.uses[list]
	if !ok {
		return ""
	}
	if by, ok := n.linked[definition]; ok && n.uses[n.styles[by].list] != "" {
		definition = n.uses[n.styles[by].list]
	}
	c := n.counted[definition]
	if c == nil {
		c = &counters{}
		n.counted[definition] = c
	}
	for level, start := range n.restarts[list] {
		if level >= 0 && level < len(c) {
			c[level] = max(start-1, 0)
		}
	}
	delete(n.restarts, list) // the first item alone begins anew
	return c.next(n.levels[definition], level)
}

// counters number the items of one list: one count for each of its levels.
type counters [10]int

// next counts one more item at a level, from 0, and begins the deeper ones anew.
func (c *counters) next(levels map[int]numberStyle, level int) string {
	if level < 0 || level >= len(c) {
		return ""
	}
	if c[level] == 0 {
		c[level] = levels[level].start
	} else {
		c[level]++
	}
	for i := level + 1; i < len(c); i++ {
		c[i] = 0
	}
	return c.label(levels, level)
}

// label writes the number of the item that was counted last; a bullet has none.
func (c *counters) label(levels map[int]numberStyle, level int) string {
	label := levels[level].text
	if levels[level].format == "" || len(label) > 60 {
		return ""
	}
	for i := range len(c) {
		if place := "%" + strconv.Itoa(i+1); strings.Contains(label, place) {
			label = strings.ReplaceAll(label, place, inFormat(max(c[i], levels[i].start), levels[i].format))
		}
	}
	return strings.TrimSpace(label)
}

// inFormat writes a number as a list does.
func inFormat(n int, format string) string {
	switch format {
	case "":
		return ""
	case "lowerLetter":
		return strings.ToLower(inLetters(n))
	case "upperLetter":
		return inLetters(n)
	case "lowerRoman":
		return strings.ToLower(inRoman(n))
	case "upperRoman":
		return inRoman(n)
	}
	return strconv.Itoa(n)
}

// inLetters is A to Z, then AA, BB and on.
func inLetters(n int) string {
	if n < 1 || n > 26*20 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(rune('A'+(n-1)%26)), 1+(n-1)/26)
}

func inRoman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, r := range romanNumerals {
		for ; n >= r.value; n -= r.value {
			b.WriteString(r.sign)
		}
	}
	return b.String()
}

var romanNumerals = []struct {
	value int
	sign  string
}{
	{1000, "M"},
	{900, "CM"},
	{500, "D"},
	{400, "CD"},
	{100, "C"},
	{90, "XC"},
	{50, "L"},
	{40, "XL"},
	{10, "X"},
	{9, "IX"},
	{5, "V"},
	{4, "IV"},
	{1, "I"},
}
