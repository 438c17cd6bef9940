package email

import (
	"slices"
	"strings"
	"testing"
)

// forwardTests are mails as each program forwards one: the subject, the text, and what
// the bodies are.
var forwardTests = map[string]struct {
	subject, text string
	want          []string
}{
	"Gmail, English": {
		"Fwd: Baratin", "Voici.\n\n---------- Forwarded message ---------\nFrom: Jeanne Martin <jeanne@example.org>\nDate: Mon, Mar 3, 2025 at 10:00 AM\nSubject: Baratin\nTo: <paul@example.org>\n\n\nMon texte.\n",
		[]string{"Voici.", "Mon texte."},
	},
	"Gmail, French": {
		"Fwd: Baratin", "---------- Forwarded message ---------\nDe : Jeanne Martin <jeanne@example.org>\nDate: lun. 3 mars 2025 à 10:00\nSubject: Baratin\nTo: <paul@example.org>\n\n\nMon texte.\n",
		[]string{"", "Mon texte."},
	},
	"Outlook, French": {
		"TR : Baratin", "Voici.\n\nDe : Jeanne Martin <jeanne@example.org>\nEnvoyé : lundi 3 mars 2025 10:00\nÀ : Paul Petit <paul@example.org>\nCc : Anne <anne@example.org>;\n Luc <luc@example.org>\nObjet : Baratin\nPièces jointes : texte.docx\n\nMon texte.\nEncore.\n",
		[]string{"Voici.", "Mon texte.\nEncore."},
	},
	"Outlook on the web": {
		"Tr: Baratin", "Voici.\n________________________________\nDe : Jeanne Martin <jeanne@example.org>\nEnvoyé : lundi 3 mars 2025 10:00\nÀ : paul@example.org <paul@example.org>\nObjet : Baratin\n\nMon texte.\n",
		[]string{"Voici.", "Mon texte."},
	},
	"Outlook, old": {
		"TR: Baratin", "Voici.\n\n-----Message d’origine-----\nDe : Jeanne\nEnvoyé : lundi 3 mars 2025 10:00\nÀ : Paul\nObjet : Baratin\n\nMon texte.\n",
		[]string{"Voici.", "Mon texte."},
	},
	"Apple Mail": {
		"Fwd: Baratin", "Voici.\n\n> Début du message réexpédié :\n> \n> De: Jeanne <jeanne@example.org>\n> Objet: Baratin\n> Date: 3 mars 2025 à 10:00:00 UTC+1\n> À: paul@example.org\n> \n> Mon texte.\n> \n> Encore.\n",
		[]string{"Voici.", "Mon texte.\n\nEncore."},
	},
	"Apple Mail, the rule not quoted": {
		"Fwd: Baratin", "Begin forwarded message:\n\n> From: Jeanne <jeanne@example.org>\n> Subject: Baratin\n> Date: 3 March 2025\n> To: paul@example.org\n> \n> Mon texte.\n",
		[]string{"", "Mon texte."},
	},
	"Thunderbird": {
		"Fwd: Baratin", "Voici.\n\n-------- Message transféré --------\nSujet : \tBaratin\nDate : \tMon, 3 Mar 2025 10:00:00 +0100\nDe : \tJeanne <jeanne@example.org>\nPour : \tPaul <paul@example.org>\n\n\n\nMon texte.\n",
		[]string{"Voici.", "Mon texte."},
	},
	"Zimbra": {
		"Fwd: Baratin", "Voici.\n\n----- Mail transféré -----\nDe: \"Jeanne\" <jeanne@example.org>\nÀ: \"Paul\" <paul@example.org>\nEnvoyé: Lundi 3 Mars 2025 10:00:00\nObjet: Baratin\n\nMon texte.\n",
		[]string{"Voici.", "Mon texte."},
	},
	"Yahoo": {
		"Tr : Baratin", "Voici.\n\n   ----- Message transféré -----\nDe : Jeanne <jeanne@example.org>\nÀ : Paul <paul@example.org>\nEnvoyé : lundi 3 mars 2025\nObjet : Baratin\nMon texte.\n",
		[]string{"Voici.", "Mon texte."},
	},
	"Proton": {
		"Fw: Baratin", "------- Forwarded Message -------\nFrom: Jeanne <jeanne@example.org>\nDate: On Monday, March 3rd, 2025 at 10:00\nSubject: Baratin\nTo: Paul <paul@example.org>\n\n\n> Mon texte.\n> \n> Encore.\n",
		[]string{"", "Mon texte.\n\nEncore."},
	},
	"Orange": {
		"TR: Baratin", "Voici.\n\n> Message du 03/03/25 10:00\n> De : \"Jeanne\" <jeanne@example.org>\n> A : paul@example.org\n> Copie à : \n> Objet : Baratin\n> \n> Mon texte.\n",
		[]string{"Voici.", "Mon texte."},
	},
	"Samsung": {
		"Tr : Baratin", "-------- Message d'origine --------\nDe : Jeanne <jeanne@example.org> \nDate : 03/03/2025  10:00  (GMT+01:00) \nÀ : Paul <paul@example.org> \nObjet : Baratin \n\nMon texte.\n",
		[]string{"", "Mon texte."},
	},
	"a signature above": {
		"Fwd: Baratin", "Voici.\n-- \nPaul Petit\n\n---------- Forwarded message ---------\nFrom: Jeanne <jeanne@example.org>\nSubject: Baratin\n\nMon texte.\n",
		[]string{"Voici.", "Mon texte."},
	},
	"the rule alone says so": {
		"Baratin : la ville", "Voici.\n---------- Forwarded message ---------\nFrom: Jeanne <jeanne@example.org>\nSubject: x\n\nMon texte.\n",
		[]string{"Voici.", "Mon texte."},
	},
	"two within each other": {
		"TR: Fwd: Baratin", "Un.\n\nDe : Anne\nEnvoyé : lundi\nÀ : Paul\nObjet : Fwd: Baratin\n\nDeux.\n\n---------- Forwarded message ---------\nFrom: Jeanne\nSubject: Baratin\n\nTrois.\n",
		[]string{"Un.", "Deux.", "Trois."},
	},
	"a reply is no forward": {
		"Re: Baratin", "Oui.\n\nDe : Jeanne\nEnvoyé : lundi\nÀ : Paul\nObjet : Baratin\n\nMon texte.\n",
		[]string{"Oui."},
	},
	"an original message in a reply is none": {
		"Re: Baratin", "Oui.\n-----Message d’origine-----\nDe : Jeanne\nObjet : x\n\nMon texte.\n",
		[]string{"Oui."},
	},
	"a reply that quotes a forward": {
		"Re: Fwd: Baratin", "Oui.\n\n> ---------- Forwarded message ---------\n> From: Jeanne\n> Subject: Baratin\n>\n> Mon texte.\n",
		[]string{"Oui."},
	},
	"nothing below": {"Fwd: Baratin", "Voici mon texte.\n", []string{"Voici mon texte."}},
}

func TestBodies(t *testing.T) {
	for name, test := range forwardTests {
		m := &Message{Subject: test.subject, Text: test.text, TextComplete: true}
		var got []string
		for i, b := range m.Bodies() {
			got = append(got, b.Text)
			if b.Forwarded != (i > 0) || strings.Contains(b.From, "jeanne@example.org") != (i > 0 && strings.Contains(test.text, "jeanne@")) || b.HTML != "" {
				t.Errorf("%s: body %d is %+v", name, i, b)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
		// As a page: each line in an element of its own.
		m.HTML, m.TextComplete = asPage(test.text), false
		got = nil
		for _, b := range m.Bodies() {
			got = append(got, strings.Join(readLines(b.HTML).lines, "\n"))
		}
		want := strings.ReplaceAll(strings.Join(test.want, "|"), "\n\n", "\n")
		if strings.Contains(test.text, "\n>") {
			continue // a page marks no quote by a sign
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s, as a page: got %q, want %q", name, got, want)
		}
	}
}

func asPage(text string) string {
	var b strings.Builder
	b.WriteString("<html><head><title>x</title><style>p {}</style></head><body>")
	for line := range strings.Lines(text) {
		b.WriteString("<div><b>" + strings.NewReplacer("<", "&lt;", ">", "&gt;", "’", "&rsquo;", "é", "&eacute;").Replace(strings.TrimSuffix(line, "\n")) + "</b><br></div>\n")
	}
	return b.String() + "</body></html>"
}

// TestBodiesAreBounded: mails forwarded within each other without end.
func TestBodiesAreBounded(t *testing.T) {
	layer := "Un.\n---------- Forwarded message ---------\nFrom: x\nSubject: y\n\n"
	for _, m := range []*Message{
		{Text: strings.Repeat(layer, 20_000), TextComplete: true},
		{HTML: asPage(strings.Repeat(layer, 5000))},
		{HTML: strings.Repeat("<pre>", 100_000)},
	} {
		if n := len(m.Bodies()); n > MaxForwards+1 {
			t.Errorf("%d bodies", n)
		}
	}
}

// FuzzBodies checks that no text makes more bodies than it may, and none of them
// what the mail does not say.
func FuzzBodies(f *testing.F) {
	for _, test := range forwardTests {
		f.Add(test.subject, test.text, asPage(test.text))
	}
	f.Fuzz(func(t *testing.T, subject, text, page string) {
		for _, complete := range []bool{true, false} {
			m := &Message{Subject: subject, Text: text, HTML: page, TextComplete: complete}
			bodies := m.Bodies()
			if len(bodies) == 0 || len(bodies) > MaxForwards+1 || bodies[0].Forwarded {
				t.Fatalf("%d bodies", len(bodies))
			}
			for _, b := range bodies {
				if len(b.Text) > len(text) || len(b.HTML) > len(page) {
					t.Fatalf("%+v of %q and %q", b, text, page)
				}
			}
			m.AboveQuotes()
			m.Everything()
		}
	})
}
