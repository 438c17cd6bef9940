package notice

import (
	"fmt"
	"slices"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Digest is what waits for one editor, and the sum of the mails since the last
// digest. Its times are shown in their own time zone.
type Digest struct {
	Editor       string // the editor's name
	Since, Until time.Time
	Queues       []Queue // in the order to show; the empty ones are left out
	Received     int     // the mails that the server has shown
	Tally        desk.Tally
	HeldBack     int                // notices held back because one address had too many
	Capped       int                // notices held back because too many left in all
	Undelivered  []desk.Undelivered // since the last digest
	Parked       int                // mails parked and waiting, in all
}

// Queue is one queue with what waits in it.
type Queue struct {
	Name    desk.Queue
	Entries []Entry // shown oldest first
}

// Entry is one case that waits.
type Entry struct {
	Reference desk.Reference
	Author    string
	Title     string // of the text, else the mail's subject
	Verdict   desk.Verdict
	Request   desk.RequestState // how far a withdrawal request is; "" for any other case
	Reason    desk.Reason
	Since     time.Time
}

// Waiting is how many cases wait in all queues.
func (d Digest) Waiting() int {
	n := 0
	for _, q := range d.Queues {
		n += len(q.Entries)
	}
	return n
}

// Ended is how many mails ended so; an ending that does not exist is an error.
func (d Digest) Ended(as string) (int, error) {
	if !slices.Contains(desk.Endings, desk.Ending(as)) {
		return 0, fmt.Errorf("no mail ends as %q; the endings are %v", as, desk.Endings)
	}
	return d.Tally[desk.Ending(as)], nil
}

// Missing is by how much the sum of the endings differs from the mails received.
func (d Digest) Missing() int {
	n := d.Received - d.Tally.Received()
	return max(n, -n)
}

type digestPage struct {
	Digest
	Queues []digestQueue
	frame
}

type digestQueue struct {
	Heading string // what people call the queue
	Entries []Entry
}

func (d Digest) page(f frame) digestPage {
	d.Editor = oneLine(d.Editor, maxName)
	page := digestPage{Digest: d, frame: f}
	page.Undelivered = slices.Clone(d.Undelivered)
	for i, u := range d.Undelivered {
		page.Undelivered[i].Title, page.Undelivered[i].Why = oneLine(u.Title, maxTitle), oneLine(u.Why, maxPhrase)
		page.Undelivered[i].Recipient = oneLine(u.Recipient, maxName)
	}
	for _, q := range d.Queues {
		if len(q.Entries) > 0 {
			page.Queues = append(page.Queues, digestQueue{f.Pub.heading(q.Name, f.Lang), cleanEntries(q.Entries)})
		}
	}
	return page
}

func cleanEntries(entries []Entry) []Entry {
	entries = slices.Clone(entries)
	slices.SortStableFunc(entries, func(a, b Entry) int { return a.Since.Compare(b.Since) })
	for i, e := range entries {
		entries[i].Author = oneLine(e.Author, maxName)
		entries[i].Title = oneLine(e.Title, maxTitle)
		entries[i].Reason = cleanReason(e.Reason)
	}
	return entries
}
