package realmail

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/emersion/go-smtp"

	"github.com/bara-think-tank/guichet/internal/email"
)

const borderHost = "mx.example.org"

// frontier is a whole border: Postfix asks OpenDKIM and OpenDMARC, and delivers
// to Dovecot.
type frontier struct {
	t       *testing.T
	milters *Milters
	postfix *Postfix
	dovecot *Dovecot
}

func startBorder(t *testing.T, domains ...*Domain) *frontier {
	t.Helper()
	b := &frontier{t: t, milters: StartMilters(t, domains...), dovecot: StartDovecot(t, contact, student)}
	b.postfix = StartPostfix(t, PostfixOptions{
		Domains: []string{"example.org"}, LMTP: b.dovecot.LMTP, SASL: b.dovecot.SASL, Milters: b.milters.Sockets(),
	})
	return b
}

// take is the mail as it lies in the mailbox, which is empty again.
func (b *frontier) take() []byte {
	b.t.Helper()
	raw := arrived(b.t, b.dovecot, b.postfix, contact)
	files, err := filepath.Glob(filepath.Join(b.dovecot.Maildir(contact.Address), "new", "*"))
	if err != nil {
		b.t.Fatal(err)
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil {
			b.t.Fatal(err)
		}
	}
	return []byte(raw)
}

// cross sends a mail over the border and says what the desk makes of its author.
func (b *frontier) cross(mail []byte) (email.Authentication, []byte) {
	b.t.Helper()
	if err := b.postfix.Deliver("student@example.fr", contact.Address, mail); err != nil {
		b.t.Fatalf("%v\n%s%s", err, b.postfix.Log(), b.milters.Log())
	}
	return b.judge()
}

// judge says what the desk makes of the mail that has arrived.
func (b *frontier) judge() (email.Authentication, []byte) {
	b.t.Helper()
	raw := b.take()
	m, err := email.Parse(raw)
	if err != nil {
		b.t.Fatalf("%v in\n%s", err, raw)
	}
	return m.Authenticate(borderHost, borderHost), raw
}

// The authors' request, and how senders claim that it is theirs.
const (
	request = `From: Jeanne <student@example.fr>
To: contact@example.org
Subject: Retrait Baratin
Date: Mon, 3 Mar 2025 10:00:00 +0100
Message-ID: <retrait@example.fr>

Bonjour, retirez BARA-2026-0042-R.
`
	claimDMARC = "Authentication-Results: mx.example.org; dmarc=pass header.from=example.fr\n"
	claimDKIM  = "Authentication-Results: mx.example.org; dkim=pass header.d=example.fr\n"
	// OpenDKIM, which takes a border's own headers off a mail, cannot read a
	// result of ARC; OpenDMARC can, and believes the whole header.
	claimARC = "Authentication-Results: mx.example.org; arc=pass arc.chain=\"example.fr\"; dkim=pass header.d=example.fr\n"
	claimSPF = "Received-SPF: pass (mx.example.org: domain of student@example.fr designates 192.0.2.1 as permitted sender)\n" +
		" client-ip=192.0.2.1; envelope-from=student@example.fr;\n"
	claimBorder = "Received: from out.example.fr (out.example.fr [192.0.2.1])\n" +
		"\tby mx.example.org (Postfix) with ESMTPS id 1; Mon, 3 Mar 2025 10:00:00 +0100\n"
)

func TestTheBorderProvesAndRefutes(t *testing.T) {
	school, other, bare := NewDomain(t, "example.fr", "reject"), NewDomain(t, "example.test", "none"), NewDomain(t, "bare.test", "")
	b := startBorder(t, school, other, bare)
	from := func(address string) string { return strings.Replace(request, "student@example.fr", address, 1) }
	altered := strings.Replace(string(school.Sign([]byte(request))), "0042-R", "0043-P", 1)
	for name, test := range map[string]struct {
		mail           string
		result         email.AuthResult
		method, domain string
	}{
		"signed by its domain":       {string(school.Sign([]byte(request))), email.AuthPass, "dmarc", "example.fr"},
		"signed by the domain above": {string(school.Sign([]byte(from("jeanne@news.example.fr")))), email.AuthPass, "dmarc", "news.example.fr"},
		"signed twice":               {string(school.Sign(other.Sign([]byte(request)))), email.AuthPass, "dmarc", "example.fr"},
		"signed twice, ours below":   {string(other.Sign(school.Sign([]byte(request)))), email.AuthPass, "dmarc", "example.fr"},
		"not signed":                 {request, email.AuthFail, "dmarc", "example.fr"},
		"signed by another domain":   {string(other.Sign([]byte(request))), email.AuthFail, "dmarc", "example.fr"},
		"altered on its way":         {altered, email.AuthFail, "dmarc", "example.fr"},
		"altered, signed by another": {string(other.Sign([]byte(altered))), email.AuthFail, "dmarc", "example.fr"},

		"forged DMARC result": {claimDMARC + request, email.AuthFail, "dmarc", "example.fr"},
		"forged DKIM result":  {claimDKIM + request, email.AuthFail, "dmarc", "example.fr"},
		"forged ARC result":   {claimARC + request, email.AuthFail, "dmarc", "example.fr"},
		"forged SPF result":   {claimSPF + request, email.AuthFail, "dmarc", "example.fr"},
		"forged border":       {claimDMARC + claimARC + claimBorder + request, email.AuthFail, "dmarc", "example.fr"},
		"forged results, two signatures": {
			claimARC + claimDKIM + string(other.Sign([]byte(altered))), email.AuthFail, "dmarc", "example.fr",
		},
		"forged results above a true signature": {claimARC + string(school.Sign([]byte(request))), email.AuthPass, "dmarc", "example.fr"},
		"forged failure above a true signature": {
			strings.ReplaceAll(claimDMARC, "pass", "fail") + string(school.Sign([]byte(request))), email.AuthPass, "dmarc", "example.fr",
		},

		"no policy, not signed":     {from("a@bare.test"), email.AuthNone, "", ""},
		"no policy, forged results": {strings.ReplaceAll(claimARC+claimDKIM+claimBorder, "example.fr", "bare.test") + from("a@bare.test"), email.AuthNone, "", ""},
		// OpenDMARC's header, with dmarc=none, stands above OpenDKIM's.
		"no policy, signed by its domain": {string(bare.Sign([]byte(from("a@bare.test")))), email.AuthPass, "dkim", "bare.test"},
		"no policy, signed by another": {
			string(other.Sign([]byte(from("a@bare.test")))), email.AuthNone, "", "",
		},
		"another author below a true signature": {string(other.Sign([]byte("From: a@example.test\n" + request))), email.AuthNone, "", ""},
		"another author above a true signature": {"From: a@example.test\n" + string(school.Sign([]byte(request))), email.AuthFail, "dmarc", ""},
	} {
		t.Run(name, func(t *testing.T) {
			b.t = t
			got, raw := b.cross([]byte(test.mail))
			if got.Result != test.result || got.Method != test.method || got.Domain != test.domain {
				t.Errorf("the desk finds %+v in\n%s", got, raw)
			}
		})
	}
}

// TestNobodyIsProvedPastTheBorder: who logs in to submit is not asked about, so
// that its mail bears nothing but its own claims, and they count for nothing.
func TestNobodyIsProvedPastTheBorder(t *testing.T) {
	b := startBorder(t)
	if err := b.postfix.Submit(student, contact.Address, []byte(claimDMARC+claimBorder+request)); err != nil {
		t.Fatalf("%v\n%s", err, b.postfix.Log())
	}
	if got, raw := b.judge(); got != (email.Authentication{Result: email.AuthNone}) {
		t.Errorf("the desk finds %+v in\n%s", got, raw)
	}
}

// TestDovecotUnderTheBordersName: its own Received line is then taken for the
// border's, and nobody is ever proved. The guide says how to avoid it.
func TestDovecotUnderTheBordersName(t *testing.T) {
	school := NewDomain(t, "example.fr", "reject")
	b := startBorder(t, school)
	b.dovecot.Rename(borderHost)
	mail := school.Sign([]byte(request))
	if got, raw := b.cross(mail); got.Result != email.AuthNone || !strings.Contains(string(raw), "\n\tby mx.example.org with LMTP") {
		t.Errorf("the desk finds %+v in\n%s", got, raw)
	}
	b.dovecot.Rename("imap.example.org")
	if got, raw := b.cross(mail); got.Result != email.AuthPass || !strings.Contains(string(raw), "\n\tby imap.example.org with LMTP") {
		t.Errorf("the desk finds %+v in\n%s", got, raw)
	}
}

// TestTheBorderWaitsForItsMilters: no mail passes unjudged.
func TestTheBorderWaitsForItsMilters(t *testing.T) {
	b := startBorder(t)
	for _, m := range b.milters.list {
		m.stop()
	}
	var refusal *smtp.SMTPError
	if err := b.postfix.Deliver("student@example.fr", contact.Address, []byte(request)); !errors.As(err, &refusal) || refusal.Code != 451 {
		t.Errorf("without its milters the border says %v, want 451", err)
	}
}

// TestTheGuideSaysWhatIsTested: operators copy what these tests run with.
func TestTheGuideSaysWhatIsTested(t *testing.T) {
	guide, err := os.ReadFile("../../docs/exploitation.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, lines := range []string{borderRules, borderHeaderChecks, openDKIMRules, openDMARCRules} {
		if !strings.Contains(string(guide), "\n"+lines+"```\n") { // the end of a block, or all of it
			t.Errorf("docs/exploitation.md lacks\n%s", lines)
		}
	}
}
