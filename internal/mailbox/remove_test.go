package mailbox

import (
	"context"
	"crypto/sha256"
	"slices"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/faultproxy"
)

// oblivion orders the removal of everything that the clerk filed, as told says.
type oblivion struct {
	clerk   *clerk
	told    bool // the removal knows where the move put the mail
	removed []int64
}

func (o *oblivion) DueRemovals(context.Context, string) (due []desk.Removal, err error) {
	for _, f := range o.clerk.filed {
		if slices.Contains(o.removed, f.ID) {
			continue
		}
		raw := o.clerk.mails[f.ID-1].Raw
		r := desk.Removal{MailID: f.ID, Queue: f.Queue, SHA256: sha256.Sum256(raw), Size: int64(len(raw)), MessageID: messageID(raw)}
		if o.told {
			r.UIDValidity, r.UID = f.ToUIDValidity, f.ToUID
		}
		due = append(due, r)
	}
	return due, nil
}

func (o *oblivion) Removed(_ context.Context, ids []int64) error {
	o.removed = append(o.removed, ids...)
	return nil
}

func messageID(raw []byte) string {
	if subject(raw) == "trial with an id" {
		return "<a@example.org>"
	}
	return ""
}

// testRemove: a mail is deleted from its folder by where the move put it, by its
// Message-ID or by its size, and nothing else is: not the mail beside it, not what an
// editor marked as deleted, not what an editor moved elsewhere, not other bytes under
// the same Message-ID.
func testRemove(t *testing.T, h *host) {
	withID := []byte("Message-ID: <a@example.org>\r\n" + string(text("trial with an id")))
	forged := []byte("Message-ID: <a@example.org>\r\n" + string(text("forged")))
	for name, test := range map[string]struct {
		told bool
		hide []string
	}{
		"told by MOVE": {told: true},
		"told by COPY": {true, []string{"MOVE", "IMAP4rev2"}},
		"not told":     {},
	} {
		t.Run(name, func(t *testing.T) {
			a, clerk := h.account(t), newClerk()
			w := a.watcher(clerk)
			w.FolderOf = func(q desk.Queue) string { return "Guichet/" + string(q) }
			a.put("INBOX", text("trial kept by nobody"), time.Now())
			a.put("INBOX", withID, time.Now())
			a.put("INBOX", text("trial taken away"), time.Now())
			if test.hide != nil {
				w.Server.Address = newProxy(t, h.imap, faultproxy.Trouble{Hide: test.hide}).Address
			}
			drain(t, w)
			a.put("Guichet/trial", text("deleted by its editor"), time.Now(), imap.FlagDeleted)
			a.put("Guichet/trial", text("beside"), time.Now())
			a.put("Guichet/trial", forged, time.Now())
			editor := a.client()
			if _, err := editor.Select("Guichet/trial", nil).Wait(); err != nil {
				t.Fatal(err)
			}
			if _, err := editor.Move(imap.SeqSet{{Start: 2, Stop: 3}}, "INBOX").Wait(); err != nil {
				t.Fatal(err)
			}
			if _, err := editor.Select("INBOX", nil).Wait(); err != nil {
				t.Fatal(err)
			}
			if _, err := editor.Move(imap.SeqSetNum(1), "Guichet/trial").Wait(); err != nil { // out and back
				t.Fatal(err)
			}
			clerk.position.LastUID = 5 // what the editor took is the editor's
			if test.told && (clerk.filed[0].ToUID == 0 || clerk.filed[0].ToUIDValidity == 0) {
				t.Fatalf("the move did not tell where the mails went: %+v", clerk.filed)
			}
			forget := &oblivion{clerk: clerk, told: test.told}
			w.Removals = forget
			drain(t, w)
			same(t, "left", a.subjects("Guichet/trial"), "deleted by its editor", "beside", "forged")
			same(t, "INBOX", a.subjects("INBOX"), "trial taken away")
			if len(forget.removed) != 3 {
				t.Errorf("done with %v; want all three", forget.removed)
			}
			drain(t, w) // once more does nothing
			same(t, "left", a.subjects("Guichet/trial"), "deleted by its editor", "beside", "forged")
		})
	}
	t.Run("without UIDPLUS", func(t *testing.T) {
		a, clerk := h.account(t), newClerk()
		a.put("INBOX", text("trial"), time.Now())
		w := a.watcher(clerk)
		drain(t, w)
		forget := &oblivion{clerk: clerk, told: true}
		w.Removals, w.Server.Address = forget, newProxy(t, h.imap, faultproxy.Trouble{Hide: []string{"UIDPLUS", "IMAP4rev2"}}).Address
		drain(t, w)
		same(t, "left", a.subjects("Guichet/trial"), "trial")
		if len(forget.removed) != 0 {
			t.Errorf("done with %v; want it kept for a better server", forget.removed)
		}
	})
	t.Run("a folder that is gone", func(t *testing.T) {
		a, clerk := h.account(t), newClerk()
		a.put("INBOX", text("trial"), time.Now())
		w := a.watcher(clerk)
		drain(t, w)
		if err := a.client().Delete("Guichet/trial").Wait(); err != nil {
			t.Fatal(err)
		}
		forget := &oblivion{clerk: clerk, told: true}
		w.Removals = forget
		drain(t, w)
		if len(forget.removed) != 1 {
			t.Errorf("done with %v; want what is gone done with", forget.removed)
		}
	})
}
