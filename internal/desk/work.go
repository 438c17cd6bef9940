package desk

import "slices"

// Work is what a reference names: a publication, or a submission that is not
// published. One of the two is nil; both are where nothing is named.
type Work struct {
	Publication *Publication
	Submission  *Case
	Sender      Signatory // of a submission: who sent it, with every address of theirs on file
}

// Known says whether the work is one at all.
func (w Work) Known() bool { return w.Publication != nil || w.Submission != nil }

// Reference names the work.
func (w Work) Reference() Reference {
	switch {
	case w.Publication != nil:
		return w.Publication.Reference
	case w.Submission != nil:
		return w.Submission.Reference
	}
	return ""
}

// Title is the work's title; only its authors may be told.
func (w Work) Title() string {
	switch {
	case w.Publication != nil:
		return w.Publication.Title
	case w.Submission != nil:
		return w.Submission.Title
	}
	return ""
}

// Format is the ID of the work's format.
func (w Work) Format() string {
	switch {
	case w.Publication != nil:
		return w.Publication.Format
	case w.Submission != nil:
		return w.Submission.Format
	}
	return ""
}

// Authors are who may ask for the work's withdrawal.
func (w Work) Authors() []Signatory {
	switch {
	case w.Publication != nil:
		return w.Publication.Authors
	case w.Submission != nil:
		return []Signatory{w.Sender}
	}
	return nil
}

// Author is the author whose address this is, nil where it is nobody's. The
// address is compared as the ledger keeps it, in lower case.
func (w Work) Author(address string) *Signatory {
	authors := w.Authors()
	if i := slices.IndexFunc(authors, func(s Signatory) bool { return s.Holds(address) }); i >= 0 {
		return &authors[i]
	}
	return nil
}
