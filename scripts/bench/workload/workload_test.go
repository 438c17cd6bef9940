package workload

import (
	"bytes"
	"net/mail"
	"slices"
	"testing"
)

func TestTheSeedMakesTheMailbox(t *testing.T) {
	plan := Plan{Mails: 200, Seed: 1, PDFs: true}
	sizes, kinds, ids := []int{}, map[Kind]int{}, map[string]bool{}
	for number := range plan.Mails {
		m := make1(t, plan, number)
		if number < 20 && !bytes.Equal(m.Raw, make1(t, plan, number).Raw) {
			t.Fatalf("mail %d is another one the second time", number)
		}
		read, err := mail.ReadMessage(bytes.NewReader(m.Raw))
		if err != nil {
			t.Fatalf("mail %d: %v", number, err)
		}
		if got := read.Header.Get("Message-ID"); got != m.MessageID || ids[got] {
			t.Errorf("mail %d has the Message-ID %s, which is not its own", number, got)
		}
		ids[m.MessageID] = true
		kinds[m.Kind]++
		sizes = append(sizes, len(m.Raw))
	}
	slices.Sort(sizes)
	if median := sizes[len(sizes)/2]; median < 23<<10 || median > 27<<10 {
		t.Errorf("the median mail has %d bytes, want about 25 KB", median)
	}
	if got := sizes[len(sizes)-2:]; got[0]/megabyte != 10 && got[0] < 99*megabyte/10 || got[1] < 249*megabyte/10 || got[1] > 26*megabyte {
		t.Errorf("the largest mails have %d bytes, want 10 and 25 MB", got)
	}
	// The two large ones may have taken the place of others.
	for _, s := range share {
		if got := kinds[s.kind]; got < 2*s.parts-2 || got > 2*s.parts+2 {
			t.Errorf("%d mails of the kind %s, want %d", got, s.kind, 2*s.parts)
		}
	}
}

func TestAMailboxWithoutPDFs(t *testing.T) {
	plan := Plan{Mails: 200, Seed: 1}
	for number := range plan.Mails {
		if plan.kind(number) == PDF {
			t.Errorf("mail %d bears a PDF", number)
		}
	}
}

func make1(t *testing.T, p Plan, number int) Mail {
	t.Helper()
	m, err := p.Mail(number)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
