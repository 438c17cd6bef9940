package email

import (
	"os"
	"path/filepath"
	"testing"
)

// What the reports of the corpus say of the mail that they bring back.
func TestFate(t *testing.T) {
	const ours = "<notice.4f2a91c07be3@example.org>"
	tests := map[string]Fate{
		"postfix-dsn":       {true, "5.1.1", "550 5.1.1 <lina.moreau@example.fr>: Recipient address rejected: User unknown"},
		"delayed":           {false, "4.4.1", ""},
		"exchange-ndr":      {true, "5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"},
		"exim":              {true, "", ""},
		"qmail":             {true, "5.1.1", "Sorry, no mailbox here by that name. (#5.1.1)"},
		"french-no-headers": {true, "5.2.2", "Motif : boîte pleine (552 5.2.2)"},
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("../../testdata/mail/automatic", "bounce-"+name+".eml"))
			if err != nil {
				t.Fatal(err)
			}
			m, err := Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			if got := m.Fate(); got != want {
				t.Errorf("fate %+v, want %+v", got, want)
			}
			if ids := m.Returned(); len(ids) != 1 || ids[0] != ours {
				t.Errorf("returned %q, want %s", ids, ours)
			}
		})
	}
}

func TestFateOfSeveralRecipients(t *testing.T) {
	report := func(blocks string) Fate {
		m, err := Parse([]byte("Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n" +
			"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.org\n\n" + blocks + "\n--b--\n"))
		if err != nil {
			t.Fatal(err)
		}
		return m.Fate()
	}
	tests := []struct {
		blocks string
		want   Fate
	}{
		{"Action: delivered\nStatus: 2.0.0\n\nAction: failed\nStatus: 5.7.1 (spam)\nDiagnostic-Code: smtp; 550\n 5.7.1  no\n", Fate{true, "5.7.1", "550 5.7.1 no"}},
		{"Action: failed\nStatus: 4.4.7\n", Fate{true, "4.4.7", ""}}, // given up after many delays
		{"Action: relayed\nStatus: 2.0.0\n", Fate{false, "2.0.0", ""}},
		{"Final-Recipient: rfc822; a@example.org\n", Fate{}},
	}
	for _, test := range tests {
		if got := report(test.blocks); got != test.want {
			t.Errorf("%q: %+v, want %+v", test.blocks, got, test.want)
		}
	}
}
