package main

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/bara-think-tank/guichet/internal/localmail"
	"github.com/bara-think-tank/guichet/internal/sandbox"
)

// TestMain lets tests and scripts run the real program as the command guichet, and
// the program its own child.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == sandbox.Command {
		main()
	}
	testscript.Main(m, programs)
}

// programs are the commands that tests and scripts find on PATH.
var programs = map[string]func(){"guichet": main}

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
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"desk": makeDesk},
	})
}

// makeDesk is the script command `desk RULES MAIL...`: it writes a guichet.yaml
// with that rules folder ("" for the built-in one), and lets a desk take the mails
// from a mailbox in memory. Nobody is there to be answered.
func makeDesk(s *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		s.Fatalf("usage: desk RULES MAIL...")
	}
	must := func(err error) {
		if err != nil {
			s.Fatalf("desk: %v", err)
		}
	}
	servers, err := localmail.Start(localmail.User{Address: demoContact, Password: "p"})
	must(err)
	s.Defer(func() { servers.Close() })
	must(os.WriteFile(s.MkAbs("secret"), []byte("p"), 0o600))
	must(os.WriteFile(s.MkAbs("guichet.yaml"), fmt.Appendf(nil, `database: guichet.db
rules: %[4]q
mailboxes:
  - address: %[1]s
    imap: {server: %[2]q, security: none, user: %[1]s, password_file: secret}
smtp: {server: %[3]q, security: none, user: %[1]s, password_file: secret}
`, demoContact, servers.IMAP, servers.SMTP, args[0]), 0o600))
	for _, name := range args[1:] {
		must(servers.Append(demoContact, "INBOX", []byte(s.ReadFile(name)), time.Now()))
	}
	must(s.Exec("guichet", "run", "--once", "--from", "all"))
}
