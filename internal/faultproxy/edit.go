package faultproxy

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strconv"
)

// The edits count what they look for: nth is 1 for the first of the connection, 0 for
// each.

// Many applies edits one after the other.
func Many(edits ...Edit) Edit {
	return func(a Answer) []Answer {
		answers := []Answer{a}
		for _, edit := range edits {
			var next []Answer
			for _, a := range answers {
				if a.Line == nil {
					next = append(next, a)
					continue
				}
				next = append(next, edit(a)...)
			}
			answers = next
		}
		return answers
	}
}

// at calls do for the nth answer that fits; any other passes.
func at(nth int, fits func(Answer) bool, do func(Answer) []Answer) Edit {
	seen := 0
	return func(a Answer) []Answer {
		if !fits(a) {
			return []Answer{a}
		}
		if seen++; nth != 0 && seen != nth {
			return []Answer{a}
		}
		return do(a)
	}
}

var (
	uidItem      = regexp.MustCompile(`(\bUID )(\d+)`)
	sizeItem     = regexp.MustCompile(`(\bRFC822\.SIZE )(\d+)`)
	nextCode     = regexp.MustCompile(`(\[UIDNEXT )(\d+)`)
	validityCode = regexp.MustCompile(`(\[UIDVALIDITY )(\d+)`)
)

// number changes a number by so much, and never below one.
func number(nth int, item *regexp.Regexp, by int64) Edit {
	return at(nth, func(a Answer) bool { return item.Match(a.Line) }, func(a Answer) []Answer {
		a.Line = item.ReplaceAllFunc(a.Line, func(found []byte) []byte {
			parts := item.FindSubmatch(found)
			n, err := strconv.ParseInt(string(parts[2]), 10, 64)
			if err != nil {
				return found
			}
			return strconv.AppendInt(slices.Clone(parts[1]), max(1, n+by), 10)
		})
		return []Answer{a}
	})
}

// WrongUID changes the UID that the nth description of a mail bears.
func WrongUID(nth int, by int64) Edit { return number(nth, uidItem, by) }

// WrongSize changes RFC822.SIZE of the nth description of a mail.
func WrongSize(nth int, by int64) Edit { return number(nth, sizeItem, by) }

// WrongNext changes UIDNEXT.
func WrongNext(nth int, by int64) Edit { return number(nth, nextCode, by) }

// Renumbered changes UIDVALIDITY.
func Renumbered(nth int, by int64) Edit { return number(nth, validityCode, by) }

// Strange adds a UID that no mail has to the nth list of UIDs found.
func Strange(nth int, uid uint32) Edit {
	return at(nth, found, func(a Answer) []Answer {
		separator := " "
		if extended(a) {
			separator = ","
		}
		a.Line = fmt.Appendf(bytes.TrimRight(slices.Clone(a.Line), "\r\n"), "%s%d\r\n", separator, uid)
		return []Answer{a}
	})
}

// Forgets leaves the last UID, or the last run of UIDs, out of the nth list of UIDs
// found.
func Forgets(nth int) Edit {
	return at(nth, found, func(a Answer) []Answer {
		separators := " "
		if extended(a) {
			separators = " ,"
		}
		last := bytes.LastIndexAny(a.Line, separators)
		line := slices.Clone(a.Line[:last])
		line = bytes.TrimSuffix(line, []byte(" ALL"))
		a.Line = append(line, "\r\n"...)
		return []Answer{a}
	})
}

// found knows a list of UIDs (RFC 9051 sections 7.3.4 and, before it, SEARCH).
func found(a Answer) bool { return bytes.HasPrefix(a.Line, []byte("* SEARCH ")) || extended(a) }

func extended(a Answer) bool {
	return bytes.HasPrefix(a.Line, []byte("* ESEARCH ")) && bytes.Contains(a.Line, []byte(" ALL "))
}

func literal(a Answer) bool { return len(a.Literal) > 0 }

// ShortLiteral gives so many bytes less than there are of the nth literal, and says
// so: the protocol stays sound, and the mail is not whole.
func ShortLiteral(nth, by int) Edit {
	return at(nth, literal, func(a Answer) []Answer {
		a.Literal = a.Literal[:max(0, len(a.Literal)-by)]
		open := bytes.LastIndexByte(a.Line, '{')
		a.Line = fmt.Appendf(slices.Clone(a.Line[:open]), "{%d}\r\n", len(a.Literal))
		return []Answer{a}
	})
}

// TornLiteral gives so many bytes less than the nth literal announces: what follows
// is read as part of it.
func TornLiteral(nth, by int) Edit {
	return at(nth, literal, func(a Answer) []Answer {
		a.Literal = a.Literal[:max(0, len(a.Literal)-by)]
		return []Answer{a}
	})
}

// Mangled changes one byte of the nth literal.
func Mangled(nth, place int) Edit {
	return at(nth, literal, func(a Answer) []Answer {
		a.Literal = slices.Clone(a.Literal)
		a.Literal[place%len(a.Literal)] ^= 0x01
		return []Answer{a}
	})
}

// Bye says goodbye before the nth line, and ends the connection.
func Bye(nth int) Edit {
	return at(nth, func(Answer) bool { return true }, func(a Answer) []Answer {
		return []Answer{{Line: []byte("* BYE the server goes down\r\n")}, {}}
	})
}

// Expunged tells, between the answers to a FETCH, that the first mail was deleted,
// which RFC 9051 section 7.5.1 forbids and servers do.
func Expunged(nth int) Edit {
	return at(nth, func(a Answer) bool {
		return bytes.HasPrefix(a.Line, []byte("* ")) && bytes.Contains(a.Line, []byte(" FETCH ("))
	}, func(a Answer) []Answer {
		return []Answer{{Line: []byte("* 1 EXPUNGE\r\n")}, a}
	})
}

// Unknown inserts an untagged answer that nobody knows before the nth line.
func Unknown(nth int) Edit {
	return at(nth, func(Answer) bool { return true }, func(a Answer) []Answer {
		return []Answer{{Line: []byte("* XFAULT of the weather\r\n")}, a}
	})
}
