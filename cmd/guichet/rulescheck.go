package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/bara-think-tank/guichet/internal/rules"
)

// rulesCheckCommand is `guichet rules check`.
type rulesCheckCommand struct{ ruled }

// shownHash is how much of a hash people compare.
const shownHash = 12

// Run says every fault of the folder, or in one line what it holds.
func (c rulesCheckCommand) Run(a *app) error {
	set, _, err := loadRules(c.Dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.out, "%s: nothing is wrong: %s; notices in %s; hash %s\n", cmp.Or(c.Dir, "the built-in rules"),
		formatsOf(set), strings.Join(set.Desk.Languages, ", "), set.Hash()[:shownHash])
	return err
}

// formatsOf names the formats and counts their criteria: "Analyse (10 criteria),
// Baratin (8)".
func formatsOf(set *rules.Set) string {
	var all []string
	unit := " criteria"
	for _, f := range set.Formats {
		n := len(set.Criteria(f.ID, set.Desk.Language))
		all = append(all, fmt.Sprintf("%s (%d%s)", f.Name, n, unit))
		unit = ""
	}
	return strings.Join(all, ", ")
}
