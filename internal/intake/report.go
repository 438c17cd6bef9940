package intake

import (
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// report is what a bounce says, and of which mail: the one that it brings back, else
// the one that it answers. The ledger knows whether that is a notice of ours; a
// report that names none changes nothing.
func (a *Assessment) report() *desk.DeliveryReport {
	if a.Automatic != desk.Bounce {
		return nil
	}
	m := a.Message
	ids := append(m.Returned(), m.InReplyTo...)
	for _, id := range slices.Backward(m.References) {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil
	}
	fate := m.Fate()
	if strings.HasPrefix(fate.Status, "2") { // it arrived
		return nil
	}
	return &desk.DeliveryReport{
		MessageIDs: ids[:min(len(ids), mostThread)], Failed: fate.Failed, Status: fate.Status, Words: desk.AnonymousReply(fate.Words),
	}
}
