package triage_test

import (
	"crypto/rand"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/notice"
	"github.com/bara-think-tank/guichet/internal/triage"
)

// TestReleaseFollowsTheLastNotice wants the language, the thread and the name of the
// last notice, the house's own language without one, and nothing for an address
// that no mail can bear or a mailbox that is not ours any more.
func TestReleaseFollowsTheLastNotice(t *testing.T) {
	composer, err := notice.New(os.DirFS("../../rules/notices"), notice.Publication{
		Name: "BARA", Prefix: "BARA", Language: "fr", Languages: []string{"fr", "en"},
		Formats: []notice.Format{{ID: "baratin", Name: "Baratin"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	composer.Random = rand.Reader
	r := triage.Releases{
		Zone: time.UTC, Clock: func() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC) },
		Notices: func(mailbox string) (triage.House, bool) {
			return triage.House{Composer: composer, Name: "BARA", Language: "fr"}, mailbox == "contact@example.org"
		},
	}
	const last = "From: BARA <contact@example.org>\r\nTo: =?utf-8?q?L=C3=A9a?= <lea@example.fr>\r\nSubject: Re: =?utf-8?q?B=C3=A9ton?=\r\n" +
		"Message-ID: <receipt@example.org>\r\nReferences: <a@example.fr> <b@example.fr>\r\nContent-Language: en\r\n\r\nHello\r\n"
	for name, test := range map[string]struct {
		mailbox, address, last string
		want                   []string // of the notice; none: no notice
	}{
		"a thread": {"contact@example.org", "lea@example.fr", last, []string{
			"In-Reply-To: <receipt@example.org>", "<a@example.fr> <b@example.fr> <receipt@example.org>", "B=C3=A9ton",
			"L=C3=A9a?= <lea@example.fr>", "Content-Language: en", "Your registration has reached us",
		}},
		"no thread":         {"contact@example.org", "lea@example.fr", "", []string{"Content-Language: fr", "Votre inscription"}},
		"a broken address":  {"contact@example.org", "léa@example.fr", last, nil},
		"no address at all": {"contact@example.org", "", last, nil},
		"a mailbox gone":    {"former@example.org", "lea@example.fr", last, nil},
	} {
		t.Run(name, func(t *testing.T) {
			n, err := r.Notice(desk.Release{
				Case:    desk.Case{Reference: "BARA-2026-0042-R", Format: "baratin", Address: test.address},
				Mailbox: test.mailbox, Last: []byte(test.last),
			})
			if err != nil || (n == nil) != (test.want == nil) {
				t.Fatal(n, err)
			}
			for _, want := range test.want {
				if !strings.Contains(string(n.Bytes), want) {
					t.Errorf("no %q in\n%s", want, n.Bytes)
				}
			}
		})
	}
}
