package desk_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/bara-think-tank/guichet/"

// pure are the packages that compute and do nothing else.
var pure = []string{"internal/email", "internal/document", "internal/likeness", "internal/rules", "internal/notice", "internal/tombstone", "internal/typo", "internal/yamlfile", "internal/citation", "internal/sheet"}

// allowed is the map: what each package may import of ours, its tests apart.
// Arrows point down only, adapters never know each other, and a package that is
// not listed is not allowed to exist. cmd/guichet wires all of them.
var allowed = map[string][]string{
	"internal/desk":      nil,
	"internal/email":     {"internal/desk"},
	"internal/document":  {"internal/desk"},
	"internal/likeness":  {"internal/desk", "internal/document"},
	"internal/notice":    {"internal/desk", "internal/typo"},
	"internal/tombstone": {"internal/desk", "internal/notice"},
	"internal/typo":      nil,
	"internal/citation":  {"internal/desk"},
	"internal/sheet":     {"internal/desk", "internal/typo"},
	"internal/yamlfile":  {"internal/desk", "internal/typo"},
	"internal/rules":     {"internal/desk", "internal/email", "internal/document", "internal/typo", "internal/yamlfile"},
	"internal/intake":    {"internal/desk", "internal/email", "internal/document", "internal/likeness", "internal/rules", "internal/notice", "internal/typo"},
	"internal/triage":    {"internal/desk", "internal/email", "internal/document", "internal/rules", "internal/notice"},
	"internal/store":     {"internal/desk", "internal/failpoint", "internal/typo"},
	"internal/mailbox":   {"internal/desk", "internal/failpoint"},
	"internal/outbox":    {"internal/desk", "internal/failpoint"},
	"internal/bearer":    nil,
	"internal/hook":      {"internal/desk"},
	"internal/alarm":     {"internal/desk"},
	"internal/monitor":   {"internal/desk"},
	"internal/sandbox":   {"internal/desk", "internal/document"},
	"internal/web":       {"internal/desk", "internal/rules", "internal/triage"},
	// For the demo and the tests.
	"internal/localmail": {"internal/desk"},
	// For the tests alone.
	"internal/realmail":      {"internal/localmail"},
	"internal/faultproxy":    nil,
	"internal/failpoint":     nil,
	"internal/faults":        nil,
	"scripts/essay":          nil,
	"scripts/package":        nil,
	"scripts/benchread":      {"scripts/essay"},
	"scripts/bench":          {"internal/realmail", "internal/store", "scripts/bench/workload", "scripts/essay", "rules"},
	"scripts/bench/workload": {"internal/desk", "scripts/essay"},
	"rules":                  nil,
	"cmd/guichet": {
		"internal/desk", "internal/email", "internal/document", "internal/likeness", "internal/yamlfile", "internal/rules",
		"internal/notice", "internal/intake", "internal/triage", "internal/store", "internal/mailbox", "internal/bearer",
		"internal/outbox", "internal/hook", "internal/alarm", "internal/monitor", "internal/tombstone", "internal/sandbox", "internal/web", "internal/localmail", "internal/citation", "internal/sheet", "internal/typo", "rules",
	},
}

// TestArrowsPointDown fails on an import that the map does not have.
func TestArrowsPointDown(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		may, known := allowed[name]
		if !known {
			t.Errorf("%s is not on the map of packages", name)
		}
		for _, path := range p.Imports {
			imported, ours := strings.CutPrefix(path, module)
			if ours && known && !slices.Contains(may, imported) {
				t.Errorf("%s must not import %s", name, imported)
			}
			if !ours && foreign(name, path) {
				t.Errorf("%s must not import %s", name, path)
			}
		}
	}
}

// foreign says whether a package has no business with an import that is not
// ours: the ground stands on the standard library, the pure packages touch
// neither files nor the network, and SQL is written in one place.
func foreign(name, path string) bool {
	host, _, _ := strings.Cut(path, "/")
	switch {
	case name == "internal/desk" && strings.Contains(host, "."):
		return true
	case slices.Contains(pure, name) && slices.Contains([]string{"net", "os", "os/exec", "math/rand", "math/rand/v2"}, path):
		return true
	}
	return path == "database/sql" && name != "internal/store"
}

func TestForeign(t *testing.T) {
	tests := []struct {
		name, path string
		want       bool
	}{
		{"internal/desk", "strings", false},
		{"internal/desk", "golang.org/x/text/unicode/norm", true},
		{"internal/email", "golang.org/x/text/unicode/norm", false},
		{"internal/email", "net", true},
		{"internal/rules", "os", true},
		{"internal/outbox", "net", false},
		{"internal/outbox", "database/sql", true},
		{"internal/store", "database/sql", false},
	}
	for _, test := range tests {
		if got := foreign(test.name, test.path); got != test.want {
			t.Errorf("foreign(%s, %s) = %t", test.name, test.path, got)
		}
	}
}

type listed struct {
	ImportPath string
	Imports    []string
}

// packages asks the go command for every package of the module.
func packages(t *testing.T) []listed {
	t.Helper()
	list := exec.Command("go", "list", "-e", "-json=ImportPath,Imports", module+"...")
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		switch err := dec.Decode(&p); {
		case errors.Is(err, io.EOF):
			if len(all) == 0 {
				t.Fatal("go list named no package")
			}
			return all
		case err != nil:
			t.Fatal(err)
		}
		all = append(all, p)
	}
}
