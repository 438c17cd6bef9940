package intake

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/likeness"
)

// mostAlike is how many other authors' texts an editor is told of for one.
const mostAlike = 3

// recognise looks whether the text that is about to be judged was here before: sent
// by the same author, who is told, or much the same by somebody else, which only
// editors are told. Whoever the receiving server refutes is not told of a case.
func (d *decision) recognise(a *Assessment, k desk.Knowledge, prefix string) {
	if a.Authentication.Result != email.AuthFail {
		d.recogniseOwn(slices.DeleteFunc(k.Held, func(h desk.Held) bool { // another publication's
			_, _, ours := h.Case.Reference.Parts(prefix)
			return !ours
		}))
	}
	d.asks = d.again != nil && a.asksBeside()
	if d.again == nil {
		d.alike = alike(a, k.Kin)
	}
	if len(d.alike) > 0 {
		near := desk.Because("near-identical", string(d.alike[0].Reference), strconv.Itoa(d.alike[0].Percent))
		d.tells = &near
	}
}

// recogniseOwn finds the author's cases that hold this very text. In the case that
// the mail would join, or in an open one of the same format where it would open
// another, there is nothing new to judge.
func (d *decision) recogniseOwn(held []desk.Held) {
	here := slices.IndexFunc(held, func(h desk.Held) bool {
		if d.version {
			return h.Case.ID == d.on.ID && h.Case.Format == d.validates
		}
		return !h.Case.State.Decided() && h.Case.Format == d.validates
	})
	if here >= 0 {
		h := held[here]
		d.again, d.on, d.correction = &h, &h.Case, d.version
		d.ending, d.opens, d.version, d.validates = desk.Attached, false, false, ""
		d.reason = desk.Because("again", strconv.Itoa(h.Number), string(h.Case.Reference))
		return
	}
	other := slices.IndexFunc(held, func(h desk.Held) bool { return !d.version || h.Case.ID != d.on.ID })
	if other < 0 {
		return
	}
	d.earlier = &held[other]
	code := "same-file-open"
	if d.earlier.Case.State.Decided() {
		code = "same-file-closed"
	}
	tells := desk.Because(code, string(d.earlier.Case.Reference), d.earlier.Case.Format)
	d.tells = &tells
}

// asksBeside says whether the mail asks something beside its attached text: then a
// person has to read it, whatever becomes of the text.
func (a *Assessment) asksBeside() bool {
	return a.text.Type != document.Body && slices.ContainsFunc(a.Documents, func(d document.Document) bool {
		return d.Type == document.Body && strings.Contains(d.Text, "?")
	})
}

// alike is the cases of other authors whose texts share much of this one, the most
// alike first, each case by its nearest version.
func alike(a *Assessment, kin []desk.Kin) (found []desk.Likeness) {
	if len(kin) == 0 {
		return nil
	}
	own := likeness.Sketch(a.text)
	for _, other := range kin {
		if percent := likeness.Percent(own, other.Sketch); percent >= likeness.Least {
			found = append(found, desk.Likeness{CaseID: other.CaseID, Reference: other.Reference, Version: other.Version, Percent: percent})
		}
	}
	slices.SortFunc(found, func(x, y desk.Likeness) int {
		return cmp.Or(-cmp.Compare(x.Percent, y.Percent), cmp.Compare(x.CaseID, y.CaseID), -cmp.Compare(x.Version, y.Version))
	})
	seen := map[int64]bool{}
	found = slices.DeleteFunc(found, func(l desk.Likeness) bool {
		again := seen[l.CaseID]
		seen[l.CaseID] = true
		return again
	})
	return found[:min(len(found), mostAlike)]
}

// recognised is the flags that say so.
func (d decision) recognised() (flags []string) {
	switch {
	case d.again != nil:
		flags = append(flags, "same-file: "+string(d.again.Case.Reference))
	case d.earlier != nil:
		flags = append(flags, "same-file: "+string(d.earlier.Case.Reference))
	}
	for _, l := range d.alike {
		flags = append(flags, fmt.Sprintf("near-identical: %s (%d %%)", l.Reference, l.Percent))
	}
	return flags
}

// tellsOfText says whether a case's reason is about a text that another version
// may have replaced.
func tellsOfText(r desk.Reason) bool {
	return slices.Contains([]string{"near-identical", "same-file-open", "same-file-closed"}, r.Code)
}
