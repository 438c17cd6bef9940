package desk

import "time"

// Entry is everything that one mail changes. A ledger records it wholly or not
// at all; the raw bytes of Received are part of it.
type Entry struct {
	Received Received
	Packed   Packed // Received.Raw, packed ahead; without bytes it is packed when it is recorded
	Mail     Mail
	Case     *Case    // to open where its ID is 0, else to change
	Version  *Version // a new version of the case
	Notice   *Notice  // to send
	Queue    Queue    // the queue or tray whose folder the mail goes to
	Events   []Event  // in order; the ledger fills in the ids, the time and the chain
	Closes   int64    // a case that this one replaces, 0 for none
	Wakes    int64    // a case that a person must read now, though nothing else of it changes; 0 for none

	// Report is what the mail reports of a notice of ours; nil for any other mail.
	Report *DeliveryReport

	// Sketch is what is kept of the version's text, and Alike the versions of other
	// authors that share much of it.
	Sketch Sketch
	Alike  []Likeness
	// ErasedAt is when the mail's content is to be deleted: a trial's. Zero keeps
	// it.
	ErasedAt time.Time
	// Retries is the parked mail that is taken again, with its case; 0 for a mail that
	// arrives.
	Retries int64
	// Changes is what the mail does to withdrawal requests, new ones among them,
	// and to the works that they are about.
	Changes []*Change
}

// Writes says whether the mail has any notice written.
func (e *Entry) Writes() bool {
	for _, c := range e.Changes {
		if len(c.Notices) > 0 {
			return true
		}
	}
	return e.Notice != nil
}

// Mail is what is kept of one mail received beside its raw bytes.
type Mail struct {
	ID             int64
	At             time.Time // when it was recorded
	SHA256         [32]byte  // of the raw bytes
	Identity       [32]byte  // equal for one mail delivered twice; zero where there is none
	MessageID      string
	FromName       string
	FromAddress    string // "" where From holds no address, or several
	Subject        string
	Kind           Kind
	Format         string
	Automatic      Automatic
	Reason         Reason
	Flags          []string
	Authentication string // "pass", "fail" or "", with its method: "dmarc=fail example.org"
	References     []Reference
	Ending         Ending
	CaseID         int64 // 0 where it belongs to none
	Repeats        int64 // the mail that it repeats, 0 for none
}

// Case is one thing that waits for a person, or did.
type Case struct {
	ID        int64
	Reference Reference
	Kind      Kind
	Format    string
	Queue     Queue
	State     State
	Verdict   Verdict
	Reason    Reason
	Title     string
	Author    string // as it will be printed: the byline, else the sender's name
	Address   string // whose case it is
	Versions  int
	Words     int          // of the last version; 0 where it was not read
	News      *Reason      // why the last mail was attached, where it brought no version
	Request   RequestState // how far the withdrawal request is that the case is; "" for any other
	OpenedAt  time.Time
	ChangedAt time.Time
}

// Why is the reason that an editor should know: the last news, else how far the
// withdrawal request is, else why the case was sorted as it was.
func (c Case) Why() Reason {
	switch {
	case c.News != nil:
		return *c.News
	case c.Request != "":
		return c.Request.Why()
	}
	return c.Reason
}

// Version is one text sent for a case; none is ever overwritten.
type Version struct {
	Number     int // from 1
	MailID     int64
	At         time.Time
	Format     string
	Verdict    Verdict
	RulesHash  string
	File       string // "" for the mail's body
	Type       string
	SHA256     string // of the file's bytes, in hexadecimal
	Title      string
	Author     string
	Language   string
	Words      int // without title, bibliography and notes
	WordsTotal int
	Sources    int
	Findings   []Finding
}

// Notice is a mail to send, as final bytes. It is written in the transaction of
// what it tells, so that neither exists without the other.
type Notice struct {
	ID        int64
	Kind      string
	Mailbox   string // the mailbox it leaves from
	Sender    string // the envelope's sender; empty is the null return path
	Recipient string
	MessageID string
	Bytes     []byte
	Secret    bool // its Message-ID is a token: the ledger keeps it hashed, and the bytes only until it is sent
	Standing  Standing
	State     NoticeState
	At        time.Time // when it was written
	SentAt    time.Time
	FailedAt  time.Time // when it was given up, or came back
	Attempts  int
	Repeats   int    // how often it was sent again while nobody knew whether it had left
	Reply     string // what the server said last
	Bounce    string // what a report that came back says of it; "" for none
	Held      Doubt  // why it waits or waited for the operator; "" for no reason
}

// Doubt is why a notice waits for the operator's word.
type Doubt string

// Why a notice is held: a backup was restored, and a desk that knew more may have sent it.
const (
	DoubtWaited  Doubt = "waited"  // it waited to leave when the backup was made
	DoubtFiled   Doubt = "filed"   // its mail stood in a queue's folder: it was recorded, and probably answered
	DoubtArrived Doubt = "arrived" // its mail arrived before the restore, and was not filed yet
	DoubtOverdue Doubt = "overdue" // it tells of a delay that ended before the restore
)

// NoticeState is how far a notice got.
type NoticeState string

// The states of a notice.
const (
	NoticeQueued NoticeState = "queued"
	NoticeSent   NoticeState = "sent"
	NoticeFailed NoticeState = "failed" // given up: the case shows it
	// NoticeBounced was sent, and a report came back that it will not be delivered.
	NoticeBounced NoticeState = "bounced"
	// NoticeHeld waits for the operator's word: after a backup was restored, it may have
	// left before (Doubt).
	NoticeHeld NoticeState = "held"
	// NoticeDropped was held, and is not sent by the operator's word.
	NoticeDropped NoticeState = "dropped"
)

// Unsent is a notice that did not leave, with what it is about.
type Unsent struct {
	Notice
	Reference Reference // of its case, "" for none
	Subject   string    // of the mail that it answers, "" for none
	Next      time.Time // of a queued one: when it is tried
}

// Event is one line of the append-only log. It holds ids and salted hashes,
// never personal data, so that people can be erased and the chain still verifies.
type Event struct {
	ID     int64
	At     time.Time
	Type   string
	MailID int64
	CaseID int64
	Person string            // an address; the ledger keeps only its salted hash
	Detail map[string]string // no personal data: states, verdicts, hashes, numbers
}

// Question is what a mail asks of the ledger before anything is decided.
type Question struct {
	Received Received // only its position is read
	// Among are the mailboxes of the mail's own publication, where the desk serves
	// several: what came to another's repeats nothing here. Empty: all.
	Among    []string
	SHA256   [32]byte
	Identity [32]byte
	// MessageID is the mail's own, Thread those it answers.
	MessageID string
	Thread    []string
	Address   string
	// Text is the SHA-256, in hexadecimal, of the one text that the mail holds, ""
	// where it holds none; Sketch is the text's.
	Text   string
	Sketch Sketch
	// Wanted is what a wish for a withdrawal names; nil for any other mail.
	Wanted *Wanted
	// Except is a mail that is on record and counts as if it were not: it is taken
	// again. 0 for none.
	Except int64
}

// Wanted is what a mail names of the works that it wants withdrawn.
type Wanted struct {
	References []Reference // with a right check character
	Links      []string    // addresses of pages, as written
	Text       string      // the sender's own words: titles and citations are looked for in them
}

// Found is one work that a mail names.
type Found struct {
	Typed string // as the mail has it, or as it stands where it was found by its title
	How   string // "reference", "old-reference", "link" or "title"
	Work  Work
	Open  *Request // the one request that is open for it, nil for none
	Last  *Request // the last that ended, nil for none
}

// Knowledge is the ledger's answer to a Question.
type Knowledge struct {
	Recorded       bool   // this very position was recorded: there is nothing to do
	Repeats        int64  // the mail with the same bytes or identity, 0 for none
	KnownMessageID bool   // another mail bears the same Message-ID
	Case           *Case  // the case whose notice the mail answers
	Recipient      string // to whom that notice went
	Registered     bool   // the address is an author's, or no author at all is known

	Works   []Found  // what Wanted names, in its order
	Own     []Work   // the works of the address, published or not, where Wanted was asked
	Request *Request // whose token the thread bears, or whose case it answers
	Token   bool     // the thread bears the request's token

	Held []Held // the address's cases that hold the very same text, the newest first
	Kin  []Kin  // versions of other addresses that may share much of it
}

// Tally counts the mails received by how they ended.
type Tally map[Ending]int

// Received is the sum over all endings.
func (t Tally) Received() int {
	sum := 0
	for _, n := range t {
		sum += n
	}
	return sum
}
