package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/rules"
)

// rulesListCommand is `guichet rules list`.
type rulesListCommand struct {
	ruled
	Verbose bool `short:"v" help:"And for each criterion, what a student would read whose text does not meet it."`
}

// listWords is what the list says around the rules' own words.
type listWords struct {
	heading  string // the format, its folder
	subjects string // the words that name it in a subject
	open     string // of a quotation
	shut     string
	levels   []levelWords
}

type levelWords struct {
	level desk.Level
	title string
}

// listed is the words of the list in each language that a desk can write.
var listed = map[string]listWords{
	"fr": {
		heading: "%s, rangé dans %s\n", subjects: "  Dans l’objet\u00a0: ", open: "«\u00a0", shut: "\u00a0»",
		levels: []levelWords{{desk.Required, "Obligatoire"}, {desk.Advice, "Conseillé"}},
	},
	"en": {
		heading: "%s, filed in %s\n", subjects: "  In the subject: ", open: "“", shut: "”",
		levels: []levelWords{{desk.Required, "Required"}, {desk.Advice, "Advised"}},
	},
}

// Run prints every format in the desk's own language.
func (c rulesListCommand) Run(a *app) error {
	set, _, err := loadRules(c.Dir)
	if err != nil {
		return err
	}
	var b strings.Builder
	for i, f := range set.Formats {
		if i > 0 {
			b.WriteByte('\n')
		}
		c.writeFormat(&b, set, f)
	}
	_, err = io.WriteString(a.out, b.String())
	return err
}

// writeFormat writes one format: its names, then its criteria, those that are
// required first.
func (c rulesListCommand) writeFormat(b *strings.Builder, set *rules.Set, f rules.Format) {
	words := listed[set.Desk.Language]
	fmt.Fprintf(b, words.heading, f.Name, set.Folder(desk.Queue(f.ID)))
	var names []string
	for _, name := range append([]string{f.Name}, f.Aliases...) {
		names = append(names, words.open+name+words.shut)
	}
	fmt.Fprintf(b, "%s%s\n", words.subjects, strings.Join(names, ", "))
	criteria := set.Criteria(f.ID, set.Desk.Language)
	width := 0
	for _, c := range criteria {
		width = max(width, utf8.RuneCountInString(c.Label))
	}
	for _, l := range words.levels {
		title := "  " + l.title + "\n"
		for _, one := range criteria {
			if one.Level != l.level {
				continue
			}
			pad := strings.Repeat(" ", width-utf8.RuneCountInString(one.Label))
			b.WriteString(title + strings.TrimRight("    "+one.Label+pad+"  "+one.Limit, " ") + "\n")
			title = ""
			if c.Verbose {
				writeSaid(b, one.Failing)
			}
		}
	}
}

// writeSaid writes what a student reads of a finding, sentence by sentence.
func writeSaid(b *strings.Builder, f desk.Finding) {
	for _, said := range []string{f.Message, f.Where, f.Repair} {
		if said != "" {
			fmt.Fprintf(b, "      %s\n", said)
		}
	}
}
