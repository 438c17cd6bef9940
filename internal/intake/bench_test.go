package intake_test

import (
	"fmt"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// BenchmarkAWithdrawal is one mail that asks for a withdrawal, from its bytes to the
// commit, among 10,000 publications; the lookup alone beside it.
func BenchmarkAWithdrawal(b *testing.B) {
	w := newWorld(b, true)
	for i := range 10_000 {
		ref := desk.NewReference("BARA", 2020, i+1)
		must(b, w.db.Apply(b.Context(), &desk.Change{Publication: &desk.Publication{
			Reference: ref, Format: "baratin", Title: fmt.Sprintf("Les cafés de la rue numéro %d", i), On: w.at, State: desk.StandsPublished,
			URL: fmt.Sprintf("https://bara.example.org/2020/%d", i), Authors: []desk.Signatory{{Name: "Ana", Addresses: []string{fmt.Sprintf("a%d@out.test", i)}}},
		}}))
	}
	for name, body := range map[string]string{
		"reference": "Retirez {{cafes}}", "page": "https://bara.example.org/2020/777", "title": "« Les cafés de la rue numéro 777 »",
		"nothing": "Bonjour, mon texte sur les cafés.", "long": "{{long x}}",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w.uid++
				raw := mail{from: "Eve <eve@evil.test>", subject: "Retrait baratin", id: fmt.Sprintf("<b%s%d@evil.test>", name, w.uid), body: w.fill(body)}.raw()
				must(b, w.flow.Process(b.Context(), []desk.Received{{Mailbox: contact, UIDValidity: 1, UID: w.uid, Raw: raw}})())
			}
		})
		b.Run(name+" looked up", func(b *testing.B) {
			a := w.flow.Assess(desk.Received{Raw: mail{from: "eve@evil.test", subject: "Retrait baratin", body: w.fill(body)}.raw()})
			q := desk.Question{Address: "eve@evil.test", Wanted: &desk.Wanted{
				References: a.References, Text: a.Message.Text[:min(len(a.Message.Text), 16<<10)],
			}}
			if name == "page" {
				q.Wanted.Links = []string{body}
			}
			for b.Loop() {
				_, err := w.db.Lookup(b.Context(), q)
				must(b, err)
			}
		})
	}
}
