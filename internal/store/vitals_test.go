package store_test

import (
	"reflect"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

func TestVitalsAndNews(t *testing.T) {
	db, c, path := open(t)
	ctx := t.Context()
	record := func(uid uint32, address string, change func(*desk.Entry)) *desk.Entry {
		e := submission(t, db, uid, address)
		e.Received.At = c.at.Add(-time.Minute)
		if change != nil {
			change(e)
		}
		must(t, db.Record(ctx, e))
		return e
	}
	record(1, "lea@example.fr", nil)
	before, err := db.Mark(ctx)
	must(t, err)
	began := c.at
	record(2, "tom@example.fr", nil)
	parked := record(3, "zoe@example.fr", func(e *desk.Entry) {
		e.Mail.Kind, e.Mail.Ending = desk.KindUnreadable, desk.Parked
		e.Case.Queue, e.Version, e.Notice = desk.QueueParked, nil, nil
	})
	c.at = c.at.Add(2 * time.Minute)
	box := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 10}
	for _, out := range []desk.Outcome{{Sent: true}, {Permanent: true}} {
		l, err := box.Claim(ctx, c.at, time.Minute)
		must(t, err)
		out.At = c.at
		must(t, box.Settle(ctx, l.ID, out))
	}
	record(4, "ana@example.fr", nil)

	n, err := db.News(ctx, before)
	must(t, err)
	want := desk.News{
		Mails:    []desk.MailCount{{Kind: desk.KindSubmission, Ending: desk.Filed, Count: 2}, {Kind: desk.KindUnreadable, Ending: desk.Parked, Count: 1}},
		Verdicts: []desk.VerdictCount{{Format: "baratin", Verdict: desk.Complete, Count: 2}},
		Answers:  []desk.AnswerTime{{Kind: desk.KindSubmission, Took: 3 * time.Minute}},
		Mark:     n.Mark,
	}
	if !reflect.DeepEqual(n, want) {
		t.Errorf("news\n%+v\nwant\n%+v", n, want)
	}
	if none, err := db.News(ctx, n.Mark); err != nil || len(none.Mails)+len(none.Verdicts)+len(none.Answers) != 0 || none.Mark != n.Mark {
		t.Errorf("after the news: %+v, %v", none, err)
	}

	v, err := db.Vitals(ctx)
	must(t, err)
	outbox := map[desk.NoticeState]desk.Waits{}
	for _, w := range v.Outbox {
		outbox[w.State] = w
	}
	if len(outbox) != 2 || outbox[desk.NoticeFailed].Count != 1 || !outbox[desk.NoticeFailed].Oldest.Equal(began) ||
		outbox[desk.NoticeQueued] != (desk.Waits{Mailbox: contact, State: desk.NoticeQueued, Count: 1, Oldest: c.at}) {
		t.Errorf("outbox %+v", v.Outbox)
	}
	if late, err := box.Late(ctx, c.at.Add(time.Hour)); err != nil || !late.Equal(c.at) {
		t.Errorf("late since %v, %v", late, err)
	}
	capped := store.Outbox{DB: db, Mailboxes: []string{contact}, PerHour: 10, PerHourInAll: 1}
	if late, err := capped.Late(ctx, c.at); err != nil || !late.IsZero() {
		t.Errorf("what the cap holds is late since %v, %v", late, err)
	}
	if q := v.Queues[desk.QueueParked]; q.Count != 1 || !q.Oldest.Equal(parked.Case.OpenedAt) || v.Queues["baratin"].Count != 3 {
		t.Errorf("queues %+v", v.Queues)
	}

	if v.Parked != 1 || v.Failing != 0 {
		t.Errorf("parked %d, failing %d", v.Parked, v.Failing)
	}

	must(t, db.Probe(ctx))
	must(t, db.Probe(ctx))
	if store.FileSize(path) < 100_000 {
		t.Errorf("%d bytes", store.FileSize(path))
	}
	look, err := store.OpenReadOnly(ctx, path, c.now)
	must(t, err)
	defer look.Close()
	if look.Probe(ctx) == nil {
		t.Error("a database that is read-only can be written")
	}
}
