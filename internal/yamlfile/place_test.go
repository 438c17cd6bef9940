package yamlfile_test

import (
	"strings"
	"testing"
)

// TestFaultsInsideScalars places a fault at the letter Z of a value, however the
// value is written in the file. A ¦ stands before that letter in the file.
func TestFaultsInsideScalars(t *testing.T) {
	for name, file := range map[string]string{
		"plain":                    "name: abc ¦Z\n",
		"plain, on two lines":      "name: abc\n  def ¦Z\n",
		"single quotes":            "name: 'l''arbre ¦Z'\n",
		"double quotes":            "name: \"l'arbre ¦Z\"\n",
		"an escaped quote before":  "name: \"a \\\" b ¦Z\"\n",
		"an escaped line break":    "name: \"a \\\n  b ¦Z\"\n",
		"a literal block":          "name: |\n  un\n\n  deux ¦Z\n",
		"a literal, indented more": "name: |-\n    un\n      deux ¦Z\n",
		"a folded block":           "name: >\n  un\n  deux\n\n  trois ¦Z\n",
		"accents before":           "name: \"é à ç œ ¦Z\"\n",
		"after a comment":          "# Z\nname: abc ¦Z # Z\n",
		"the letter itself first":  "name: ¦Z abc\n",
		"an escaped letter":        "name: ¦\"\\x5a\"\n", // at the value: the letter itself is nowhere
		"and it stands further on": "name: ¦\"\\x5a\"\nmotto: Z\n",
	} {
		t.Run(name, func(t *testing.T) {
			before, _, _ := strings.Cut(file, "¦")
			g, f := read(strings.Replace(file, "¦", "", 1) + "trees: [{kind: oak}]\n")
			if len(f.Faults) != 0 {
				t.Fatal(f.Faults)
			}
			offset := strings.IndexRune(g.Name, 'Z')
			f.FaultInside("name", len([]rune(g.Name[:offset])), "here")
			line := strings.Count(before, "\n") + 1
			column := len([]rune(before[strings.LastIndex(before, "\n")+1:])) + 1
			if got := f.Faults[0]; got.Line != line || got.Column != column {
				t.Errorf("placed at %d:%d, want %d:%d", got.Line, got.Column, line, column)
			}
		})
	}
}

// TestWhatIsNotYAML is of files that cannot be decoded at all.
func TestWhatIsNotYAML(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"Latin-1":         {"name: Parc\nmotto: \xe9t\xe9\n", "garden.yaml:2:8: this letter is not UTF-8: save the file as UTF-8"},
		"two documents":   {"name: a\n---\nname: b\n", "garden.yaml:2:1: the file holds several documents, split by ---: write one"},
		"only a comment":  {"# nothing\n", "garden.yaml:1:1: the file is empty"},
		"a tab":           {"name: a\n\ttrees: b\n", "garden.yaml:2:1: this is not yaml: found a tab character that violates indentation"},
		"an open bracket": {"trees: [a\nname: b\n", "garden.yaml:2:5: this is not yaml: did not find expected ',' or ']'"},
	} {
		t.Run(name, func(t *testing.T) {
			_, f := read(test.text)
			if got := f.Faults.Error(); got != test.want || !f.Broken {
				t.Errorf("broken: %v; got\n%s\nwant\n%s", f.Broken, got, test.want)
			}
		})
	}
}

// TestMoreFaultsAtTheirPlace is of values that decode, and are not what was asked.
func TestMoreFaultsAtTheirPlace(t *testing.T) {
	const trees = "trees: [{kind: oak}]\n"
	for name, test := range map[string]struct{ text, want string }{
		"empty where it may be":    {"name: a\nmotto:\n" + trees, ""},
		"empty where it may not":   {"name: \"\"\n" + trees, "garden.yaml:1:7: name is empty: give it a value, or remove it"},
		"a pointer with no value":  {"name: a\n" + trees + "owner:\n", "garden.yaml:3:7: owner has no value: give it one, or remove it"},
		"yes is no truth value":    {"name: a\n" + trees + "open: oui\n", `garden.yaml:3:7: open must be true or false, not "oui"`},
		"a truth value as a text":  {"name: true\n" + trees, "garden.yaml:1:7: name must be a text: put true between quotes"},
		"a fraction":               {"name: a\ntrees: [{kind: oak, height: 1.5}]\n", `garden.yaml:2:29: height must be a whole number, not "1.5"`},
		"a list for a text":        {"name: [a]\n" + trees, "garden.yaml:1:7: name must be a text, not a list or a mapping"},
		"an alias":                 {"name: &n a\nmotto: *n\n" + trees, "garden.yaml:2:8: an alias (*n) is not accepted: write the value out"},
		"a label twice":            {"name: a\n" + trees + "labels:\n  x: a\n  x: b\n", "garden.yaml:5:3: the key x stands here twice: it is on line 4 too"},
		"a label of another type":  {"name: a\n" + trees + "labels: {x: 1}\n", "garden.yaml:3:13: x must be a text: put 1 between quotes"},
		"an entry of another type": {"name: a\ntrees: [oak]\n", "garden.yaml:2:9: an entry of trees must be a mapping, as in key: value"},
		"the file is a list":       {"- a\n", "garden.yaml:1:1: the file must be a mapping, as in key: value"},
		"several at once": {
			"name: 1\nheight: 2\ntrees: []\nopen: 3\n",
			"garden.yaml:1:7: name must be a text: put 1 between quotes\n" +
				"garden.yaml:2:1: the key height is not known here; accepted: name, motto, trees, owner, open, labels\n" +
				`garden.yaml:4:7: open must be true or false, not "3"`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, f := read(test.text)
			if got := f.Faults.Error(); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}
