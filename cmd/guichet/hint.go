package main

// hinted is an operator's error: what went wrong, and what to do.
type hinted struct {
	err  error
	todo string
}

func (h hinted) Error() string { return h.err.Error() + " (" + h.todo + ")" }
func (h hinted) Unwrap() error { return h.err }

// hint adds to an error what the operator can do.
func hint(err error, todo string) error { return hinted{err, todo} }
