// Package notice writes every mail that the desk sends: the receipt of a
// submission, the report of a trial, the answers to a file that was there already, to
// a withdrawal, to a wish that was not clear and to a mail that is too large, the word
// that a registration came, and the editors' digest. The texts are templates of the publication's rules folder, one
// folder a language; what they may say is in the types Receipt, Withdrawal, Unclear,
// Trial, Again, Oversize, Released, Decision and Digest. Beside the mails there is the text of the
// notice that the site shows in place of a withdrawn text: Tombstone.
//
// It promises: final RFC 5322 bytes with ASCII headers, one recipient and a text
// body (format=flowed, RFC 3676) that reads well on a phone; the marks that keep
// machines from answering (RFC 3834 section 5); no header that a sender's words
// could add to or break. What people sent is shown as one line each, cut, without
// control and bidirectional characters. A template with a mistake is told when
// the program starts, not when a student writes.
//
// It is pure: the time is in the Envelope, the randomness of a Message-ID in
// Composer.Random.
package notice

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// ErrAddress says that a notice cannot be written because an address is not one
// that ASCII headers can hold (RFC 5322 section 3.4.1). Trying again is useless.
var ErrAddress = errors.New("not an address that a mail can bear")

// Publication is who writes, as every notice may say it.
type Publication struct {
	Name             string // "BARA"
	Prefix           string // of its references
	Language         string // what is written where the envelope asks for no language of ours
	Languages        []string
	RegistrationPage string // a URL; "" where nobody needs to register
	Site             string
	Formats          []Format
	// QueueName is what people call a queue, in a language: rules.Set.QueueName.
	// Where it is nil a queue goes by its format's name or its own.
	QueueName func(q desk.Queue, lang string) string
}

// Format is one format that a text can be submitted in.
type Format struct{ ID, Name string }

// name is the name of the format with this ID, or id itself where there is none.
func (p Publication) name(id string) string {
	for _, f := range p.Formats {
		if f.ID == id {
			return f.Name
		}
	}
	return oneLine(id, 60)
}

// heading is what people call a queue, as a line of its own.
func (p Publication) heading(q desk.Queue, lang string) string {
	if p.QueueName == nil {
		return capital(p.name(string(q)))
	}
	return capital(oneLine(p.QueueName(q, lang), maxName))
}

// Kind names a notice: in the header X-Guichet-Notice, and in the file of its
// template, <language>/<kind>.txt.
type Kind string

// The notices.
const (
	KindReceipt    Kind = "receipt"
	KindWithdrawal Kind = "withdrawal"
	KindUnclear    Kind = "unclear"
	KindReleased   Kind = "released"
	KindTrial      Kind = "trial"
	KindAgain      Kind = "again"
	KindOversize   Kind = "oversize"
	KindDigest     Kind = "digest"

	KindConfirmation Kind = "confirmation"
	KindCoAuthor     Kind = "coauthor"
	KindDecision     Kind = "decision"
	KindIdentity     Kind = "identity"
	KindTombstone    Kind = "tombstone" // for the site: no mail
)

var kinds = []Kind{
	KindReceipt, KindWithdrawal, KindConfirmation, KindCoAuthor, KindDecision, KindIdentity, KindTombstone, KindUnclear, KindTrial,
	KindAgain, KindOversize, KindReleased, KindDigest,
}

// Envelope is who writes to whom, about which mail.
type Envelope struct {
	From     string // the address of our mailbox
	FromName string // "" for the publication's name
	To       string
	ToName   string
	// Subject is the subject of the mail answered, its reply marks still there or
	// not; "" takes the template's.
	Subject string
	// InReplyTo is the Message-ID of the mail answered, References those that this
	// mail named in its own References; all with their angle brackets. What is no
	// Message-ID is left out.
	InReplyTo  string
	References []string
	At         time.Time // in the publication's own time zone
	Lang       string
}

// Mail is one notice, ready to be sent and resent.
type Mail struct {
	Kind      Kind
	MessageID string // with its angle brackets
	Recipient string
	Subject   string // decoded
	Bytes     []byte // CRLF
}

// Composer writes every mail that the desk sends. It may be used by several
// goroutines at once if Random may.
type Composer struct {
	// Random is where Message-IDs come from: crypto/rand.Reader, but in tests. It
	// must be set.
	Random io.Reader
	// Sign puts a signature on the bytes of a mail that comes from an address; nil
	// leaves them as they are.
	Sign func(from string, mail []byte) ([]byte, error)

	pub    Publication
	sheets map[string]map[Kind]*template.Template // by language
}

// New reads the templates, which are the folder notices/ of a rules folder. Its
// error is desk.Faults with every mistake found, the files named within that
// folder: a file that is missing or unknown, a template that does not parse or
// fails on sample data.
func New(templates fs.FS, pub Publication) (*Composer, error) {
	l := loader{fs: templates, pub: pub, seen: map[string]bool{}}
	sheets := l.load()
	if err := l.faults.OrNil(); err != nil {
		return nil, err
	}
	return &Composer{pub: pub, sheets: sheets}, nil
}

// Receipt acknowledges a version of a submission. Its errors are ErrAddress, a
// failing Random, and a template that fails on this very text.
func (c *Composer) Receipt(e Envelope, r Receipt) (Mail, error) {
	return c.compose(KindReceipt, e, r.page(c.frame(e)))
}

// Withdrawal answers a mail about withdrawals. Errors as for Receipt.
func (c *Composer) Withdrawal(e Envelope, w Withdrawal) (Mail, error) {
	return c.compose(KindWithdrawal, e, w.page(c.frame(e)))
}

// Confirmation asks an author to confirm a request. The Message-ID of the mail is
// the token: it must be kept hashed (desk.TokenHash). Errors as for Receipt.
func (c *Composer) Confirmation(e Envelope, r Confirmation) (Mail, error) {
	page := r.page(c.frame(e))
	id, err := c.messageID(e.From)
	if err != nil {
		return Mail{}, err
	}
	if page.Page != "" {
		token, _, _ := strings.Cut(strings.Trim(id, "<>"), "@")
		page.Page += token
	}
	return c.composeAs(KindConfirmation, e, page, id)
}

// CoAuthor tells another author that a withdrawal is asked. Errors as for Receipt.
func (c *Composer) CoAuthor(e Envelope, r CoAuthor) (Mail, error) {
	return c.compose(KindCoAuthor, e, r.page(c.frame(e)))
}

// Decision tells an author what the editors decided. Errors as for Receipt.
func (c *Composer) Decision(e Envelope, d Decision) (Mail, error) {
	return c.compose(KindDecision, e, d.page(c.frame(e)))
}

// Identity tells an address on file that another one is vouched for. Errors as for
// Receipt.
func (c *Composer) Identity(e Envelope, i Identity) (Mail, error) {
	return c.compose(KindIdentity, e, i.page(c.frame(e)))
}

// Unclear explains how to write a subject. Errors as for Receipt.
func (c *Composer) Unclear(e Envelope, u Unclear) (Mail, error) {
	return c.compose(KindUnclear, e, u.page(c.frame(e)))
}

// Released tells an author that their registration came, and their text went on to
// the editors. Errors as for Receipt.
func (c *Composer) Released(e Envelope, r Released) (Mail, error) {
	return c.compose(KindReleased, e, r.page(c.frame(e)))
}

// Trial answers a trial, with the report of its text or with how to ask for one.
// Errors as for Receipt.
func (c *Composer) Trial(e Envelope, t Trial) (Mail, error) {
	return c.compose(KindTrial, e, t.page(c.frame(e)))
}

// Again says that a file was there already, and how its case stands. Errors as for
// Receipt.
func (c *Composer) Again(e Envelope, a Again) (Mail, error) {
	return c.compose(KindAgain, e, a.page(c.frame(e)))
}

// Oversize says that a mail is too large, and how to send it smaller. Errors as for
// Receipt.
func (c *Composer) Oversize(e Envelope, o Oversize) (Mail, error) {
	return c.compose(KindOversize, e, o.page(c.frame(e)))
}

// Digest tells an editor what waits. Errors as for Receipt.
func (c *Composer) Digest(e Envelope, d Digest) (Mail, error) {
	return c.compose(KindDigest, e, d.page(c.frame(e)))
}

// frame is what every template sees beside its own data.
type frame struct {
	Pub  Publication
	Lang string
}

func (c *Composer) frame(e Envelope) frame {
	lang := e.Lang
	if _, ok := c.sheets[lang]; !ok {
		lang = c.pub.Language
	}
	return frame{Pub: c.pub, Lang: lang}
}

func (c *Composer) compose(k Kind, e Envelope, page any) (Mail, error) {
	id, err := c.messageID(e.From)
	if err != nil {
		return Mail{}, err
	}
	return c.composeAs(k, e, page, id)
}

// composeAs is compose under a Message-ID that was made before.
func (c *Composer) composeAs(k Kind, e Envelope, page any, id string) (Mail, error) {
	mail, err := c.write(k, e, page, id)
	if err != nil {
		return Mail{}, fmt.Errorf("write the notice %s: %w", k, err)
	}
	return mail, nil
}

func (c *Composer) write(k Kind, e Envelope, page any, id string) (Mail, error) {
	lang := c.frame(e).Lang
	subject, body, err := render(c.sheets[lang][k], lang, page)
	if err != nil {
		return Mail{}, err
	}
	if reply := replySubject(e.Subject); reply != "" {
		subject = reply
	}
	if e.FromName == "" {
		e.FromName = c.pub.Name
	}
	raw, err := letter{Envelope: e, kind: k, id: id, subject: subject, lang: lang, body: body}.bytes()
	if err == nil && c.Sign != nil {
		raw, err = c.Sign(e.From, raw)
	}
	return Mail{Kind: k, MessageID: id, Recipient: e.To, Subject: subject, Bytes: raw}, err
}

// render makes the subject and the body of a notice. A template writes one
// paragraph a line; several blank lines are one.
func render(t *template.Template, lang string, page any) (subject, body string, err error) {
	head, text, err := run(t, lang, page)
	return headerText(head, maxSubject), flow(text), err
}

// run is what a template says, its spaces set as the language sets them.
func run(t *template.Template, lang string, page any) (subject, body string, err error) {
	var head, text strings.Builder
	if err := t.ExecuteTemplate(&head, "subject", page); err != nil {
		return "", "", err
	}
	if err := t.Execute(&text, page); err != nil {
		return "", "", err
	}
	words := languageOf(lang)
	return words.space(head.String()), words.space(text.String()), nil
}

// cleaned gives each string of a list to oneLine and leaves the empty ones out.
func cleaned(list []string, limit int) []string {
	var out []string
	for _, s := range list {
		if s = oneLine(s, limit); s != "" {
			out = append(out, s)
		}
	}
	return slices.Clip(out)
}

func cleanReason(r desk.Reason) desk.Reason {
	args := make([]string, len(r.Args))
	for i, a := range r.Args {
		args[i] = oneLine(a, maxPhrase)
	}
	return desk.Reason{Code: r.Code, Args: args}
}
