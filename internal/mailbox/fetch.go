package mailbox

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	uidsAtOnce  = 500 // named in one command: 8 kB of RFC 7162 section 4 at most
	mailsAtOnce = 100
	bytesAtOnce = 4 << 20   // of mails fetched together
	headerLimit = 256 << 10 // of a mail that is too large to be read whole
	slowest     = 64 << 10  // bytes a second below which a fetch is given up
)

// errLost is a mail that the server lists and does not give. After a few tries it
// is handed over without bytes, so that a person sees it and the next one goes on.
var errLost = errors.New("the server lists a mail and does not give it")

// errNothing is an answer that says OK and gives nothing.
var errNothing = errors.New("an empty answer")

const lostTries = 5

// head is what is asked about a mail before its bytes.
type head struct {
	uid   imap.UID
	at    time.Time // INTERNALDATE; zero where the server did not say
	bytes int64     // RFC822.SIZE, which some servers only estimate
	doubt bool      // what the server says of the mail is not to be counted on
}

// fetched is how many bytes of the mail are held in memory, at most.
func (h head) fetched(limit int64) int64 {
	if h.doubt {
		return limit
	}
	return min(h.bytes, limit)
}

// after lists the UIDs above one, in order.
func (s *session) after(ctx context.Context, last uint32) ([]imap.UID, error) {
	uids, err := s.search(ctx, above(last))
	// "n:*" names the last mail even where its UID is below n.
	return slices.DeleteFunc(uids, func(uid imap.UID) bool { return uid <= imap.UID(last) }), err
}

// above is last+1:*.
func above(last uint32) imap.UIDSet { return imap.UIDSet{{Start: imap.UID(last) + 1}} }

// news is after where the server has just told of mails, which are few: they are asked
// about in the same breath, and heads finds the answer.
func (s *session) news(ctx context.Context, last uint32) (uids []imap.UID, err error) {
	set := above(last)
	told := answers[head]{asked: set}
	err = s.within(ctx, s.patience, "UID SEARCH", func() error {
		search := s.client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{set}}, nil)
		// The answers are taken first: the library's reader waits until they are.
		if err := s.describe(set, &told); err != nil && !refused(err) {
			return err
		}
		data, err := search.Wait()
		uids = data.AllUIDs()
		return err
	})
	s.foretold = told.sound()
	slices.Sort(uids)
	return slices.DeleteFunc(uids, func(uid imap.UID) bool { return uid <= imap.UID(last) }), err
}

// search lists those of a set that are in the folder, in order.
func (s *session) search(ctx context.Context, set imap.UIDSet) ([]imap.UID, error) {
	var uids []imap.UID
	err := s.within(ctx, s.patience, "UID SEARCH", func() error {
		data, err := s.client.UIDSearch(&imap.SearchCriteria{UID: []imap.UIDSet{set}}, nil).Wait()
		uids = data.AllUIDs()
		return err
	})
	slices.Sort(uids)
	return uids, err
}

// heads asks about mails, which come back in order and without those that are
// gone. One that the server lists but does not describe has a zero date.
func (s *session) heads(ctx context.Context, uids []imap.UID) ([]head, error) {
	known, err := insist(ctx, s, uids, s.headsKnown)
	s.foretold = nil
	if err != nil {
		return nil, err
	}
	heads := make([]head, 0, len(known))
	for uid, h := range known {
		h.uid, h.doubt = uid, s.lost[uid] > 0
		heads = append(heads, h)
	}
	slices.SortFunc(heads, func(a, b head) int { return cmp.Compare(a.uid, b.uid) })
	return heads, nil
}

// bodies fetches mails whole, each as long as the server says (whole); nil bytes are
// a mail that the server does not give, and one that is gone is not in the map. None is
// longer than limit by more than one byte.
func (s *session) bodies(ctx context.Context, heads []head, limit int64) (map[imap.UID][]byte, error) {
	given, err := s.upTo(ctx, heads, limit)
	if err != nil {
		return nil, err
	}
	return given, s.allWhole(ctx, heads, given, limit)
}

// upTo fetches one byte more than limit of each mail, at most, and believes the server.
func (s *session) upTo(ctx context.Context, heads []head, limit int64) (map[imap.UID][]byte, error) {
	return s.sections(ctx, heads, wholeUpTo(limit))
}

func wholeUpTo(limit int64) *imap.FetchItemBodySection {
	return &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: limit + 1}}
}

// headers fetches the headers alone, each with the empty line that ends it.
func (s *session) headers(ctx context.Context, heads []head) (map[imap.UID][]byte, error) {
	given, err := s.sections(ctx, heads, &imap.FetchItemBodySection{
		Specifier: imap.PartSpecifierHeader,
		Peek:      true,
		Partial:   &imap.SectionPartial{Size: headerLimit},
	})
	for uid, raw := range given {
		if raw != nil && len(raw) < headerLimit && !bytes.HasSuffix(raw, []byte("\n\r\n")) && !bytes.HasSuffix(raw, []byte("\n\n")) {
			if s.lost[uid] < lostTries {
				return nil, s.suspect(errTorn, uid)
			}
			given[uid] = nil
		}
	}
	return given, err
}

func (s *session) sections(ctx context.Context, heads []head, section *imap.FetchItemBodySection) (map[imap.UID][]byte, error) {
	sizes := map[imap.UID]int64{}
	uids := make([]imap.UID, len(heads))
	for i, h := range heads {
		uids[i], sizes[h.uid] = h.uid, h.bytes
	}
	return insist(ctx, s, uids, func(ctx context.Context, set imap.UIDSet) (map[imap.UID][]byte, error) {
		var total int64
		uids, _ := set.Nums()
		for _, uid := range uids {
			total += min(sizes[uid], section.Partial.Size)
		}
		return s.sectionsOf(ctx, set, section, total)
	})
}

// insist asks for mails together, and singly where any made trouble: one mail that
// the server cannot read must not hide the others. What is gone is not
// in the map. What the server lists and does not give is an error that wraps
// errLost, so that the next pass asks again; after lostTries its value is zero.
func insist[T any](ctx context.Context, s *session, uids []imap.UID, ask func(context.Context, imap.UIDSet) (map[imap.UID]T, error)) (map[imap.UID]T, error) {
	given := map[imap.UID]T{}
	trusted := slices.DeleteFunc(slices.Clone(uids), func(uid imap.UID) bool { return s.lost[uid] > 0 })
	if len(trusted) > 0 {
		var err error
		if given, err = ask(ctx, imap.UIDSetNum(trusted...)); err != nil && !refused(err) {
			return nil, s.suspect(err, trusted...)
		}
	}
	missing := slices.DeleteFunc(slices.Clone(uids), func(uid imap.UID) bool {
		_, ok := given[uid]
		return ok
	})
	if len(missing) == 0 {
		return given, nil
	}
	listed, err := s.search(ctx, imap.UIDSetNum(missing...))
	if err != nil {
		return nil, err
	}
	// The answer for a mail that is there and was not given may have borne another's
	// UID: none of the others is believed.
	if slices.ContainsFunc(listed, func(uid imap.UID) bool { return slices.Contains(trusted, uid) }) {
		given = map[imap.UID]T{}
		if listed, err = s.search(ctx, imap.UIDSetNum(uids...)); err != nil {
			return nil, err
		}
	}
	for _, uid := range listed {
		var one map[imap.UID]T
		if s.lost[uid] < lostTries {
			if one, err = ask(ctx, imap.UIDSetNum(uid)); err != nil {
				return nil, s.suspect(err, uid)
			}
			if _, ok := one[uid]; !ok {
				return nil, s.suspect(errNothing, uid)
			}
		}
		given[uid] = one[uid]
	}
	return given, nil
}

// suspect counts a failure against the mails that were asked for. Silence is not
// counted: a slow network is no flaw of a mail.
func (s *session) suspect(err error, uids ...imap.UID) error {
	if errors.Is(err, errSilent) || errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.Canceled) {
		return err
	}
	for _, uid := range uids {
		s.lost[uid]++
	}
	return fmt.Errorf("%w: UID %s: %w", errLost, imap.UIDSetNum(uids...), err)
}

// headsKnown is headsOf, and asks nothing where all was foretold.
func (s *session) headsKnown(ctx context.Context, set imap.UIDSet) (map[imap.UID]head, error) {
	known := map[imap.UID]head{}
	uids, _ := set.Nums()
	for _, uid := range uids {
		h, ok := s.foretold[uid]
		if !ok {
			return s.headsOf(ctx, set)
		}
		known[uid] = h
	}
	return known, nil
}

// headsOf is one FETCH of the date and the size.
func (s *session) headsOf(ctx context.Context, set imap.UIDSet) (map[imap.UID]head, error) {
	heads := answers[head]{asked: set}
	err := s.within(ctx, s.patience, "UID FETCH", func() error { return s.describe(set, &heads) })
	return heads.sound(), err
}

// describe is that FETCH, within a deadline.
func (s *session) describe(set imap.UIDSet, heads *answers[head]) error {
	options := &imap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true}
	answers, err := s.client.Fetch(set, options).Collect()
	for _, a := range answers {
		if !a.InternalDate.IsZero() { // else it is news of a flag
			heads.take(a.UID, head{uid: a.UID, at: a.InternalDate, bytes: a.RFC822Size})
		}
	}
	return err
}

// errBloated is mails that are together far larger than the server says.
var errBloated = errors.New("the server gives far more bytes than it says")

// sectionsOf is one FETCH of bytes, which may take longer the more they are. Mails that
// together are far above the total are given up, so that a server that says little and
// gives much fills no memory: each is asked for alone then.
func (s *session) sectionsOf(ctx context.Context, set imap.UIDSet, section *imap.FetchItemBodySection, total int64) (map[imap.UID][]byte, error) {
	given := answers[[]byte]{asked: set}
	options := &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}
	asked, _ := set.Nums()
	room := total + bytesAtOnce
	err := s.stream(ctx, set, options, total, func(h head, raw []byte) error {
		if room -= int64(len(raw)); room < 0 && len(asked) > 1 {
			return errBloated
		}
		given.take(h.uid, raw)
		return nil
	})
	return given.sound(), err
}

// stream is one FETCH, each of whose answers with bytes is given to take while the next
// arrives.
func (s *session) stream(ctx context.Context, set imap.UIDSet, options *imap.FetchOptions, total int64, take func(head, []byte) error) error {
	patience := s.patience + time.Duration(total/slowest)*time.Second
	return s.within(ctx, patience, "UID FETCH", func() error {
		cmd := s.client.Fetch(set, options)
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			h, raw, err := readSection(msg, options.BodySection[0].Partial.Size)
			if err == nil && raw != nil {
				err = take(h, raw)
			}
			if err != nil {
				_ = s.conn.Close() // what is left of the answer is not worth reading
				_ = cmd.Close()
				return err
			}
		}
		return cmd.Close()
	})
}

// readSection reads one answer's literal, at most limit bytes of it, and the size that
// stands beside it; the library discards the rest. A literal cut short is an error, never
// a short mail.
func readSection(msg *imapclient.FetchMessageData, limit int64) (h head, raw []byte, err error) {
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			h.uid = item.UID
		case imapclient.FetchItemDataRFC822Size:
			h.bytes = item.Size
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil {
				continue
			}
			raw = make([]byte, min(item.Literal.Size(), limit))
			if _, err := io.ReadFull(item.Literal, raw); err != nil {
				return h, nil, fmt.Errorf("reading mail %d: %w", h.uid, err)
			}
		}
	}
	return h, raw, nil
}

// headerOf cuts a mail after its header.
func headerOf(raw []byte) []byte {
	for _, end := range []string{"\r\n\r\n", "\n\n"} {
		if i := bytes.Index(raw, []byte(end)); i >= 0 {
			return raw[:min(i+len(end), headerLimit)]
		}
	}
	return raw[:min(len(raw), headerLimit)]
}
