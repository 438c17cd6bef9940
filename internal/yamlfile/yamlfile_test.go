package yamlfile_test

import (
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

type garden struct {
	Name   string            `yaml:"name" required:"true"`
	Motto  string            `yaml:"motto" empty:"true"`
	Trees  []tree            `yaml:"trees" required:"true"`
	Owner  *owner            `yaml:"owner"`
	Open   bool              `yaml:"open"`
	Labels map[string]string `yaml:"labels"`
	hidden int
}

type tree struct {
	Kind   string `yaml:"kind" required:"true"`
	Height int    `yaml:"height"`
}

type owner struct {
	Name string `yaml:"name" required:"true"`
}

func read(text string) (garden, *yamlfile.File) {
	var g garden
	f := yamlfile.Read("garden.yaml", []byte(text), &g)
	return g, f
}

func TestARightFile(t *testing.T) {
	g, f := read("name: Parc\nmotto: \"\"\ntrees:\n  - {kind: oak, height: 12}\nowner: {name: Zoé}\nopen: true\nlabels: {a: b}\n")
	if len(f.Faults) != 0 || g.Name != "Parc" || g.Trees[0].Height != 12 || g.Owner.Name != "Zoé" || g.hidden != 0 {
		t.Errorf("%+v, %v", g, f.Faults)
	}
	if !f.Has("trees[0].kind") || f.Has("trees[1]") || f.Entries("trees") != 1 || f.Entries("nowhere") != 0 {
		t.Error("what stands where is told wrongly")
	}
}

func TestEveryFaultAtItsPlace(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"empty file":    {"", "garden.yaml:1:1: the file is empty"},
		"unknown key":   {"nmae: Parc\ntrees: [{kind: oak}]\n", "garden.yaml:1:1: the key nmae is not known here; did you mean name?; accepted: name, motto, trees, owner, open, labels"},
		"missing keys":  {"open: true\n", "garden.yaml:1:1: the key name is missing\ngarden.yaml:1:1: the key trees is missing"},
		"missing below": {"name: a\ntrees:\n  - {height: 1}\n", "garden.yaml:3:5: the key kind is missing in trees"},
		"twice":         {"name: a\nname: b\ntrees: [{kind: oak}]\n", "garden.yaml:2:1: the key name stands here twice: it is on line 1 too"},
		"no value":      {"name:\ntrees: [{kind: oak}]\n", "garden.yaml:1:6: name has no value: give it one, or remove it"},
		"no number":     {"name: a\ntrees: [{kind: oak, height: tall}]\n", `garden.yaml:2:29: height must be a whole number, not "tall"`},
		"no text":       {"name: 12\ntrees: [{kind: oak}]\n", "garden.yaml:1:7: name must be a text: put 12 between quotes"},
		"no list":       {"name: a\ntrees: oak\n", "garden.yaml:2:8: trees must be a list, as in [one, two]"},
		"no mapping":    {"name: a\ntrees: [{kind: oak}]\nowner: Zoé\n", "garden.yaml:3:8: owner must be a mapping, as in key: value"},
		"in a pointer":  {"name: a\ntrees: [{kind: oak}]\nowner: {nom: Zoé}\n", "garden.yaml:3:9: the key nom is not known here; accepted: name\ngarden.yaml:3:8: the key name is missing in owner"},
	} {
		t.Run(name, func(t *testing.T) {
			_, f := read(test.text)
			if got := f.Faults.Error(); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// TestFaultsFoundLater places faults in values long after they were decoded.
func TestFaultsFoundLater(t *testing.T) {
	_, f := read("name: 'un l''autre'\nmotto: |\n  deux\n  lignes\ntrees:\n  - kind: oak\n")
	f.Fault("trees[0].kind", "no such tree")
	f.Fault("trees[0].height", "how high?")
	f.FaultAtKey("motto", "too long")
	f.FaultInside("name", 5, "this letter")
	f.FaultInside("motto", 5, "this line")
	want := []string{
		"garden.yaml:6:11: no such tree", "garden.yaml:6:5: how high?", "garden.yaml:2:1: too long",
		"garden.yaml:1:14: this letter", "garden.yaml:4:3: this line",
	}
	if got := f.Faults.Error(); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"name: a\ntrees: [{kind: oak}]\n", "name: |\n  a\n  b\n", "a: &x {b: *x}\n", "- - -\n", "\t", "\xff", "name: \"\\x41\"\n--- \n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, file := read(text)
		lines := 2
		for _, r := range text {
			if strings.ContainsRune("\n\r\u0085\u2028\u2029", r) { // YAML 1.1's line breaks
				lines++
			}
		}
		for _, fault := range file.Faults {
			if fault.Line > lines || fault.Line < 0 || fault.Message == "" {
				t.Errorf("%v in a file of %d lines", fault, lines)
			}
		}
	})
}
