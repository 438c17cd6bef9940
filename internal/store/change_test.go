package store_test

import (
	"errors"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// publish has the submission of an entry accepted and published.
func publish(t *testing.T, db *store.DB, e *desk.Entry, url string) *desk.Publication {
	t.Helper()
	c := *e.Case
	was := c.State
	c.State = desk.Accepted
	must(t, db.Apply(t.Context(), &desk.Change{
		Case: &c, CaseWas: was, Decision: &desk.Decision{CaseID: c.ID, Act: desk.ActAccept, Editor: "redaction@example.org"},
		Events: []desk.Event{{Type: "decided", Detail: map[string]string{"act": "accept"}}},
	}))
	c.State = desk.Published
	p := &desk.Publication{
		Reference: c.Reference, CaseID: c.ID, Format: c.Format, Title: c.Title, On: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC),
		URL: url, State: desk.StandsPublished, Authors: []desk.Signatory{{Name: "Léa Martin", Addresses: []string{c.Address}}},
	}
	must(t, db.Apply(t.Context(), &desk.Change{
		Case: &c, CaseWas: desk.Accepted, Publication: p, Signals: true,
		Decision: &desk.Decision{CaseID: c.ID, Act: desk.ActPublish, Editor: "redaction@example.org"},
		Events:   []desk.Event{{Type: "decided", Detail: map[string]string{"act": "publish"}}},
	}))
	return p
}

func TestAChangeIsAppliedOnce(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.fr")
	must(t, db.Record(ctx, e))
	p := publish(t, db, e, "https://bara.example.org/studio")

	read, err := db.Publication(ctx, p.Reference)
	must(t, err)
	if read.CaseID != e.Case.ID || read.State != desk.StandsPublished || !read.Authors[0].Holds("lea@example.fr") || !read.On.Equal(p.On) {
		t.Errorf("read %+v", read)
	}
	late := *e.Case
	late.State = desk.Declined
	if err := db.Apply(ctx, &desk.Change{Case: &late, CaseWas: desk.AwaitingEditor, Events: []desk.Event{{Type: "decided"}}}); !errors.Is(err, desk.ErrMoved) {
		t.Errorf("a change from a state that was left: %v", err)
	}
	decisions, err := db.Decisions(ctx, e.Case.ID, 0)
	must(t, err)
	if len(decisions) != 2 || decisions[1].Act != desk.ActPublish || decisions[1].PublicationID != p.ID {
		t.Errorf("decisions %+v", decisions)
	}
	must(t, db.VerifyChain(ctx))
}

// ask is the entry of a mail that asks for a work's withdrawal.
func ask(t *testing.T, db *store.DB, uid uint32, address string, w desk.Work, state desk.RequestState) *desk.Entry {
	t.Helper()
	e := submission(t, db, uid, address)
	ref := e.Case.Reference
	e.Case, e.Version, e.Notice, e.Queue = nil, nil, nil, desk.QueueWithdrawals
	e.Mail.Kind = desk.KindWithdrawal
	e.Changes = []*desk.Change{{
		Opens: &desk.Case{Reference: ref, Kind: desk.KindWithdrawal, Queue: desk.QueueWithdrawals, State: state.Case(), Address: address},
		Request: &desk.Request{
			Work: w, Typed: string(w.Reference()), State: state, Asker: address, TokenHash: desk.TokenHash("<token@example.org>"),
			TokenTo: address, TokenUntil: time.Date(2026, 3, 8, 9, 0, 0, 0, time.UTC), Until: time.Date(2026, 3, 8, 9, 0, 0, 0, time.UTC),
		},
		Notices: []*desk.Notice{{Kind: "confirmation", Mailbox: contact, Sender: contact, Recipient: address, MessageID: "<c" + string(ref) + "@example.org>", Bytes: []byte("Message-ID: <c" + string(ref) + "@example.org>\r\n\r\nx")}},
		Events:  []desk.Event{{Type: "request", Detail: map[string]string{"state": string(state)}}},
	}}
	return e
}

func TestARequestIsKeptWithWhatItRestsOn(t *testing.T) {
	db, c, _ := open(t)
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.fr")
	must(t, db.Record(ctx, e))
	p := publish(t, db, e, "https://bara.example.org/studio")
	w := desk.Work{Publication: p}
	asked := ask(t, db, 2, "lea@example.fr", w, desk.AwaitingConfirm)
	must(t, db.Record(ctx, asked))
	request := asked.Changes[0].Request
	if asked.Mail.CaseID == 0 || request.CaseID != asked.Mail.CaseID || request.MailID != asked.Mail.ID {
		t.Errorf("mail %+v, request %+v", asked.Mail, request)
	}
	second := ask(t, db, 3, "eve@example.test", w, desk.AwaitingConfirm)
	second.Changes[0].Request.TokenHash = ""
	if err := db.Record(ctx, second); err == nil {
		t.Error("two open requests for one work")
	}

	k, err := db.Lookup(ctx, desk.Question{Thread: []string{"<token@elsewhere.test>"}})
	must(t, err)
	if k.Request == nil || !k.Token || k.Request.Work.Reference() != p.Reference || k.Request.Reference != asked.Changes[0].Opens.Reference {
		t.Fatalf("by its token: %+v", k)
	}
	if due, err := db.DueRequests(ctx, c.at); err != nil || len(due) != 0 {
		t.Errorf("due before its time: %+v, %v", due, err)
	}
	if due, err := db.DueRequests(ctx, c.at.AddDate(0, 0, 7)); err != nil || len(due) != 1 || due[0].Work.Author("lea@example.fr") == nil {
		t.Errorf("due: %+v, %v", due, err)
	}
	confirmed := *k.Request
	confirmed.State, confirmed.TokenHash, confirmed.ConfirmedBy, confirmed.ConfirmedAt = desk.CoolingOff, "", "reply", c.at
	must(t, db.Apply(ctx, &desk.Change{Request: &confirmed, RequestWas: desk.AwaitingConfirm, Events: []desk.Event{{Type: "request"}}}))
	if k, err := db.Lookup(ctx, desk.Question{Thread: []string{"<token@example.org>"}}); err != nil || k.Request != nil {
		t.Errorf("a token that was used: %+v, %v", k, err)
	}
	kase, err := db.Case(ctx, confirmed.Reference)
	must(t, err)
	if kase.State != desk.AwaitingDelay {
		t.Errorf("the request's case is %s", kase.State)
	}
	must(t, db.VerifyChain(ctx))
}

func TestWhatAMailNamesIsFound(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	enrol(t, db, "added", person("Léa", "lea@example.fr"))
	titles := []string{"La ville", "La ville en hiver : ce que coûte l’attente", "Œuvre et dés"}
	var refs []desk.Reference
	for i, title := range titles {
		e := submission(t, db, uint32(i+1), "lea@example.fr")
		e.Case.Title = title
		must(t, db.Record(ctx, e))
		publish(t, db, e, "https://bara.example.org/textes/"+string(rune('a'+i))+"/")
		refs = append(refs, e.Case.Reference)
	}
	open := submission(t, db, 9, "lea@example.fr")
	must(t, db.Record(ctx, open))
	for _, test := range []struct {
		name   string
		wanted desk.Wanted
		want   []desk.Reference
		how    string
	}{
		{"a reference", desk.Wanted{References: refs[:1], Text: titles[1]}, refs[:1], "reference"},
		{"an unpublished submission", desk.Wanted{References: []desk.Reference{open.Case.Reference}}, []desk.Reference{open.Case.Reference}, "reference"},
		{"an unknown reference beside a title", desk.Wanted{References: []desk.Reference{"BARA-2026-9999-X"}, Text: titles[1]}, nil, ""},
		{"its page", desk.Wanted{Links: []string{"http://www.BARA.example.org/textes/b?utm_source=x#haut"}}, refs[1:2], "link"},
		{"another page", desk.Wanted{Links: []string{"https://bara.example.org/textes/bb"}}, nil, ""},
		{"a citation over two lines", desk.Wanted{Text: "Bonjour,\nMARTIN, L. (2026). « La Ville en hiver : ce que\ncoute l'attente ». BARA.\nMerci"}, refs[1:2], "title"},
		{"a short title on its line", desk.Wanted{Text: "Bonjour\n« la ville »\nmerci"}, refs[:1], "title"},
		{"a short title within words", desk.Wanted{Text: "la ville me manque"}, nil, ""},
		{"a ligature", desk.Wanted{Text: "oeuvre et des"}, refs[2:], "title"},
		{"nothing", desk.Wanted{Text: "Retirez mon texte"}, nil, ""},
	} {
		k, err := db.Lookup(ctx, desk.Question{Wanted: &test.wanted, Address: "lea@example.fr"})
		must(t, err)
		var got []desk.Reference
		for _, f := range k.Works {
			got = append(got, f.Work.Reference())
			if f.How != test.how || f.Work.Author("lea@example.fr") == nil || f.Work.Author("eve@example.test") != nil {
				t.Errorf("%s: found by %s, %+v", test.name, f.How, f.Work.Authors())
			}
		}
		if len(got) != len(test.want) || len(got) > 0 && got[0] != test.want[0] {
			t.Errorf("%s: found %v, want %v", test.name, got, test.want)
		}
		if len(k.Own) != 4 {
			t.Errorf("%s: %d works of its sender's", test.name, len(k.Own))
		}
	}
}

// A text may be published while its withdrawal is asked: the request is then for the
// publication, and stays the one that is open.
func TestARequestFollowsItsTextToTheSite(t *testing.T) {
	db, _, _ := open(t)
	ctx := t.Context()
	e := submission(t, db, 1, "lea@example.fr")
	must(t, db.Record(ctx, e))
	w, err := db.Work(ctx, e.Case.Reference)
	must(t, err)
	asked := ask(t, db, 2, "lea@example.fr", w, desk.AwaitingConfirm)
	must(t, db.Record(ctx, asked))
	p := publish(t, db, e, "https://bara.example.org/studio")
	r, err := db.RequestByToken(ctx, desk.TokenHash("<token@example.org>"))
	must(t, err)
	if r.Work.Publication == nil || r.Work.Publication.ID != p.ID || r.Work.Submission != nil || r.Work.Withdrawable() != nil {
		t.Fatalf("the request is for %+v", r.Work)
	}
	for range 2 {
		open, err := db.OpenRequest(ctx, desk.Work{Publication: p})
		must(t, err)
		if open.CaseID != r.CaseID {
			t.Errorf("open is %+v", open)
		}
		was := r.State
		r.State, err = desk.NextRequest(was, r.Work.Proof())
		if err == nil { // the second time it is confirmed already
			must(t, db.Apply(ctx, &desk.Change{Request: &r, RequestWas: was, Events: []desk.Event{r.Moved(r.Work.Proof())}}))
		}
	}
	if r.State != desk.CoolingOff {
		t.Errorf("the request is %s", r.State)
	}
}
