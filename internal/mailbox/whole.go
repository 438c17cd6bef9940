package mailbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/emersion/go-imap/v2"
)

// What a server says of a mail is believed where two of its words agree: the size
// that it told (RFC822.SIZE) and the length of the literal. Where they differ the mail
// is asked for again, alone, up to sizeTries times:
//
//	the literal is as long as the size told beside it    it is the mail
//	three literals in a row are the same, byte for       the server only estimates
//	byte, and nothing lies beyond their end              sizes: it is the mail
//	anything else                                        the mail counts as not given
//
// A size above the limit is asked for again before the mail is taken for oversize, and
// an answer for a UID that was not asked for, or two for one UID, is no answer.

const (
	sizeTries  = 4
	sameEnough = 3
)

// errTorn is a mail whose bytes are not as many as the server says, again and again.
var errTorn = errors.New("the server gives another number of bytes than it says")

// answers gathers what a FETCH said of the mails that were asked for.
type answers[T any] struct {
	asked imap.UIDSet
	given map[imap.UID]T
	twice map[imap.UID]bool
}

func (a *answers[T]) take(uid imap.UID, value T) {
	if !a.asked.Contains(uid) {
		return
	}
	if a.given == nil {
		a.given, a.twice = map[imap.UID]T{}, map[imap.UID]bool{}
	}
	_, before := a.given[uid]
	a.twice[uid] = before
	a.given[uid] = value
}

// sound is the answers for UIDs that were given one.
func (a *answers[T]) sound() map[imap.UID]T {
	for uid, twice := range a.twice {
		if twice {
			delete(a.given, uid)
		}
	}
	if a.given == nil {
		return map[imap.UID]T{}
	}
	return a.given
}

// allWhole replaces the bytes that are not as many as the server said.
func (s *session) allWhole(ctx context.Context, heads []head, given map[imap.UID][]byte, limit int64) error {
	for _, h := range heads {
		raw := given[h.uid]
		if raw == nil || fits(raw, h.bytes, limit) {
			continue
		}
		raw, err := s.whole(ctx, h, raw, limit)
		switch {
		case err != nil:
			return err
		case raw == nil: // gone meanwhile
			delete(given, h.uid)
		default:
			given[h.uid] = raw
		}
	}
	return nil
}

// fits says whether a mail is as long as the server said: it is cut one byte above
// the limit.
func fits(raw []byte, size, limit int64) bool { return int64(len(raw)) == min(size, limit+1) }

// whole asks for one mail until the server agrees with itself; nil is a mail that is
// gone.
func (s *session) whole(ctx context.Context, h head, raw []byte, limit int64) ([]byte, error) {
	if s.lost[h.uid] >= lostTries {
		return []byte{}, nil // handed over as a mail that is not given
	}
	same := 1
	for range sizeTries {
		again, size, err := s.alone(ctx, h.uid, max(h.bytes, int64(len(raw))), limit)
		switch {
		case err != nil:
			return nil, err
		case again == nil:
			return nil, s.gone(ctx, h.uid)
		case fits(again, size, limit):
			return again, nil
		case !bytes.Equal(again, raw):
			raw, same = again, 1
			continue
		}
		if same++; same < sameEnough {
			continue
		}
		more, err := s.sectionsOf(ctx, imap.UIDSetNum(h.uid), &imap.FetchItemBodySection{
			Peek: true, Partial: &imap.SectionPartial{Offset: int64(len(raw)), Size: 1},
		}, 1)
		if err != nil {
			return nil, err
		}
		if len(more[h.uid]) == 0 {
			return raw, nil
		}
		same = 1
	}
	return nil, s.suspect(errTorn, h.uid)
}

// gone is an error where a mail that was not given is in the folder all the same.
func (s *session) gone(ctx context.Context, uid imap.UID) error {
	here, err := s.search(ctx, imap.UIDSetNum(uid))
	if err == nil && len(here) > 0 {
		err = s.suspect(errNothing, uid)
	}
	return err
}

// alone is one FETCH of one mail, its size and its bytes; nil bytes are no mail.
func (s *session) alone(ctx context.Context, uid imap.UID, size, limit int64) (raw []byte, told int64, err error) {
	options := &imap.FetchOptions{UID: true, RFC822Size: true, BodySection: []*imap.FetchItemBodySection{wholeUpTo(limit)}}
	err = s.stream(ctx, imap.UIDSetNum(uid), options, min(size, limit), func(h head, literal []byte) error {
		if h.uid == uid {
			raw, told = literal, h.bytes
		}
		return nil
	})
	return raw, told, err
}

// confirm asks again for the sizes of mails that are said to be above the limit, and
// parts those that are from those that are not after all.
func (s *session) confirm(ctx context.Context, heads []head, limit int64) (small, large []head, err error) {
	for _, h := range heads {
		again, err := s.headsOf(ctx, imap.UIDSetNum(h.uid))
		if err != nil {
			return nil, nil, fmt.Errorf("asking again for a size: %w", err)
		}
		if told, ok := again[h.uid]; ok {
			h.bytes = min(h.bytes, told.bytes)
		}
		if h.bytes > limit {
			large = append(large, h)
		} else {
			small = append(small, h)
		}
	}
	return small, large, nil
}
