package mailbox

import (
	"testing"

	"github.com/bara-think-tank/guichet/internal/realmail"
)

// scenarios run on every kind of server.
var scenarios = []struct {
	name string
	run  func(*testing.T, *host)
}{
	{"first start", testFirstStart},
	{"old dates after the take-over", testOldDates},
	{"drain", testDrain},
	{"many mails", testMany},
	{"wake by IDLE", testIdle},
	{"poll without IDLE", testPoll},
	{"copy where there is no MOVE", testCopy},
	{"stay where nothing can be moved", testStay},
	{"observe", testObserve},
	{"connection cut", testCut},
	{"renumbered", testRenumbered},
	{"gone before filing", testGone},
	{"stale filings", testStale},
	{"over the limit", testOversize},
	{"security", testSecurity},
	{"login refused", testLogin},
	{"silence", testSilence},
	{"processing fails", testProcessFails},
	{"on record before", testRecordedBefore},
	{"begun in vain", testBegunInVain},
	{"stop in the middle", testStop},
	{"probe", testProbe},
	{"forgotten", testRemove},
	{"filed anew", testRefile},
	{"filed anew in steps", testRefileInSteps},
	{"marked where keywords are not kept", testKeywords},
	{"a crash between the steps of a copy", testCopyCrash},
	{"over quota", testOverQuota},
	{"one mail that cannot be moved", testStubborn},
	{"folders deleted under us", testDeleted},
	{"copies of what was sent", testSent},
	{"compared with the server", testReconcile},
	{"compared beside a watcher", testReconcileBeside},
	{"compared once a day", testReconcileDaily},
	{"a restored database", testRestored},
	{"a rebuilt mailbox", testRebuilt},
	{"lies", testLies},
	{"mails that are bloated", testBloated},
	{"sizes that are estimates", testEstimates},
	{"lies about a mail that is too large", testOversizeLies},
	{"two UIDVALIDITY at once", testFickle},
	{"UIDNEXT wrong at the first start", testFirstStartLie},
	{"a position above all mails", testSetBack},
	{"renumbered before filing", testRenumberedFiling},
}

func runScenarios(t *testing.T, h *host) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) { s.run(t, h) })
	}
}

func TestOnEmbeddedServer(t *testing.T) { runScenarios(t, embedded(t)) }

func TestOnDovecot(t *testing.T) {
	h := dovecot(t, realmail.Slash)
	runScenarios(t, h)
	t.Run("a mail that cannot be read", func(t *testing.T) { testUnreadable(t, h) })
	t.Run("a folder that cannot be made", func(t *testing.T) { testBadFolder(t, h) })
	t.Run("restart", func(t *testing.T) { testRestart(t, h) })
}

// Another separator and a prefix change where mail is filed, and nothing else.
func TestOnMaildirpp(t *testing.T) {
	h := dovecot(t, realmail.Maildirpp)
	t.Run("drain", func(t *testing.T) { testDrain(t, h) })
	t.Run("probe", func(t *testing.T) { testProbe(t, h) })
}
