package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets tests and scripts run the real program as the command guichet.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"guichet": main})
}

// TestScripts runs the program as people do. $REPO is the project's folder.
func TestScripts(t *testing.T) {
	repo, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("REPO", repo+"/../..")
			return nil
		},
	})
}
