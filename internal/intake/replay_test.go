package intake_test

import (
	"errors"
	"io/fs"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/rules"
	builtin "github.com/bara-think-tank/guichet/rules"
)

// versions makes a case with a version of each way of coming: by its own subject,
// by a reply whose subject names nothing, and by one that names another format.
func versions(t *testing.T) (*scene, []desk.Version) {
	t.Helper()
	s := open(t)
	first := s.take(mail{from: lea, subject: "Baratin : x", id: "<1@example.fr>", body: baratin(200)})
	n, err := email.Parse(first.Notice.Bytes)
	must(t, err)
	s.take(mail{from: lea, subject: "Cerise", id: "<2@example.fr>", reply: n.MessageID, body: baratin(400)})
	s.take(mail{from: lea, subject: "Baragouin : x", id: "<3@example.fr>", reply: n.MessageID, body: baratin(900)})
	recorded, err := s.db.Versions(t.Context(), first.Case.ID)
	must(t, err)
	if len(recorded) != 3 {
		t.Fatalf("%d versions", len(recorded))
	}
	return s, recorded
}

func TestReplayUnderTheSameRulesChangesNothing(t *testing.T) {
	s, recorded := versions(t)
	for _, v := range recorded {
		raw, err := s.db.Raw(t.Context(), v.MailID)
		must(t, err)
		a := s.flow.Replay(raw, v)
		if a.Kind != desk.KindSubmission || a.Format != v.Format || a.Report.Verdict != v.Verdict ||
			!reflect.DeepEqual(a.Report.Findings, v.Findings) {
			t.Errorf("version %d was %s %s and is %s %s %s\n%+v\n%+v", v.Number, v.Format, v.Verdict,
				a.Kind, a.Format, a.Report.Verdict, v.Findings, a.Report.Findings)
		}
	}
}

func TestReplayUnderOtherRules(t *testing.T) {
	s, recorded := versions(t)
	type played struct {
		kind    desk.Kind
		format  string
		verdict desk.Verdict
	}
	for name, test := range map[string]struct {
		file, from, to string
		want           [3]played
	}{
		"other limits": {"formats/baratin.yaml", "min: 250, max: 800", "min: 100, max: 300", [3]played{
			{desk.KindSubmission, "baratin", desk.Complete},
			{desk.KindSubmission, "baratin", desk.Incomplete}, // in the format that it was recorded in
			{desk.KindSubmission, "baragouin", desk.Incomplete},
		}},
		"a format of another name": {"formats/baratin.yaml", "name: Baratin\naliases: [baratins]", "name: Chronique", [3]played{
			{desk.KindUnclear, "", desk.NoVerdict},
			{desk.KindSubmission, "baratin", desk.Complete},
			{desk.KindSubmission, "baragouin", desk.Incomplete},
		}},
		"a word that asks for a withdrawal": {"subjects.yaml", "[retrait, ", "[retrait, cerise, ", [3]played{
			{desk.KindSubmission, "baratin", desk.Incomplete},
			{desk.KindUnclear, "", desk.NoVerdict},
			{desk.KindSubmission, "baragouin", desk.Incomplete},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			assessor := s.flow.Assessor
			assessor.Rules = otherRules(t, test.file, test.from, test.to)
			for i, v := range recorded {
				raw, err := s.db.Raw(t.Context(), v.MailID)
				must(t, err)
				a := assessor.Replay(raw, v)
				if got := (played{a.Kind, a.Format, a.Report.Verdict}); got != test.want[i] {
					t.Errorf("version %d: %v, want %v; %s", v.Number, got, test.want[i], a.Reason.In("en"))
				}
			}
		})
	}
}

// otherRules is the built-in rules with a word of one file changed.
func otherRules(t *testing.T, file, from, to string) *rules.Set {
	t.Helper()
	changed := fstest.MapFS{}
	must(t, fs.WalkDir(builtin.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(builtin.FS, name)
		if name == file {
			if !strings.Contains(string(raw), from) {
				err = errors.Join(err, errors.New(file+" does not hold "+from))
			}
			raw = []byte(strings.Replace(string(raw), from, to, 1))
		}
		changed[name] = &fstest.MapFile{Data: raw}
		return err
	}))
	set, err := rules.Load(changed)
	must(t, err)
	return set
}
