package desk

// The states of a submission that an editor decided on, or its author.
const (
	Accepted  State = "accepted"
	Declined  State = "declined"
	Published State = "published" // what follows is in its Publication's state
	Withdrawn State = "withdrawn" // by its author, before it was published
)

// Decided says whether a case takes nothing more: what is written about it opens
// another.
func (s State) Decided() bool {
	return s == Closed || s == Declined || s == Published || s == Withdrawn
}

// SubmissionStates lists the states of a submission.
var SubmissionStates = []State{AwaitingEditor, AwaitingAuthor, AwaitingRegistration, Accepted, Declined, Published, Withdrawn, Closed}

// SubmissionActs lists the acts on a submission.
var SubmissionActs = []Act{ActAccept, ActComplete, ActDecline, ActPublish, ActWithdraw, ActRevise, ActRegister, ActUndo}

// submissions moves submissions. Revise goes where Route says; the state here is
// only that it may. Undo is for an editor's decision: whether the last one was
// is its caller's to know.
var submissions = machine[State]{
	what: "submission",
	moves: map[State]map[Act]State{
		AwaitingEditor: {
			ActAccept: Accepted, ActComplete: AwaitingAuthor, ActDecline: Declined, ActWithdraw: Withdrawn, ActRevise: AwaitingEditor,
		},
		AwaitingAuthor: {
			ActAccept: Accepted, ActComplete: AwaitingAuthor, ActDecline: Declined, ActWithdraw: Withdrawn, ActRevise: AwaitingEditor,
			ActUndo: AwaitingEditor,
		},
		AwaitingRegistration: {
			ActComplete: AwaitingAuthor, ActDecline: Declined, ActWithdraw: Withdrawn, ActRevise: AwaitingEditor, ActRegister: AwaitingEditor,
		},
		Accepted: {
			ActComplete: AwaitingAuthor, ActDecline: Declined, ActPublish: Published, ActWithdraw: Withdrawn, ActRevise: AwaitingEditor,
			ActUndo: AwaitingEditor,
		},
		Declined: {ActUndo: AwaitingEditor},
	},
	refusals: map[State]map[Act]string{
		AwaitingEditor:       {anyAct: "not-decided", ActPublish: "not-accepted", ActRegister: "not-registering"},
		AwaitingAuthor:       {anyAct: "not-decided", ActPublish: "not-accepted", ActRegister: "not-registering"},
		AwaitingRegistration: {anyAct: "not-decided", ActAccept: "not-registered", ActPublish: "not-registered"},
		Accepted:             {anyAct: "accepted-already", ActRegister: "not-registering"},
		Declined:             {anyAct: "declined-already", ActPublish: "not-accepted"},
		Published:            {anyAct: "published-already", ActWithdraw: "published-request", ActUndo: "published-undo"},
		Withdrawn:            {anyAct: "withdrawn-already"},
		Closed:               {anyAct: "closed-already"},
	},
}

// NextSubmission is the state of a submission after an act, or a *Refusal.
func NextSubmission(from State, act Act) (State, error) { return submissions.next(from, act) }
