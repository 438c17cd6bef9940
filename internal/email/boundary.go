package email

import (
	"bytes"
	"strings"
)

// split cuts the body of a multipart at its boundary lines (RFC 2046 section
// 5.1). Where the declared boundary is missing or never stands in the body, the
// boundary is taken from the body itself.
func (w *walker) split(boundary string, body []byte) [][]byte {
	if boundary = strings.TrimRight(boundary, " \t"); boundary != "" {
		if pieces := w.cut(boundary, body); len(pieces) > 0 {
			return pieces
		}
	}
	w.m.flag(FlagBrokenBoundary)
	if guess := w.guessBoundary(body); guess != "" {
		return w.cut(guess, body)
	}
	return nil
}

// cut is what stands after each boundary line, up to the next. What follows a
// closing line is no part; a later boundary line begins one all the same.
func (w *walker) cut(boundary string, body []byte) [][]byte {
	w.work += len(body)
	var pieces [][]byte
	delimiter := []byte("--" + boundary)
	start, closed := -1, false
	for at := 0; ; {
		i := bytes.Index(body[at:], delimiter)
		if i < 0 {
			break
		}
		line := at + i
		at = line + len(delimiter)
		end, closing, ok := boundaryLine(body, line, at)
		if !ok {
			continue
		}
		if start >= 0 && !closed {
			pieces = append(pieces, withoutLineEnd(body[start:line]))
		}
		if len(pieces) > MaxParts {
			return pieces
		}
		start, closed, at = end, closing, end
	}
	if start >= 0 && !closed {
		w.m.flag(FlagBrokenBoundary)
		pieces = append(pieces, body[start:])
	}
	return pieces
}

// boundaryLine says whether the delimiter that stands at line, and ends at
// after, is a line of its own, and where the next line begins.
func boundaryLine(body []byte, line, after int) (next int, closing, ok bool) {
	if line > 0 && body[line-1] != '\n' {
		return 0, false, false
	}
	rest := body[after:]
	if bytes.HasPrefix(rest, []byte("--")) {
		rest, closing = rest[2:], true
	}
	trimmed := bytes.TrimLeft(rest, " \t\r")
	if len(trimmed) > 0 && trimmed[0] != '\n' {
		return 0, false, false
	}
	next = len(body) - len(trimmed)
	if len(trimmed) > 0 {
		next++
	}
	return next, closing, true
}

// withoutLineEnd takes off the line end that belongs to the boundary after it.
func withoutLineEnd(piece []byte) []byte {
	return bytes.TrimSuffix(bytes.TrimSuffix(piece, []byte("\n")), []byte("\r"))
}

// guessBoundary finds a line that begins with two hyphens and is followed by a
// Content- header.
func (w *walker) guessBoundary(body []byte) string {
	w.work += len(body)
	for len(body) > 0 {
		var line []byte
		line, body = cutLine(body)
		line = bytes.TrimRight(line, " \t")
		const longest = 200 // RFC 2046 allows 70
		if len(line) < 3 || len(line) > longest || !bytes.HasPrefix(line, []byte("--")) {
			continue
		}
		if bytes.EqualFold(body[:min(len(body), 8)], []byte("Content-")) {
			return string(line[2:])
		}
	}
	return ""
}
