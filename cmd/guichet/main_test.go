package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bara-think-tank/guichet/internal/sandbox"
)

// TestMain lets tests and scripts run the real program as the command guichet, and
// the program its own child.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == sandbox.Command {
		main()
	}
	testscript.Main(m, map[string]func(){"guichet": main})
}

// TestScripts runs the program as people do. $REPO is the project's folder.
func TestScripts(t *testing.T) {
	repo, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("REPO", repo+"/../..")
			e.Setenv("XDG_CACHE_HOME", cache) // the PDF engine takes seconds to make
			return nil
		},
	})
}
