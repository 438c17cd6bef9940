package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/store"
)

// showCommand is `guichet show`.
type showCommand struct {
	configured
	JSON      bool   `help:"One JSON object."`
	Likeness  bool   `help:"The passages that the last version shares with other authors' texts, side by side."`
	Reference string `arg:"" help:"The case's reference, such as BARA-2026-0042-R."`
}

// dossier is a case with everything that is known of it, as JSON.
type dossier struct {
	Reference desk.Reference `json:"reference"`
	Kind      desk.Kind      `json:"kind"`
	Format    string         `json:"format"`
	Queue     desk.Queue     `json:"queue"`
	State     desk.State     `json:"state"`
	Verdict   desk.Verdict   `json:"verdict"`
	Reason    string         `json:"reason"`
	Title     string         `json:"title"`
	Author    string         `json:"author"`
	Address   string         `json:"address"`
	Opened    time.Time      `json:"opened"`
	Changed   time.Time      `json:"changed"`
	Mails     []mailLine     `json:"mails"`
	Versions  []versionLine  `json:"versions"`
	Notices   []noticeLine   `json:"notices"`
	History   []eventLine    `json:"history"`
	Request   *requestLine   `json:"request"` // null where the case is no withdrawal request
	Decisions []decisionLine `json:"decisions"`
}

type mailLine struct {
	ID             int64            `json:"id"`
	At             time.Time        `json:"at"`
	From           string           `json:"from"`
	Subject        string           `json:"subject"`
	Ending         desk.Ending      `json:"ending"`
	Reason         string           `json:"reason"`
	Flags          []string         `json:"flags"`
	Authentication string           `json:"authentication"`
	References     []desk.Reference `json:"references"`

	address string // of the sender
}

func mailLineOf(m desk.Mail) mailLine {
	return mailLine{
		m.ID, m.At, person(m.FromName, m.FromAddress), m.Subject, m.Ending,
		m.Reason.In("en"), orEmpty(m.Flags), m.Authentication, orEmpty(m.References), m.FromAddress,
	}
}

type versionLine struct {
	Number     int            `json:"number"`
	At         time.Time      `json:"at"`
	Format     string         `json:"format"`
	File       string         `json:"file"`
	Type       string         `json:"type"`
	SHA256     string         `json:"sha256"`
	Title      string         `json:"title"`
	Author     string         `json:"author"`
	Language   string         `json:"language"`
	Words      int            `json:"words"`
	WordsTotal int            `json:"words_total"`
	Sources    int            `json:"sources"`
	Verdict    desk.Verdict   `json:"verdict"`
	Rules      string         `json:"rules"`
	Alike      []alikeLine    `json:"alike"`
	Findings   []desk.Finding `json:"findings"`
}

// alikeLine is another author's version that shares much of a text.
type alikeLine struct {
	Reference desk.Reference `json:"reference"`
	Version   int            `json:"version"`
	Percent   int            `json:"percent"`
}

type noticeLine struct {
	Kind      string           `json:"kind"`
	To        string           `json:"to"`
	MessageID string           `json:"message_id"`
	At        time.Time        `json:"at"`
	State     desk.NoticeState `json:"state"`
	Attempts  int              `json:"attempts"`
	Repeats   int              `json:"repeats"`
	Reply     string           `json:"reply"`
	Bounce    string           `json:"bounce"`
}

func noticeLineOf(n desk.Notice) noticeLine {
	return noticeLine{
		n.Kind, n.Recipient, n.MessageID, n.At, n.State, n.Attempts, n.Repeats, n.Reply, n.Bounce,
	}
}

type eventLine struct {
	ID     int64             `json:"id"`
	At     time.Time         `json:"at"`
	Type   string            `json:"type"`
	Detail map[string]string `json:"detail"`
}

// Run prints one case.
func (c showCommand) Run(a *app) error {
	ref, err := desk.ParseReference(c.Reference)
	if err != nil {
		return badUse{fmt.Errorf("%s: %w; one looks like BARA-2026-0042-R", c.Reference, err)}
	}
	config, db, err := a.configured(c.Config, store.OpenReadOnly)
	if err != nil {
		return err
	}
	defer db.Close() //nolint:errcheck // nothing was written
	d, err := a.dossier(db, ref)
	if errors.Is(err, desk.ErrNotFound) {
		return fmt.Errorf("there is no case %s", ref)
	}
	if err != nil {
		return err
	}
	switch {
	case c.Likeness:
		return a.tellLikeness(db, ref, c.JSON)
	case c.JSON:
		return json.NewEncoder(a.out).Encode(d)
	}
	return d.print(a.out, wallClock{config.zone})
}

// dossier gathers everything about a case.
func (a *app) dossier(db *store.DB, ref desk.Reference) (d dossier, err error) {
	c, err := db.Case(a.ctx, ref)
	if err != nil {
		return d, err
	}
	d = dossier{
		Reference: c.Reference, Kind: c.Kind, Format: c.Format, Queue: c.Queue, State: c.State,
		Verdict: c.Verdict, Reason: c.Why().In("en"), Title: c.Title, Author: c.Author, Address: c.Address,
		Opened: c.OpenedAt, Changed: c.ChangedAt,
		Mails: []mailLine{}, Versions: []versionLine{}, Notices: []noticeLine{}, History: []eventLine{},
		Decisions: []decisionLine{},
	}
	mails, errMails := db.Mails(a.ctx, c.ID)
	versions, errVersions := db.Versions(a.ctx, c.ID)
	notices, errNotices := db.Notices(a.ctx, c.ID)
	events, errEvents := db.History(a.ctx, c.ID)
	for _, m := range mails {
		d.Mails = append(d.Mails, mailLineOf(m))
	}
	for _, v := range versions {
		alike, err := db.Alike(a.ctx, c.ID, v.Number)
		if err != nil {
			return d, err
		}
		line := versionLine{
			v.Number, v.At, v.Format, v.File, v.Type, v.SHA256, v.Title,
			v.Author, v.Language, v.Words, v.WordsTotal, v.Sources, v.Verdict, v.RulesHash,
			[]alikeLine{},
			orEmpty(v.Findings),
		}
		for _, l := range alike {
			line.Alike = append(line.Alike, alikeLine{l.Reference, l.Version, l.Percent})
		}
		d.Versions = append(d.Versions, line)
	}
	for _, n := range notices {
		d.Notices = append(d.Notices, noticeLineOf(n))
	}
	for _, e := range events {
		d.History = append(d.History, eventLine{e.ID, e.At, e.Type, e.Detail})
	}
	errRequest, errDecisions := d.addRequest(a.ctx, db), d.addDecisions(a.ctx, db, c.ID)
	return d, errors.Join(errMails, errVersions, errNotices, errEvents, errRequest, errDecisions)
}

// wallClock writes times as the clocks of the publication's zone show them.
type wallClock struct{ zone *time.Location }

func (c wallClock) of(t time.Time) string { return t.In(c.zone).Format("2006-01-02 15:04") }

func (d dossier) print(w io.Writer, clock wallClock) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%s  %s\n", d.Reference, strings.TrimSpace(string(d.Kind)+" "+d.Format))
	fmt.Fprintf(&b, "  title     %s\n  author    %s <%s>\n  queue     %s (%s)\n  because   %s\n",
		cmp.Or(d.Title, "(no title)"), cmp.Or(d.Author, "(no sender)"), d.Address, d.Queue, strings.ReplaceAll(string(d.State), "_", " "), d.Reason)
	if d.Request != nil {
		d.Request.write(&b, clock)
	}
	if len(d.Decisions) > 0 {
		b.WriteString("\ndecisions\n")
	}
	for _, one := range d.Decisions {
		one.write(&b, clock)
	}
	for _, v := range d.Versions {
		fmt.Fprintf(&b, "\nversion %d, %s: %s\n", v.Number, clock.of(v.At), v.Verdict)
		fmt.Fprintf(&b, "  %s (%s), %s\n", fileName(v.File), v.Type, figures(v.Words, v.Sources, v.Language))
		for _, l := range v.Alike {
			fmt.Fprintf(&b, "  near-identical to %s version %d, %d %%: guichet show %s --likeness\n", l.Reference, l.Version, l.Percent, d.Reference)
		}
		writeFindings(&b, v.Findings)
	}
	b.WriteString("\nmails\n")
	for _, m := range d.Mails {
		fmt.Fprintf(&b, "  %s  %s: %s\n  %16s  %s: %s\n", clock.of(m.At), cmp.Or(m.From, "(no sender)"), cmp.Or(m.Subject, "(no subject)"), "", m.Ending, m.Reason)
		if m.Authentication != "" {
			fmt.Fprintf(&b, "  %16s  sender: %s\n", "", m.Authentication)
		}
		for _, flag := range m.Flags {
			fmt.Fprintf(&b, "  %16s  flag: %s\n", "", flag)
		}
	}
	b.WriteString("\nanswers\n")
	for _, n := range d.Notices {
		n.write(&b, clock)
	}
	b.WriteString("\nhistory\n")
	for _, e := range d.History {
		fmt.Fprintf(&b, "  %s  %s%s\n", clock.of(e.At), e.Type, details(e.Detail))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// write says how far a notice got, what came back of it, and whether it may have
// arrived more than once.
func (n noticeLine) write(b *strings.Builder, clock wallClock) {
	fmt.Fprintf(b, "  %s  %s to %s: %s %s\n", clock.of(n.At), n.Kind, n.To, n.State, n.Reply)
	switch {
	case n.State == desk.NoticeBounced:
		fmt.Fprintf(b, "  %16s  it came back: %s\n", "", n.Bounce)
	case n.Bounce != "":
		fmt.Fprintf(b, "  %16s  it is late: %s\n", "", n.Bounce)
	}
	if n.Repeats > 0 {
		fmt.Fprintf(b, "  %16s  it may have left %d times, as the same mail\n", "", n.Repeats+1)
	}
}

func fileName(file string) string {
	if file == "" {
		return "the mail's body"
	}
	return file
}

// details writes what an event holds, the hash of the rules left to the JSON.
func details(detail map[string]string) string {
	var parts []string
	for key, value := range detail {
		if value != "" && key != "rules" {
			parts = append(parts, key+" "+value)
		}
	}
	slices.Sort(parts)
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}
