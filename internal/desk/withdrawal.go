package desk

import "time"

// RequestState is how far a withdrawal request got.
type RequestState string

// The states of a request, in the order in which one meets them.
const (
	RequestReceived   RequestState = "received"
	AwaitingReference RequestState = "awaiting_reference"    // what it is about cannot be told
	AwaitingConfirm   RequestState = "awaiting_confirmation" // a token went to the address on file
	IdentityToCheck   RequestState = "identity_to_check"     // the address on file is dead
	IdentityVouched   RequestState = "identity_vouched"      // two editors vouch for another one; the old one was told
	CoolingOff        RequestState = "cooling_off"           // confirmed; its author may still take it back
	AwaitingDecision  RequestState = "awaiting_decision"     // for the editors
	RequestGranted    RequestState = "granted"
	RequestRefused    RequestState = "refused"
	RequestLapsed     RequestState = "lapsed"    // the editors retracted or removed the text in the meantime
	RequestDismissed  RequestState = "dismissed" // the editors closed it while nobody had proved that its author asks
	RequestCancelled  RequestState = "cancelled"
	RequestExpired    RequestState = "expired"
)

// RequestStates lists the states of a request.
var RequestStates = []RequestState{
	RequestReceived, AwaitingReference, AwaitingConfirm, IdentityToCheck, IdentityVouched, CoolingOff, AwaitingDecision,
	RequestGranted, RequestRefused, RequestDismissed, RequestLapsed, RequestCancelled, RequestExpired,
}

// RequestActs lists the acts on a request.
var RequestActs = []Act{
	ActAskReference, ActAskConfirmation, ActConfirm, ActCarry, ActDoubtIdentity, ActProveIdentity, ActElapse, ActObject, ActCancel, ActExpire, ActGrant, ActRefuse, ActLapse, ActUndo,
}

// requests moves withdrawal requests. No way leads to granted but through
// Confirm, Carry or ProveIdentity, which only a proved author, a token's holder or
// two editors bring about.
var requests = machine[RequestState]{
	what: "withdrawal request",
	moves: map[RequestState]map[Act]RequestState{
		RequestReceived: {
			ActAskReference: AwaitingReference, ActAskConfirmation: AwaitingConfirm, ActConfirm: CoolingOff, ActCarry: RequestGranted,
		},
		AwaitingReference: {
			ActAskReference: AwaitingReference, ActAskConfirmation: AwaitingConfirm, ActConfirm: CoolingOff, ActCarry: RequestGranted,
			ActCancel: RequestCancelled, ActExpire: RequestExpired, ActRefuse: RequestDismissed,
		},
		AwaitingConfirm: {
			ActAskConfirmation: AwaitingConfirm, ActConfirm: CoolingOff, ActCarry: RequestGranted, ActDoubtIdentity: IdentityToCheck,
			ActCancel: RequestCancelled, ActExpire: RequestExpired, ActRefuse: RequestDismissed, ActLapse: RequestLapsed,
		},
		IdentityToCheck: {
			ActConfirm: CoolingOff, ActCarry: RequestGranted, ActProveIdentity: IdentityVouched,
			ActCancel: RequestCancelled, ActRefuse: RequestDismissed, ActLapse: RequestLapsed,
		},
		IdentityVouched: {
			ActConfirm: CoolingOff, ActCarry: RequestGranted, ActElapse: CoolingOff, ActObject: IdentityVouched,
			ActCancel: RequestCancelled, ActRefuse: RequestDismissed, ActLapse: RequestLapsed,
		},
		CoolingOff: {ActElapse: AwaitingDecision, ActObject: CoolingOff, ActCancel: RequestCancelled, ActLapse: RequestLapsed},
		AwaitingDecision: {
			ActObject: AwaitingDecision, ActCancel: RequestCancelled, ActGrant: RequestGranted, ActRefuse: RequestRefused, ActLapse: RequestLapsed,
		},
		RequestRefused: {ActUndo: AwaitingDecision},
	},
	refusals: map[RequestState]map[Act]string{
		RequestReceived:   {anyAct: "request-unproved"},
		AwaitingReference: {anyAct: "request-no-reference"},
		AwaitingConfirm:   {anyAct: "request-unproved"},
		IdentityToCheck:   {anyAct: "request-unproved"},
		IdentityVouched:   {anyAct: "request-vouched"},
		CoolingOff:        {anyAct: "request-cooling", ActConfirm: "request-confirmed"},
		AwaitingDecision:  {anyAct: "request-undecided", ActConfirm: "request-confirmed"},
		RequestGranted:    {anyAct: "request-granted"},
		RequestRefused:    {anyAct: "request-refused"},
		RequestDismissed:  {anyAct: "request-dismissed"},
		RequestLapsed:     {anyAct: "request-lapsed"},
		RequestCancelled:  {anyAct: "request-cancelled"},
		RequestExpired:    {anyAct: "request-expired"},
	},
}

// NextRequest is the state of a withdrawal request after an act, or a *Refusal.
func NextRequest(from RequestState, act Act) (RequestState, error) { return requests.next(from, act) }

// Open says whether a request still waits for somebody or for time.
func (s RequestState) Open() bool {
	switch s {
	case RequestGranted, RequestRefused, RequestDismissed, RequestLapsed, RequestCancelled, RequestExpired:
		return false
	}
	return true
}

// Why tells a state in words: for whom the request waits, or how it ended.
func (s RequestState) Why() Reason {
	return Reason{Code: requests.refusals[s][anyAct]}
}

// Proved says whether its author, or two editors, stand behind the request: it went
// on to its delay, to the editors, or was granted.
func (r Request) Proved() bool {
	return r.State == CoolingOff || r.State == AwaitingDecision || r.State == RequestGranted
}

// Case is the state of the request's case: for whom it waits.
func (s RequestState) Case() State {
	switch s {
	case RequestReceived, IdentityToCheck, AwaitingDecision:
		return AwaitingEditor
	case AwaitingReference, AwaitingConfirm:
		return AwaitingAuthor
	case IdentityVouched, CoolingOff:
		return AwaitingDelay
	}
	return Closed
}

// Request is one wish to have one work withdrawn. It is a case of its own, of kind
// withdrawal, and keeps what it rests on.
type Request struct {
	CaseID         int64
	Reference      Reference // the request's own
	MailID         int64     // the mail that asked first
	Work           Work      // what it is about; zero while that cannot be told
	Typed          string    // the reference, title or address as the mail has it
	State          RequestState
	Asker          string // the address that asked: a claim
	Authentication string // "dmarc=pass example.fr", or ""
	Evidence       string // the Authentication-Results that it rests on, or ""
	TokenHash      string // SHA-256 of the token in hexadecimal; "" where none is out
	TokenTo        string // whom the token went to
	TokenUntil     time.Time
	ConfirmedAt    time.Time
	ConfirmedBy    string    // "authentication", "reply", "page" or "editors"
	Until          time.Time // the end of the delay that it waits for; zero for none
	Vouched        string    // an address of the author's that two editors vouch for, "" for none
	Objections     []Objection
	OpenedAt       time.Time
	ChangedAt      time.Time
}

// Objection is a co-author's, to the withdrawal of a common work.
type Objection struct {
	Address string
	MailID  int64
	At      time.Time
	Text    string
}

// Author is the author of the work whose address this is: one of theirs on file, or
// the one that editors vouched for. It is nil for anybody else.
func (r Request) Author(address string) *Signatory {
	if address != "" && address == r.Vouched {
		return r.Asking()
	}
	return r.Work.Author(address)
}

// Asking is the author in whose name the request is: whose address the token went
// to, else who asked; nil where that is no author of the work.
func (r Request) Asking() *Signatory {
	if s := r.Work.Author(r.TokenTo); s != nil {
		return s
	}
	if s := r.Work.Author(r.Asker); s != nil {
		return s
	}
	if authors := r.Work.Authors(); r.Vouched != "" && len(authors) == 1 {
		return &authors[0]
	}
	return nil
}

// Reach is where the desk writes to the author in whose name the request is: the
// vouched address before the one that asked or was asked.
func (r Request) Reach() string {
	switch {
	case r.Vouched != "":
		return r.Vouched
	case r.TokenTo != "":
		return r.TokenTo
	case r.Work.Author(r.Asker) != nil:
		return r.Asker
	}
	return ""
}
