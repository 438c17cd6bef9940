package document

// aligned says whether a line begins where the next line of the open paragraph
// would. In a hanging block, as the entries of a bibliography and the items of a
// list are, every line but the first is set in: it follows a line in the middle of
// a sentence, where the indent of a new paragraph follows a sentence's end.
func (t *typesetter) aligned(l Line) bool {
	first, last := t.open[0], t.open[len(t.open)-1]
	switch {
	case centred(last, l):
		return true
	case len(t.open) > 1 && t.open[1].Left >= first.Left+indent: // a hanging block
		return l.Left > t.open[1].Left-indent && l.Left < last.Left+indent
	case len(t.open) == 1 && l.Left >= last.Left+indent:
		return !endsSentence(last.Text)
	}
	return l.Left < last.Left+indent
}
