package desk

// Submitted is one version of a submission with the case that it belongs to, as
// they were recorded.
type Submitted struct {
	CaseID    int64
	Reference Reference
	Mailbox   string // that its mail arrived in
	Version   Version
}
