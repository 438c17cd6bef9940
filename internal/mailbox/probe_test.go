package mailbox

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/faultproxy"
)

func testProbe(t *testing.T, h *host) {
	a := h.account(t)
	names := a.names()
	if err := a.client().Create(names.of("Guichet/Baratin"), nil).Wait(); err != nil {
		t.Fatal(err)
	}
	a.put("INBOX", text("baratin"), time.Now())
	w := a.watcher(nil)
	facts, err := w.Probe(t.Context(), []string{"Guichet/Baratin", "Guichet/À trier"})
	if err != nil {
		t.Fatal(err)
	}
	if facts.Folder != "INBOX" || facts.Messages != 1 || facts.UIDNext != 2 || facts.UIDValidity == 0 {
		t.Errorf("the watched folder: %+v", facts)
	}
	if facts.Prefix != names.prefix || facts.Delimiter != string(names.delimiter) {
		t.Errorf("namespace %q %q; want %+v", facts.Prefix, facts.Delimiter, names)
	}
	if len(facts.Costs) != 0 || !slices.Contains(facts.Capabilities, "IDLE") {
		t.Errorf("costs %v of %v; want none", facts.Costs, facts.Capabilities)
	}
	want := []FolderFact{
		{"Guichet/Baratin", names.of("Guichet/Baratin"), true},
		{"Guichet/À trier", names.of("Guichet/À trier"), false},
	}
	if !slices.Equal(facts.Folders, want) {
		t.Errorf("folders %+v; want %+v", facts.Folders, want)
	}
	w.Folder = "Nowhere"
	if facts, err := w.Probe(t.Context(), nil); !errors.Is(err, ErrNoFolder) || len(facts.Capabilities) == 0 {
		t.Errorf("a folder that is not there: %+v, %v; want %v and the capabilities", facts, err, ErrNoFolder)
	}
}

func TestProbeSaysWhatIsMissing(t *testing.T) {
	h := embedded(t)
	for _, c := range []struct {
		hide []string
		want []Cost
	}{
		{[]string{"IMAP4rev2", "IDLE"}, []Cost{CostSlow}},
		{[]string{"IMAP4rev2", "MOVE"}, []Cost{CostTwice}},
		{[]string{"IMAP4rev2", "MOVE", "UIDPLUS", "IDLE"}, []Cost{CostSlow, CostStays, CostKept}},
		{[]string{"IMAP4rev2", "UIDPLUS"}, []Cost{CostKept}},
	} {
		w := h.account(t).watcher(nil)
		w.Server.Address = newProxy(t, h.imap, faultproxy.Trouble{Hide: c.hide}).Address
		facts, err := w.Probe(t.Context(), nil)
		if err != nil || !slices.Equal(facts.Costs, c.want) {
			t.Errorf("without %v: costs %v, %v; want %v", c.hide, facts.Costs, err, c.want)
		}
	}
}
