package email

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// NoticeHeader is the header that every notice of the desk bears.
const NoticeHeader = "X-Guichet-Notice"

// Ours says which addresses and lists are the desk's own. ListIDs are the
// identifiers of RFC 2919, with or without angle brackets. Case is forgiven.
type Ours struct {
	Addresses []string
	ListIDs   []string
}

// Automatic says which machine wrote a mail, and on what evidence: a header, or
// the structure of the body, never the words alone. A human who writes through
// a list of ours is a human.
//
// A sender named noreply decides nothing: the file-sharing services and
// learning platforms from which students send their texts are named so, and a
// person has to see those mails. It only confirms other signs.
func (m *Message) Automatic(ours Ours) (desk.Automatic, string) {
	for _, judge := range []struct {
		kind  desk.Automatic
		judge func(Ours) string
	}{
		{desk.Self, m.self},
		{desk.Feedback, m.feedback},
		{desk.Receipt, m.receipt},
		{desk.Bounce, m.bounce},
		{desk.AutoReply, m.autoReply},
		{desk.List, m.list},
	} {
		if evidence := judge.judge(ours); evidence != "" {
			return judge.kind, evidence
		}
	}
	return desk.Human, ""
}

// self finds the desk's own notices come back. A list of ours may put its own
// address into From (as lists do against DMARC failures): then the mail bears
// its List-Id, and a human wrote it.
func (m *Message) self(ours Ours) string {
	if m.Get(NoticeHeader) != "" && m.Get("Auto-Submitted") != "" {
		return NoticeHeader + ": " + shorten(m.Get(NoticeHeader))
	}
	isOurs := slices.ContainsFunc(ours.Addresses, func(address string) bool {
		return lowerASCII(strings.TrimSpace(address)) == m.From.Address
	})
	if m.From.Address == "" || !isOurs || m.throughOurList(ours) && m.Get("Auto-Submitted") == "" {
		return ""
	}
	return "From: " + m.From.Address
}

// aggregateReport is the file name of a DMARC report: receiver, domain, begin
// and end in seconds (RFC 7489 section 7.2.1.1).
var aggregateReport = regexp.MustCompile(`^[^!]+![^!]+!\d+!\d+(![^!]+)?\.(xml|xml\.gz|zip|gz)$`)

// feedback finds abuse reports (RFC 5965), and the reports of DMARC and TLS.
func (m *Message) feedback(Ours) string {
	if evidence := m.report("feedback-report", "message/feedback-report"); evidence != "" {
		return evidence
	}
	if evidence := m.report("tlsrpt", "application/tlsrpt+gzip", "application/tlsrpt+json"); evidence != "" {
		return evidence
	}
	for _, a := range m.Attachments {
		if value := get(a.header(), "X-HmXmrOriginalRecipient"); value != "" {
			return "a complaint of Outlook.com, X-HmXmrOriginalRecipient: " + shorten(value)
		}
		if aggregateReport.MatchString(a.Name) {
			return "attachment " + shorten(a.Name)
		}
	}
	return ""
}

// receipt finds disposition notifications (RFC 8098, once RFC 3798).
func (m *Message) receipt(Ours) string {
	return m.report("disposition-notification", "message/disposition-notification")
}

// report finds a multipart/report (RFC 6522) of that type, told by its
// parameter or by the part that such a report bears.
func (m *Message) report(kind string, parts ...string) string {
	content := parseMedia(m.Get("Content-Type"))
	declared := strings.EqualFold(content.params["report-type"], kind)
	if content.kind == "multipart/report" && declared {
		return "multipart/report; report-type=" + kind
	}
	for _, part := range parts {
		if content.kind == "multipart/report" && m.attached(part) {
			return "multipart/report with " + part
		}
		if content.kind == part {
			return "Content-Type: " + part
		}
	}
	return ""
}

// attached says whether a part of one of the types is in the mail.
func (m *Message) attached(kinds ...string) bool {
	return slices.ContainsFunc(m.Attachments, func(a Attachment) bool {
		return slices.Contains(kinds, a.Type)
	})
}

// autoReply finds answers that no human wrote, and other mail of programs (RFC
// 3834).
func (m *Message) autoReply(Ours) string {
	if value := m.Get("Auto-Submitted"); value != "" && keyword(value) != "no" {
		return "Auto-Submitted: " + shorten(value)
	}
	for _, name := range autoReplyHeaders {
		if value := m.Get(name); value != "" && keyword(value) != "no" {
			return name + ": " + shorten(value)
		}
	}
	precedence := keyword(m.Get("Precedence"))
	switch {
	case precedence == "auto_reply", precedence == "auto-reply":
		return "Precedence: " + precedence
	case (precedence == "bulk" || precedence == "junk") && !m.hasListHeaders():
		return "Precedence: " + precedence
	}
	if m.nullReturnPath() {
		return "Return-Path: " + shorten(m.Get("Return-Path"))
	}
	// Exchange and ticket desks put this one on mails of humans too.
	confirmed := m.fromNoReply() || m.has("X-MS-Exchange-Generated-Message-Source") || vacationSubject.MatchString(m.Subject)
	if value := m.Get("X-Auto-Response-Suppress"); value != "" && confirmed {
		return "X-Auto-Response-Suppress: " + shorten(value)
	}
	return ""
}

// vacationSubject is how subjects of vacation notices begin: words, which only
// confirm a header.
var vacationSubject = regexp.MustCompile(`(?i)^\s*(automatic reply|auto[- ]?reply|auto(matic)? ?response|out of (the )?office` +
	`|réponse automatique|absen(t|ce)|message d['’]absence|automatische antwort|abwesen|respuesta automática|risposta automatica)`)

// autoReplyHeaders is what programs wrote before RFC 3834, and some still do.
var autoReplyHeaders = []string{
	"X-Autoreply", "X-Auto-Reply", "X-Autorespond", "X-Autoresponder", "X-AutoReply-From",
	"X-Mail-Autoreply", "X-Amazon-Auto-Reply", "X-FC-MachineGenerated", "X-Apple-Action",
	"X-Amz-Sns-Message-Id", "X-Cron-Env",
}

// list finds mail of lists that are not ours (RFC 2369, RFC 2919).
func (m *Message) list(ours Ours) string {
	for _, id := range m.Values("List-Id") {
		if !isOurList(id, ours) {
			return "List-Id: " + shorten(id)
		}
	}
	if m.throughOurList(ours) {
		return ""
	}
	for _, name := range []string{"List-Post", "List-Unsubscribe", "List-Help"} {
		if value := m.Get(name); value != "" {
			return name + ": " + shorten(value)
		}
	}
	switch precedence := keyword(m.Get("Precedence")); precedence {
	case "list", "bulk", "junk":
		return "Precedence: " + precedence
	}
	return ""
}

func (m *Message) hasListHeaders() bool {
	return m.has("List-Id", "List-Post", "List-Unsubscribe", "List-Help")
}

// throughOurList says whether the mail bears a List-Id of ours.
func (m *Message) throughOurList(ours Ours) bool {
	return slices.ContainsFunc(m.Values("List-Id"), func(id string) bool { return isOurList(id, ours) })
}

func isOurList(id string, ours Ours) bool {
	return slices.ContainsFunc(ours.ListIDs, func(known string) bool { return listID(known) == listID(id) })
}

// listID is the identifier within the last angle brackets.
func listID(value string) string {
	if i := strings.LastIndexByte(value, '<'); i >= 0 {
		value = value[i+1:]
	}
	value, _, _ = strings.Cut(value, ">")
	return lowerASCII(strings.TrimSpace(value))
}

// has says whether one of the headers is there.
func (m *Message) has(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return len(m.Values(name)) > 0 })
}

// nullReturnPath says whether the envelope had no sender (RFC 5321 section
// 4.5.5): who sends so wants no answer. Some servers write it as MAILER-DAEMON.
func (m *Message) nullReturnPath() bool {
	if !m.has("Return-Path") {
		return false
	}
	path := strings.Trim(lowerASCII(m.Get("Return-Path")), "<> ")
	local, _, _ := strings.Cut(path, "@")
	return local == "" || local == "mailer-daemon"
}

// fromNoReply says whether the sender's name asks for no answer.
func (m *Message) fromNoReply() bool {
	local, _, _ := strings.Cut(m.From.Address, "@")
	local = withoutSigns.Replace(local)
	return strings.Contains(local, "noreply") || strings.Contains(local, "donotreply") ||
		strings.Contains(local, "nepasrepondre")
}

// keyword is the first word of a value, in lower case.
func keyword(value string) string {
	value, _, _ = strings.Cut(value, ";")
	return strings.ToLower(strings.TrimSpace(firstWord(value)))
}

// shorten keeps evidence on one short line.
func shorten(value string) string {
	const longest = 80
	if runes := []rune(value); len(runes) > longest {
		return string(runes[:longest-1]) + "…"
	}
	return value
}
