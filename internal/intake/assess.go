package intake

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/document"
	"github.com/bara-think-tank/guichet/internal/email"
	"github.com/bara-think-tank/guichet/internal/likeness"
	"github.com/bara-think-tank/guichet/internal/rules"
)

// Assessor says what can be said of a mail without a database and a network.
type Assessor struct {
	Rules      *rules.Set
	Ours       email.Ours
	AuthservID string // whose Authentication-Results count; empty: nobody's
	ReceivedBy string // and only above the Received line of this host
	Reader     Reader // of attachments and bodies; nil reads them here, and no PDF
}

// Reader reads one attachment, or a mail's own body. It always gives a Document:
// one that could not be read says why.
type Reader interface {
	Read(name, declared string, data []byte) document.Document
	ReadBody(text, html string) document.Document
}

// Assessment is what a mail is, by its own bytes and the rules.
type Assessment struct {
	Received  desk.Received
	Message   *email.Message      // never nil
	Documents []document.Document // the attachments in order, then the body
	Kind      desk.Kind
	Format    string
	Title     string // what follows the format in the subject
	Command   string // of a command: its id in the rules
	Automatic desk.Automatic
	Reason    desk.Reason
	Flags     []string
	// Authentication is how surely the sender is known.
	Authentication email.Authentication

	References []desk.Reference
	Mistyped   []string // what looks like a reference and fails its check
	Report     rules.Report
	text       document.Document // the one text that the mail holds, where it can be told
	Lang       string            // in which to answer

	// own is the references that stand in the sender's own words, right and mistyped:
	// not in what they quote, nor in the subject of somebody else that they answer.
	own struct {
		references []desk.Reference
		mistyped   []string
	}

	rulesHash string
	foreseen  *foreseen // what a validation would say, where one is likely
}

// foreseen is what the criteria of a format say of the mail's text.
type foreseen struct {
	format string
	report rules.Report
}

// Assess reads and classifies a mail. A mail that cannot be read, or that
// breaks a reader, is an assessment like any other: of kind unreadable.
func (s Assessor) Assess(r desk.Received) (a *Assessment) {
	a = &Assessment{
		Received: r, Message: &email.Message{}, Lang: s.Rules.Desk.Language,
		rulesHash: s.Rules.Hash(),
	}
	defer func() {
		if fault := recover(); fault != nil {
			a.Kind, a.Format = desk.KindUnreadable, ""
			a.Reason = desk.Because("fault", fmt.Sprint(fault))
		}
	}()
	msg, err := email.Parse(r.Raw)
	switch {
	case errors.Is(err, email.ErrEmpty):
		a.Kind, a.Reason = desk.KindUnreadable, desk.Because("empty")
		return a
	case err != nil:
		a.Kind, a.Reason = desk.KindUnreadable, desk.Because("unreadable", err.Error())
		return a
	}
	a.Message = msg
	a.Authentication = msg.Authenticate(s.AuthservID, s.ReceivedBy)
	a.takeFlags()
	if r.Oversize > 0 {
		s.classifyHeader(a)
		return a
	}
	s.classify(a)
	return a
}

// takeFlags notes what was found while parsing or unpacking and is not noted yet.
func (a *Assessment) takeFlags() {
	for _, flag := range a.Message.Flags {
		if !slices.Contains(a.Flags, string(flag)) {
			a.Flags = append(a.Flags, string(flag))
		}
	}
}

// classify says what the mail is: automatic by its headers and structure,
// whatever its subject, and else what its subject asks.
func (s Assessor) classify(a *Assessment) {
	var evidence string
	if a.Automatic, evidence = a.Message.Automatic(s.Ours); a.Automatic != desk.Human {
		a.Kind = desk.KindAutomatic
		a.Reason = desk.Because("automatic", string(a.Automatic), evidence)
		return
	}
	own := s.read(a)
	a.takeFlags()
	a.text, _ = rules.TextOf(a.Documents, a.lonePictures())
	s.findReferences(a, own)
	c := s.Rules.Classify(a.Message.Subject, a.Documents)
	a.Kind, a.Format, a.Title, a.Command, a.Reason = c.Kind, c.Format, c.Title, c.Command, c.Reason
	a.Flags = append(a.Flags, c.Flags...)
}

func (s Assessor) reader() Reader {
	if s.Reader != nil {
		return s.Reader
	}
	return document.Reader{}
}

// read turns the attachments and the body into documents, and gives the
// sender's own words.
func (s Assessor) read(a *Assessment) string {
	reader := s.reader()
	a.Message.Unpack()
	for i, part := range a.Message.Attachments {
		a.Message.Attachments[i].Data = nil // a large one is not held while the mail waits for its record
		if part.Message != nil {            // a forwarded mail: its text, under its file's name
			text, _, _ := s.readBody(part.Message)
			text.File = part.Name
			a.Documents = append(a.Documents, text)
			continue
		}
		declared := part.Type
		if part.Charset != "" {
			declared = mime.FormatMediaType(part.Type, map[string]string{"charset": part.Charset})
		}
		a.Documents = append(a.Documents, reader.Read(part.Name, declared, part.Data))
	}
	body, own, forwarded := s.readBody(a.Message)
	if forwarded {
		a.Message.Flags = append(a.Message.Flags, email.FlagForwarded)
	}
	if body.Fault != document.FaultEmpty {
		if slices.Contains(s.Rules.Desk.Languages, body.Language) {
			a.Lang = body.Language
		}
		a.Documents = append(a.Documents, body)
	}
	a.lookOnline()
	return own
}

// readBody reads the text of a mail: what its sender wrote, or, where that is no more
// than a covering note, the text that they forwarded below it. It gives the sender's
// own words too. What the desk itself wrote is nobody's text.
func (s Assessor) readBody(m *email.Message) (text document.Document, own string, forwarded bool) {
	for i, b := range m.Bodies() {
		if s.wrote(cmp.Or(b.From, m.From.Address)) {
			b.Text, b.HTML = "", ""
		}
		read := s.reader().ReadBody(b.Text, b.HTML)
		if i == 0 {
			text, own = read, cmp.Or(b.Text, read.Text)
		}
		if rules.CouldBeText(read) {
			return read, own, b.Forwarded
		}
	}
	return text, own, false
}

// wrote says whether the desk wrote what a line says is from somebody.
func (s Assessor) wrote(from string) bool {
	return slices.ContainsFunc(s.Ours.Addresses, func(own string) bool {
		return strings.Contains(strings.ToLower(from), strings.ToLower(own))
	})
}

// lookOnline adds the online document that the sender's own words link to, where the
// mail holds nothing else that could be the text: a link within a text is a source.
func (a *Assessment) lookOnline() {
	for _, d := range a.Documents {
		if rules.CouldBeText(d) && !rules.CoversText(d) || d.Readable() && d.Type != document.Body {
			return
		}
	}
	text, html := a.Message.AboveQuotes()
	d, found := document.Online(text, html)
	for _, b := range a.Message.Bodies() {
		if !found {
			d, found = document.Online(b.Text, b.HTML)
		}
	}
	if found {
		a.Documents = append(a.Documents, d)
	}
}

// findReferences looks in the subject and the sender's own words, and in what
// they quote or forward only where those name nothing.
func (s Assessor) findReferences(a *Assessment, own string) {
	prefix := s.Rules.Desk.Prefix
	words := own
	if !a.isReply() {
		words = a.Message.Subject + "\n" + own
	}
	a.own.references, a.own.mistyped = desk.FindReferences(words, prefix)
	a.References, a.Mistyped = desk.FindReferences(a.Message.Subject+"\n"+own, prefix)
	if len(a.References)+len(a.Mistyped) == 0 {
		a.References, a.Mistyped = desk.FindReferences(a.Message.Everything(), prefix)
	}
	for _, typed := range a.Mistyped {
		a.Flags = append(a.Flags, "mistyped-reference: "+typed)
	}
}

// Validate checks the mail's text against the criteria of a format.
func (s Assessor) Validate(a *Assessment, format string) {
	if a.foreseen == nil || a.foreseen.format != format {
		s.foresee(a, format)
	}
	a.Format, a.Report = format, a.foreseen.report
}

// foresee computes what Validate will say, before it is known that it is asked.
func (s Assessor) foresee(a *Assessment, format string) {
	a.foreseen = &foreseen{format, s.Rules.Validate(rules.Submission{
		Format:       format,
		Documents:    a.Documents,
		SubjectTitle: a.Title,
		SenderName:   a.Message.From.Name,

		AttachedPictures: a.lonePictures(),
		Year:             a.year(),
	}, a.Lang)}
}

// Tries says whether the mail is a trial: it asks for a report, of the format
// where it names one, and files nothing.
func (a *Assessment) Tries() bool {
	return a.Kind == desk.KindCommand && a.Command == rules.CommandTrial
}

// Judges is the format by which a mail that starts a conversation is judged, "" for
// none.
func (a *Assessment) Judges() string {
	if a.Kind == desk.KindSubmission || a.Tries() {
		return a.Format
	}
	return ""
}

// year is that of receipt, else the one that the mail itself claims; 0 where there
// is neither.
func (a *Assessment) year() int {
	for _, at := range []time.Time{a.Received.At, a.Message.Date} {
		if !at.IsZero() {
			return at.Year()
		}
	}
	return 0
}

// lonePictures counts the pictures attached beside the text, without those that
// the body shows, a signature's among them.
func (a *Assessment) lonePictures() (n int) {
	for i, part := range a.Message.Attachments {
		if !part.Inline && a.Documents[i].Type == document.Picture {
			n++
		}
	}
	return n
}

// mostThread is how many of the mails that a thread names are looked up, the last
// of them: a sender writes that header.
const mostThread = 50

// question is what the ledger is asked about the mail. Its text is compared with
// others where it may become a version: a withdrawal's or a trial's never does.
func (a *Assessment) question() desk.Question {
	thread := append(slices.Clone(a.Message.References), a.Message.InReplyTo...)
	if a.Automatic == desk.Bounce {
		thread = append(thread, a.Message.Returned()...)
	}
	thread = thread[max(0, len(thread)-mostThread):]
	q := desk.Question{
		Received: a.Received, SHA256: sha256.Sum256(a.Received.Raw), Identity: a.Message.Identity(),
		MessageID: a.Message.MessageID, Address: a.Message.From.Address, Thread: thread, Wanted: a.wanted(),
	}
	if a.Kind != desk.KindWithdrawal && a.Kind != desk.KindCommand {
		q.Text, q.Sketch = a.text.SHA256, likeness.Sketch(a.text)
	}
	return q
}

// bringsVersion says whether a reply brings a new text for a case: a document,
// or a body that is long enough to be one and half as long as the text it would
// replace. A long letter about a text is no text.
func (a *Assessment) bringsVersion(c *desk.Case) bool {
	return slices.ContainsFunc(a.Documents, func(d document.Document) bool {
		return rules.CouldBeText(d) && (d.Type != document.Body || 2*d.Words >= c.Words)
	})
}

func megabytes(size int64) string { return fmt.Sprintf("%d MB", (size+1<<20-1)>>20) }
