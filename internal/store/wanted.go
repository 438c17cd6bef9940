package store

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/typo"
)

// leastTitle is how many bytes a folded title has at least to be found within
// other words; a shorter one must be a line of its own.
const leastTitle = 12

// lookupWorks finds what a mail names of the works, and those of its sender.
func lookupWorks(ctx context.Context, q querier, wanted *desk.Wanted, address string, k *desk.Knowledge) (err error) {
	if wanted == nil {
		return nil
	}
	for _, find := range []func(context.Context, querier, *desk.Wanted) ([]desk.Found, error){byReference, byOldReference, byLink, byTitle} {
		if k.Works, err = find(ctx, q, wanted); err != nil {
			return err
		}
		if len(k.Works) > 0 || len(wanted.References) > 0 { // an exact reference is what was asked for
			break
		}
	}
	if k.Own, err = worksOf(ctx, q, address); err != nil {
		return err
	}
	if len(k.Works)+len(wanted.References) == 0 {
		k.Works = byOwnTitle(k.Own, wanted)
	}
	for i := range k.Works {
		if err = lookupRequests(ctx, q, &k.Works[i]); err != nil {
			return err
		}
	}
	return nil
}

// lookupRequests finds the request that is open for a work, and the last that ended.
func lookupRequests(ctx context.Context, q querier, f *desk.Found) error {
	publication, submission := askedIDs(f.Work)
	for _, find := range []struct {
		open int
		into **desk.Request
	}{{1, &f.Open}, {0, &f.Last}} {
		const where = ` WHERE r.is_open = ?1 AND (r.publication_id = ?2 OR r.submission_id = ?3) ORDER BY r.changed_at DESC, r.case_id DESC LIMIT 1`
		r, err := oneRequest(ctx, q, where, find.open, publication, submission)
		if errors.Is(err, desk.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		*find.into = &r
	}
	return nil
}

func byReference(ctx context.Context, q querier, wanted *desk.Wanted) (found []desk.Found, err error) {
	for _, ref := range wanted.References {
		w, err := workByReference(ctx, q, ref)
		if errors.Is(err, desk.ErrNotFound) {
			w, err = workOfRequest(ctx, q, ref)
		}
		if errors.Is(err, desk.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if slices.ContainsFunc(found, func(f desk.Found) bool { return f.Work.Reference() == w.Reference() }) {
			continue
		}
		found = append(found, desk.Found{Typed: string(ref), How: "reference", Work: w})
	}
	return found, nil
}

// byOldReference finds what was published before the desk under a reference of
// another scheme that stands in the sender's words, whatever its case and marks. A
// bare word or number says something else, unless it is a whole line.
func byOldReference(ctx context.Context, q querier, wanted *desk.Wanted) (found []desk.Found, err error) {
	const all = `SELECT reference FROM publications WHERE case_id IS NULL ORDER BY id`
	references, err := collect(ctx, q, func(r row) (ref desk.Reference, err error) { return ref, r.Scan(&ref) }, all)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(references, func(a, b desk.Reference) int { return len(b) - len(a) })
	text, lines := " "+typo.Fold(wanted.Text)+" ", foldedLines(wanted.Text)
	for _, ref := range references {
		folded := typo.Fold(string(ref))
		telling := strings.ContainsAny(folded, "0123456789") && strings.ContainsFunc(folded, unicode.IsLetter)
		if !(telling && strings.Contains(text, " "+folded+" ")) && !slices.Contains(lines, folded) {
			continue
		}
		w, err := workByReference(ctx, q, ref)
		if err != nil {
			return nil, err
		}
		found = append(found, desk.Found{Typed: string(ref), How: "old-reference", Work: w})
		text = strings.ReplaceAll(text, " "+folded+" ", "  ") // a shorter reference within this one is none
	}
	return found, nil
}

// workOfRequest is the work of a request, by the reference of its own: people copy
// whichever they were given.
func workOfRequest(ctx context.Context, q querier, ref desk.Reference) (desk.Work, error) {
	r, err := oneRequest(ctx, q, ` WHERE c.reference = ?`, ref)
	if err == nil && !r.Work.Known() {
		err = desk.ErrNotFound
	}
	return r.Work, err
}

// workByReference is the publication of that reference, else the submission.
func workByReference(ctx context.Context, q querier, ref desk.Reference) (w desk.Work, err error) {
	p, err := onePublication(ctx, q, ` WHERE p.reference = ?`, ref)
	if err == nil {
		return desk.Work{Publication: &p}, nil
	}
	if !errors.Is(err, desk.ErrNotFound) {
		return w, err
	}
	cases, err := collect(ctx, q, scanCase, caseColumns+` WHERE c.reference = ? AND c.kind = ?`, ref, desk.KindSubmission)
	if err != nil {
		return w, err
	}
	if len(cases) == 0 {
		return w, desk.ErrNotFound
	}
	return submitted(ctx, q, cases[0])
}

// submitted is a submission as a work, with its sender's addresses.
func submitted(ctx context.Context, q querier, c desk.Case) (desk.Work, error) {
	const query = `SELECT address, author_id FROM author_addresses
		WHERE author_id = (SELECT author_id FROM author_addresses WHERE address = ?) ORDER BY rank, added_at, address`
	w := desk.Work{Submission: &c, Sender: desk.Signatory{Name: c.Author}}
	_, err := collect(ctx, q, func(r row) (address string, err error) {
		err = r.Scan(&address, &w.Sender.AuthorID)
		w.Sender.Addresses = append(w.Sender.Addresses, address)
		return address, err
	}, query, c.Address)
	if c.Address != "" && !w.Sender.Holds(c.Address) {
		w.Sender.Addresses = append(w.Sender.Addresses, c.Address)
	}
	return w, err
}

// Work finds the publication, else the submission, that a reference names.
func (db *DB) Work(ctx context.Context, ref desk.Reference) (desk.Work, error) {
	return workByReference(ctx, db.read, ref)
}

func byLink(ctx context.Context, q querier, wanted *desk.Wanted) (found []desk.Found, err error) {
	for _, link := range wanted.Links {
		page := pageOf(link)
		if page == "" {
			continue
		}
		same, err := collect(ctx, q, scanPublication, publicationColumns+` WHERE p.page = ? AND p.page <> ''`, page)
		if err != nil {
			return nil, err
		}
		for _, p := range same {
			if !has(found, p.ID) {
				found = append(found, desk.Found{Typed: link, How: "link", Work: desk.Work{Publication: &p}})
			}
		}
	}
	return found, withAuthors(ctx, q, found)
}

// pageOf is an address as pages are compared: whatever its scheme, the case of its
// host, "www.", a slash at the end, a fragment, and the marks that newsletters and
// networks add to a query. It is "" for what is no address.
func pageOf(link string) string {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil || u.Host == "" {
		return ""
	}
	query := u.Query()
	for key := range query {
		if strings.HasPrefix(key, "utm_") || key == "fbclid" || key == "gclid" {
			query.Del(key)
		}
	}
	host := strings.TrimPrefix(strings.ToLower(u.Host), "www.")
	page := host + strings.TrimRight(u.EscapedPath(), "/")
	if len(query) > 0 {
		page += "?" + query.Encode()
	}
	return page
}

func has(found []desk.Found, publication int64) bool {
	return slices.ContainsFunc(found, func(f desk.Found) bool { return f.Work.Publication.ID == publication })
}

// byTitle finds the publications whose title stands in the sender's words, as a
// citation has it. A title within a longer one that stands there too is none.
func byTitle(ctx context.Context, q querier, wanted *desk.Wanted) ([]desk.Found, error) {
	text := " " + typo.Fold(wanted.Text) + " "
	lines := foldedLines(wanted.Text)
	const where = ` WHERE p.title_head <> '' AND p.title_head IN (SELECT value FROM json_each(?1))
		AND (length(p.folded_title) >= ?2 AND instr(?3, ' ' || p.folded_title || ' ') > 0 OR p.folded_title IN (SELECT value FROM json_each(?4)))
		ORDER BY instr(?3, ' ' || p.folded_title || ' '), p.id LIMIT ?5`
	all, err := collect(ctx, q, scanPublication, publicationColumns+where, toJSON(heads(text)), leastTitle, text, toJSON(lines), mostTitles)
	if err != nil {
		return nil, err
	}
	titles := make([]string, len(all))
	for i, p := range all {
		titles[i] = " " + typo.Fold(p.Title) + " "
	}
	var found []desk.Found
	for i, p := range all {
		within := slices.ContainsFunc(titles, func(other string) bool { return len(other) > len(titles[i]) && strings.Contains(other, titles[i]) })
		if !within {
			found = append(found, desk.Found{Typed: p.Title, How: "title", Work: desk.Work{Publication: &p}})
		}
	}
	return found, withAuthors(ctx, q, found)
}

// mostTitles bounds how many titles one mail may hold: comparing them with each
// other takes time.
const mostTitles = 100

// foldedLines is each line of a text, folded, and what stands in it between quotes.
func foldedLines(text string) (lines []string) {
	for line := range strings.Lines(text) {
		lines = append(lines, typo.Fold(line))
		for _, quoted := range quotation.FindAllStringSubmatch(line, -1) {
			lines = append(lines, typo.Fold(quoted[1]))
		}
	}
	return lines
}

var quotation = regexp.MustCompile(`[«“"]([^«»“”"]{1,300})[»”"]`)

// headOf is the first two words of a folded title.
func headOf(folded string) string {
	words := strings.Fields(folded)
	return strings.Join(words[:min(len(words), 2)], " ")
}

// heads is every head that a title within a folded text may have.
func heads(text string) []string {
	seen := map[string]bool{}
	words := strings.Fields(text)
	for i, word := range words {
		seen[word] = true
		if i > 0 {
			seen[words[i-1]+" "+word] = true
		}
	}
	return slices.Collect(maps.Keys(seen))
}

// byOwnTitle finds those of the sender's own works whose title stands in the words:
// a text that is not published is named by its title too, by who sent it.
func byOwnTitle(own []desk.Work, wanted *desk.Wanted) (found []desk.Found) {
	text, lines := " "+typo.Fold(wanted.Text)+" ", foldedLines(wanted.Text)
	for _, w := range own {
		title := typo.Fold(w.Title())
		if title != "" && (len(title) >= leastTitle && strings.Contains(text, " "+title+" ") || slices.Contains(lines, title)) {
			found = append(found, desk.Found{Typed: w.Title(), How: "title", Work: w})
		}
	}
	return found
}

func withAuthors(ctx context.Context, q querier, found []desk.Found) (err error) {
	for i := range found {
		p := found[i].Work.Publication
		if p.Authors, err = signatories(ctx, q, p.ID); err != nil {
			return err
		}
	}
	return nil
}

// worksOf are the publications that an address signed, under any address of the
// same author, and the submissions that it sent and that were not published.
func worksOf(ctx context.Context, q querier, address string) (works []desk.Work, err error) {
	if address == "" {
		return nil, nil
	}
	const (
		person = `(SELECT author_id FROM author_addresses WHERE address = ?1)`
		theirs = `(SELECT ?1 UNION SELECT address FROM author_addresses WHERE author_id = ` + person + `)`
		signed = ` WHERE p.id IN (SELECT publication_id FROM publication_authors WHERE address <> '' AND address IN ` + theirs + `
			UNION SELECT publication_id FROM publication_authors WHERE author_id = ` + person + `)
		ORDER BY p.published_at DESC, p.id DESC`
		sent = ` WHERE c.kind = ?2 AND c.address <> '' AND c.address IN ` + theirs + `
		AND NOT EXISTS (SELECT 1 FROM publications p WHERE p.case_id = c.id) ORDER BY c.opened_at DESC, c.id DESC`
	)
	publications, err := collect(ctx, q, scanPublication, publicationColumns+signed, address)
	if err != nil {
		return nil, err
	}
	for _, p := range publications {
		if p.Authors, err = signatories(ctx, q, p.ID); err != nil {
			return nil, err
		}
		works = append(works, desk.Work{Publication: &p})
	}
	submissions, err := collect(ctx, q, scanCase, caseColumns+sent, address, desk.KindSubmission)
	for _, c := range submissions {
		w, err := submitted(ctx, q, c)
		if err != nil {
			return nil, err
		}
		works = append(works, w)
	}
	return works, err
}

// lookupRequest finds the request that a thread bears the token of, else the one
// whose case it answers.
func lookupRequest(ctx context.Context, q querier, thread []string, k *desk.Knowledge) error {
	for i := len(thread) - 1; i >= 0; i-- {
		r, err := oneRequest(ctx, q, ` WHERE r.token_hash = ?`, desk.TokenHash(thread[i]))
		if errors.Is(err, desk.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		k.Request, k.Token = &r, true
		return nil
	}
	if k.Case == nil || k.Case.Kind != desk.KindWithdrawal {
		return nil
	}
	r, err := oneRequest(ctx, q, ` WHERE r.case_id = ?`, k.Case.ID)
	if errors.Is(err, desk.ErrNotFound) {
		return nil
	}
	k.Request = &r
	return err
}
