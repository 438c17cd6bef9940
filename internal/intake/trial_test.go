package intake_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/store"
)

// answerOf is the text of the answer to the last mail, "" where it got none.
func (s *scene) answerOf(e *desk.Entry) string {
	s.t.Helper()
	if e.Notice == nil {
		return ""
	}
	m, err := email.Parse(e.Notice.Bytes)
	must(s.t, err)
	return strings.Join(strings.Fields(m.Text), " ")
}

// untouched fails where any case stands, or a reference was given.
func (s *scene) untouched() {
	s.t.Helper()
	if cases, err := s.db.Waiting(s.t.Context()); err != nil || len(cases) != 0 {
		s.t.Errorf("cases stand: %+v, %v", cases, err)
	}
	if next, err := s.db.Reserve(s.t.Context(), "BARA", 2026); err != nil || next != desk.NewReference("BARA", 2026, 1) {
		s.t.Errorf("a reference was given: the next is %s, %v", next, err)
	}
}

func TestATrialIsReportedAndFilesNothing(t *testing.T) {
	for name, test := range map[string]struct {
		mail mail
		says []string
		not  []string
	}{
		"complete": {
			mail{from: lea, subject: "Essai baratin", body: baratin(400)},
			[]string{"Ce n’est qu’un essai", "il serait complet", "En ordre", "sans le mot « essai »"},
			[]string{"BARA-2026"},
		},
		"incomplete": {
			mail{from: lea, subject: "Re: ESSAI Baratin : Se loger", body: baratin(150)},
			[]string{"un point à corriger", "Ajoutez au moins"},
			[]string{"BARA-2026", "version 2"},
		},
		"no text": {
			mail{from: lea, subject: "Essai baratin", body: "Voici."},
			[]string{"Nous n’avons trouvé aucun texte"},
			[]string{"BARA-2026", "complet"},
		},
		"no format":   {mail{from: lea, subject: "Essai", body: baratin(400)}, []string{"Essai Baratin", "Essai Analyse"}, []string{"BARA-2026", "À corriger"}},
		"two formats": {mail{from: lea, subject: "Essai baratin analyse", body: baratin(400)}, []string{"Essai Baratin"}, []string{"À corriger"}},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t)
			_, err := s.db.Enrol(t.Context(), []desk.Enrolment{{Author: desk.Author{Name: "Tom", Addresses: []string{"tom@example.fr"}}}}, nil, false)
			must(t, err) // so that Léa is not registered
			e := s.take(test.mail)
			if e.Mail.Ending != desk.Answered || e.Queue != desk.TrayAnswered || e.Case != nil || e.Version != nil || e.Mail.CaseID != 0 {
				t.Errorf("%+v in %s", e.Mail, e.Queue)
			}
			says := strings.ReplaceAll(s.answerOf(e), "\u00a0", " ")
			says = strings.ReplaceAll(says, "\u202f", " ")
			for _, want := range append(test.says, "vingt-quatre heures") {
				if !strings.Contains(says, want) {
					t.Errorf("the answer does not say %q:\n%s", want, says)
				}
			}
			for _, wrong := range test.not {
				if strings.Contains(says, wrong) {
					t.Errorf("the answer says %q:\n%s", wrong, says)
				}
			}
			s.untouched()
		})
	}
}

func TestATrialOnACaseChangesNothing(t *testing.T) {
	s, first := submitted(t)
	e := s.take(mail{from: lea, subject: "Essai baratin", reply: first.Notice.MessageID, body: baratin(400)})
	if e.Mail.Ending != desk.Answered || e.Mail.CaseID != 0 || e.Notice == nil || e.Notice.Kind != "trial" {
		t.Errorf("%+v", e.Mail)
	}
	if c, err := s.db.Case(t.Context(), first.Case.Reference); err != nil || c.Versions != 1 || c.State != desk.AwaitingAuthor || c.News != nil {
		t.Errorf("the case changed: %+v, %v", c, err)
	}
	if e = s.take(mail{from: lea, subject: "Re: Essai baratin", reply: e.Notice.MessageID, body: baratin(410)}); e.Mail.Ending != desk.Answered {
		t.Errorf("a reply to the report: %+v", e.Mail)
	}
}

// TestATrialIsGoneAfterItsDay: the sum holds, and the same mail is not taken anew.
func TestATrialIsGoneAfterItsDay(t *testing.T) {
	s := open(t)
	at := s.flow.Clock()
	now := at
	s.clock = func() time.Time { return now }
	m := mail{from: lea, subject: "Essai baratin", id: "<1@example.fr>", body: baratin(400)}
	e := s.take(m)
	if !e.ErasedAt.Equal(at.Add(24 * time.Hour)) {
		t.Errorf("forgotten at %v", e.ErasedAt)
	}
	box := store.Outbox{DB: s.db, Mailboxes: []string{contact}, PerHour: 10}
	l, err := box.Claim(t.Context(), now, time.Minute)
	must(t, err)
	must(t, box.Settle(t.Context(), l.ID, desk.Outcome{At: now, Sent: true}))
	now = at.Add(24 * time.Hour)
	if n, err := s.db.EraseDue(t.Context()); n != 1 || err != nil {
		t.Fatalf("%d forgotten, %v", n, err)
	}
	again := s.take(m)
	if again.Mail.Ending != desk.Repeated || again.Notice != nil {
		t.Errorf("the same mail once more: %+v", again.Mail)
	}
	if _, err := s.db.Raw(t.Context(), again.Mail.ID); !errors.Is(err, desk.ErrErased) {
		t.Errorf("it was kept: %v", err)
	}
	if n, err := s.db.EraseDue(t.Context()); n != 1 || err != nil {
		t.Errorf("it is not forgotten in its turn: %d, %v", n, err)
	}
	tally, err := s.db.Tally(t.Context(), time.Time{}, now.Add(time.Hour))
	must(t, err)
	if tally.Received() != 2 || tally[desk.Answered] != 1 || tally[desk.Repeated] != 1 {
		t.Errorf("the sum is %+v", tally)
	}
	must(t, s.db.VerifyChain(t.Context()))
	db, err := sql.Open("sqlite", filepath.Join(s.folder, "guichet.db"))
	must(t, err)
	defer db.Close()
	var mails, known int
	must(t, db.QueryRowContext(t.Context(), `SELECT count(*), count(CASE WHEN subject || from_name || from_address <> '' THEN 1 END) FROM mails`).Scan(&mails, &known))
	if mails != 2 || known != 0 {
		t.Errorf("who wrote is still known of %d of %d mails", known, mails)
	}
}
