// Package workload makes the mailbox that make bench drains: what a publication
// receives, by chance and always the same for one seed.
//
// Of a hundred mails 60 bear a docx of 400 to 3,000 words, 15 a PDF of 1 to 10 pages
// (a docx too where there are to be no PDFs), 10 an odt; 6 have the text in the
// body, 5 ask for a withdrawal with the reference of a publication, and 4 are
// automatic. The median mail has about 25 KB; one in a thousand has 10 MB, one in two
// thousand 25 MB. Every mail has its own date, sender and Message-ID, and its text is
// its own.
package workload

import (
	"fmt"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/scripts/essay"
)

// Contact is the mailbox that the mails are sent to.
const Contact = "contact@example.org"

// Border is the host that took the mails from the outside, whose results count.
const Border = "mx.example.org"

// Plan says what is to be made.
type Plan struct {
	Mails int
	Seed  uint64
	PDFs  bool // false: their place is taken by docx
}

// Kind is what a mail brings.
type Kind string

// The kinds of mails.
const (
	DOCX       Kind = "docx"
	PDF        Kind = "PDF"
	ODT        Kind = "odt"
	Text       Kind = "text in the body"
	Withdrawal Kind = "withdrawal"
	Automatic  Kind = "automatic"
)

// Mail is one mail as it lies in a maildir: its lines end with LF.
type Mail struct {
	Kind      Kind
	MessageID string
	At        time.Time // when it arrived
	Raw       []byte
}

// Answered says whether a desk has to answer the mail.
func (m Mail) Answered() bool { return m.Kind != Automatic }

// share is how many of a hundred mails are of each kind.
var share = []struct {
	kind  Kind
	parts int
}{{DOCX, 60}, {PDF, 15}, {ODT, 10}, {Text, 6}, {Withdrawal, 5}, {Automatic, 4}}

// hundred is the kinds of a hundred mails.
func hundred() (kinds []Kind) {
	for _, s := range share {
		for range s.parts {
			kinds = append(kinds, s.kind)
		}
	}
	return kinds
}

// Mail makes the mail with the number, which counts from 0.
func (p Plan) Mail(number int) (Mail, error) {
	m := Mail{
		Kind: p.kind(number), MessageID: fmt.Sprintf("<%d.%d@example.fr>", p.Seed, number),
		At: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC).Add(time.Duration(number) * 97 * time.Second),
	}
	w := letter{Writer: essay.NewWriter(p.Seed, uint64(number)+1), plan: p, number: number, mail: &m}
	err := w.write()
	return m, err
}

// kind deals the mails out in hundreds, each shuffled on its own.
func (p Plan) kind(number int) Kind {
	kinds := hundred()
	w := essay.NewWriter(p.Seed, 1<<40+uint64(number/len(kinds)))
	w.Shuffle(len(kinds), func(i, j int) { kinds[i], kinds[j] = kinds[j], kinds[i] })
	kind := kinds[number%len(kinds)]
	switch large, pdf := p.large(number); {
	case large > 0 && pdf && p.PDFs:
		return PDF
	case large > 0 || kind == PDF && !p.PDFs:
		return DOCX
	}
	return kind
}

const (
	megabyte   = 1 << 20
	everyLarge = 1000 // mails, of which one has 10 MB; every second time another has 25
	leastLarge = 200  // mails below which a mailbox has none
)

// large is how many bytes a mail has to have, 0 where it is one of the many, and
// whether it bears a PDF, where there are any. A mailbox of less than a thousand
// has one of each size, a very small one none.
func (p Plan) large(number int) (size int, pdf bool) {
	if p.Mails < leastLarge {
		return 0, false
	}
	every := min(everyLarge, p.Mails)
	turn := number / every
	switch number % every {
	case every / 3:
		return 10 * megabyte, turn%2 == 1
	case every * 2 / 3:
		if turn%2 == 0 {
			return 25 * megabyte, true
		}
	}
	return 0, false
}

// author is who sends the mail with the number: each sends about two.
func (p Plan) author(number int) (name, address string) {
	author := number / 2
	if p.Mails > 2 && number%2 == 1 {
		author = (number*7919 + 1) % p.Mails / 2
	}
	w := essay.NewWriter(p.Seed, 1<<41+uint64(author))
	return w.Name(), fmt.Sprintf("auteur%d@example.fr", author)
}

// reference is that of the publication which the mail with the number asks to
// withdraw.
func reference(number int) desk.Reference { return desk.NewReference("BARA", 2025, number+1) }

// Publications are what the withdrawals name, as `guichet publications import` takes
// them.
func (p Plan) Publications() []byte {
	var b strings.Builder
	b.WriteString("référence;format;titre;auteurs;adresses;date\n")
	for number := range p.Mails {
		if p.kind(number) != Withdrawal {
			continue
		}
		name, address := p.author(number)
		title := essay.NewWriter(p.Seed, 1<<42+uint64(number)).Words(6)
		fmt.Fprintf(&b, "%s;Baratin;%s;%s;%s;2025-06-02\n", reference(number), title, name, address)
	}
	return []byte(b.String())
}
