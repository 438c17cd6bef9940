package email

import (
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/desk"
)

var ours = Ours{Addresses: []string{"Contact@example.org"}, ListIDs: []string{"<contact.example.org>"}}

const (
	original = "Received: from a.test by b.test\nFrom: contact@example.org\nTo: jean@b.test\nSubject: s\nMessage-ID: <1@a.test>\n\n.\n"
	daemon   = "From: Mail Delivery System <MAILER-DAEMON@example.fr>\n"
	someone  = "From: Postmaster <postmaster@example.fr>\nTo: contact@example.org\n"
)

// report is a multipart/report of that type with that part.
func report(from, kind, part string) string {
	return from + "Content-Type: multipart/report; report-type=" + kind + ";\n boundary=b\n\n--b\n\nsorry\n--b\nContent-Type: " +
		part + "\n\nStatus: 5.1.1\n\n--b--\n"
}

// returning is a mail with the original attached.
func returning(from string) string {
	return from + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nsorry\n--b\nContent-Type: message/rfc822\n\n" + original + "--b--\n"
}

var automaticTests = map[string]struct {
	mail     string
	want     desk.Automatic
	evidence string
}{
	"a human":                     {jeanne + "Subject: Baratin\n\nBonjour\n", desk.Human, ""},
	"a vacation in words alone":   {jeanne + "Subject: Réponse automatique : absence\n\nJe suis absent.\n", desk.Human, ""},
	"a bounce in words alone":     {jeanne + "Subject: Undelivered Mail Returned to Sender\n\n550 5.1.1 unknown\n", desk.Human, ""},
	"noreply alone":               {"From: noreply@example.fr\n\nJeanne vous a envoyé un fichier\n", desk.Human, ""},
	"Auto-Submitted: no":          {jeanne + "Auto-Submitted: No\n\n.\n", desk.Human, ""},
	"a human forwards a bounce":   {returning(jeanne), desk.Human, ""},
	"a human postmaster":          {someone + "\nVotre domaine est mal réglé, voyez la RFC 5321.\n550 mails refusés.\n", desk.Human, ""},
	"Exchange's header alone":     {jeanne + "X-Auto-Response-Suppress: All\nSubject: Baratin\n\n.\n", desk.Human, ""},
	"through our list":            {jeanne + "List-Id: Contact <contact.example.org>\nList-Post: <mailto:c@example.org>\nPrecedence: list\n\n.\n", desk.Human, ""},
	"our list rewrote From":       {"From: Jeanne via Contact <contact@example.org>\nReply-To: jeanne@example.org\nList-Id: <CONTACT.example.org>\n\n.\n", desk.Human, ""},
	"our list sets bulk":          {jeanne + "List-Id: <contact.example.org>\nPrecedence: bulk\n\n.\n", desk.Human, ""},
	"From us":                     {"From: contact@example.org\n\n.\n", desk.Self, "From: contact@example.org"},
	"our notice":                  {jeanne + "Auto-Submitted: auto-replied\nX-Guichet-Notice: receipt\n\n.\n", desk.Self, "X-Guichet-Notice: receipt"},
	"our notice through our list": {"From: contact@example.org\nAuto-Submitted: auto-replied\nX-Guichet-Notice: receipt\nList-Id: <contact.example.org>\n\n.\n", desk.Self, "X-Guichet-Notice: receipt"},

	"abuse report":         {report(jeanne, "feedback-report", "message/feedback-report"), desk.Feedback, "multipart/report; report-type=feedback-report"},
	"DMARC report":         {jeanne + "Content-Type: application/gzip; name=\"example.fr!example.org!1700000000!1700086399.xml.gz\"\n\nx\n", desk.Feedback, "attachment example.fr!example.org!1700000000!1700086399.xml.gz"},
	"receipt":              {report(jeanne, "\"disposition-notification\"", "message/disposition-notification"), desk.Receipt, "multipart/report; report-type=disposition-notification"},
	"receipt without type": {report(jeanne, "", "message/disposition-notification"), desk.Receipt, "multipart/report with message/disposition-notification"},

	"TLS report": {report(jeanne, "tlsrpt", "application/tlsrpt+gzip"), desk.Feedback, "multipart/report; report-type=tlsrpt"},
	"complaint of Outlook.com": {
		strings.Replace(returning(jeanne), original, "X-HmXmrOriginalRecipient: jean@b.test\n"+original, 1),
		desk.Feedback, "a complaint of Outlook.com, X-HmXmrOriginalRecipient: jean@b.test",
	},
	"Exchange's own address": {
		"From: Exchange <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.fr>\n\n.\n",
		desk.Bounce, "From: Exchange <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.fr>",
	},
	"mailer-daemon without a host": {"From: Server <MAILER-DAEMON>\n\n.\n", desk.Bounce, "From: Server <MAILER-DAEMON>"},
	"delivery status alone":        {jeanne + "Content-Type: message/delivery-status\n\nStatus: 5.1.1\n", desk.Bounce, "Content-Type: message/delivery-status"},
	"delivery status":              {report(daemon+"Auto-Submitted: auto-replied\n", "delivery-status", "message/delivery-status"), desk.Bounce, "multipart/report; report-type=delivery-status"},
	"report of no type":            {report(jeanne, "", "text/plain"), desk.Bounce, "multipart/report"},
	"X-Failed-Recipients":          {jeanne + "X-Failed-Recipients: jean@b.test\n\n.\n", desk.Bounce, "X-Failed-Recipients: jean@b.test"},
	"mailer-daemon":                {daemon + "\nsorry\n", desk.Bounce, "From: Mail Delivery System <MAILER-DAEMON@example.fr>"},
	"empty From":                   {"From: Mail System <>\n\nsorry\n", desk.Bounce, "From: Mail System <>"},
	"postmaster, original":         {returning(someone), desk.Bounce, "From: Postmaster <postmaster@example.fr>, with the mail that failed"},
	"postmaster, qmail style": {
		someone + "\nHi. This is the program.\n\n--- Below this line is a copy of the message.\n\n" + original,
		desk.Bounce, "From: Postmaster <postmaster@example.fr>, with the header of the mail that failed",
	},
	"postmaster, quoted header": {
		someone + "\nsorry\n\n> " + strings.ReplaceAll(original, "\n", "\n> "),
		desk.Bounce, "From: Postmaster <postmaster@example.fr>, with the header of the mail that failed",
	},
	"postmaster, reply code":      {someone + "\nthe host said: 550 5.1.1 <jean@b.test> unknown\n", desk.Bounce, "From: Postmaster <postmaster@example.fr>, with the reply 550 5.1.1"},
	"postmaster, null path":       {"Return-Path: <MAILER-DAEMON>\n" + someone + "\nsorry\n", desk.Bounce, "From: Postmaster <postmaster@example.fr>, with a null return path"},
	"null path, original":         {"Return-Path: < >\n" + returning(jeanne), desk.Bounce, "Return-Path: < >, with the mail that failed"},
	"noreply returns to author":   {returning("From: no-reply@example.fr\nTo: contact@example.org\n"), desk.Bounce, "From: no-reply@example.fr, with a mail of its addressee"},
	"noreply forwards to another": {returning("From: no-reply@example.fr\nTo: other@example.org\n"), desk.Human, ""},

	"vacation":              {jeanne + "Auto-Submitted: auto-replied (vacation)\n\n.\n", desk.AutoReply, "Auto-Submitted: auto-replied (vacation)"},
	"X-Autoreply":           {jeanne + "X-Autoreply: yes\n\n.\n", desk.AutoReply, "X-Autoreply: yes"},
	"X-Autoreply: no":       {jeanne + "X-Autoreply: no\n\n.\n", desk.Human, ""},
	"Precedence auto":       {jeanne + "Precedence: auto_reply\n\n.\n", desk.AutoReply, "Precedence: auto_reply"},
	"Precedence junk":       {jeanne + "Precedence: Junk\n\n.\n", desk.AutoReply, "Precedence: junk"},
	"null path":             {"Return-Path: <>\n" + jeanne + "\nJe suis absente.\n", desk.AutoReply, "Return-Path: <>"},
	"Exchange, confirmed":   {jeanne + "X-Auto-Response-Suppress: All\nSubject: Réponse automatique : Baratin\n\n.\n", desk.AutoReply, "X-Auto-Response-Suppress: All"},
	"automatic on our list": {jeanne + "List-Id: <contact.example.org>\nAuto-Submitted: auto-replied\n\n.\n", desk.AutoReply, "Auto-Submitted: auto-replied"},

	"list":             {jeanne + "List-Id: Nouvelles <news.example.fr>\n\n.\n", desk.List, "List-Id: Nouvelles <news.example.fr>"},
	"newsletter":       {jeanne + "List-Unsubscribe: <mailto:u@example.fr>\nPrecedence: bulk\n\n.\n", desk.List, "List-Unsubscribe: <mailto:u@example.fr>"},
	"Precedence: list": {jeanne + "Precedence: list\n\n.\n", desk.List, "Precedence: list"},
	"two lists":        {jeanne + "List-Id: <contact.example.org>\nList-Id: <news.example.fr>\n\n.\n", desk.List, "List-Id: <news.example.fr>"},
}

func TestAutomatic(t *testing.T) {
	for name, test := range automaticTests {
		for form, lineEnd := range lineEnds {
			kind, evidence := parse(t, test.mail, lineEnd).Automatic(ours)
			if kind != test.want || evidence != test.evidence {
				t.Errorf("%s (%s): got %q %q, want %q %q", name, form, kind, evidence, test.want, test.evidence)
			}
		}
	}
}

// TestAutomaticWithoutOurs checks that an empty list of ours matches nothing.
func TestAutomaticWithoutOurs(t *testing.T) {
	if kind, evidence := parse(t, "Subject: no From\n\n.\n", "\n").Automatic(Ours{Addresses: []string{""}}); kind != desk.Human {
		t.Errorf("%q %q", kind, evidence)
	}
}

func TestEvidenceIsShort(t *testing.T) {
	m := parse(t, jeanne+"Auto-Submitted: auto-replied; x="+strings.Repeat("é", 500)+"\n\n.\n", "\n")
	if _, evidence := m.Automatic(ours); len([]rune(evidence)) > 120 || !strings.HasSuffix(evidence, "…") {
		t.Errorf("%d characters: %s", len(evidence), evidence)
	}
}
