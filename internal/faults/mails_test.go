package faults

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/email"
)

// writer writes students' mails from a seed. Each mail has a sender of its own, so that
// no cap holds answers back.
type writer struct {
	dice *rand.Rand
	name string
	n    int
	docx []byte
}

func newWriter(t testing.TB, name string, seed uint64) *writer {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "cmd", "guichet", "demo", "01-baratin-complete.eml"))
	must(t, err)
	m, err := email.Parse(raw)
	if err != nil || len(m.Attachments) == 0 {
		t.Fatalf("the demo's first mail has no attachment: %v", err)
	}
	return &writer{dice: rand.New(rand.NewPCG(seed, 5)), name: name, docx: m.Attachments[0].Data}
}

func (w *writer) head(subject, more string) (from, head string) {
	w.n++
	from = fmt.Sprintf("%s%d@example.fr", w.name, w.n)
	return from, fmt.Sprintf("From: Élève %d <%s>\r\nTo: contact@example.org\r\nMessage-ID: <%s-%d@example.fr>\r\n"+
		"Date: Mon, 02 Mar 2026 08:40:07 +0100\r\nSubject: %s\r\nMIME-Version: 1.0\r\n%s", w.n, from, w.name, w.n, subject, more)
}

var words = strings.Fields(`le logement manque dans les villes universitaires de notre pays et la ville grandit sans
	attendre que les chambres suivent car chaque année des étudiants arrivent plus nombreux tandis que les loyers
	montent comme montent aussi les transports la nourriture et le prix du temps perdu entre deux cours lointains`)

// text is so many words of prose that no other mail has.
func (w *writer) text(length int) string {
	var b strings.Builder
	for i := range length {
		b.WriteString(words[w.dice.IntN(len(words))])
		switch {
		case i%13 == 12:
			b.WriteString(".\r\n")
		default:
			b.WriteString(" ")
		}
	}
	return b.String() + "\r\n"
}

const plain = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"

// mail is one mail of any kind.
func (w *writer) mail() []byte {
	switch w.dice.IntN(6) {
	case 0:
		return w.submission()
	case 1:
		return w.document()
	case 2:
		return w.withdrawal()
	case 3:
		_, head := w.head("Une question", plain)
		return []byte(head + "Bonjour, quand paraît le prochain numéro ?\r\n")
	case 4:
		_, head := w.head("Absence", "Auto-Submitted: auto-replied\r\n"+plain)
		return []byte(head + "Je suis absente.\r\n")
	}
	_, head := w.head("Aide", plain)
	return []byte(head + "Comment faire ?\r\n")
}

// submission has its text in its body.
func (w *writer) submission() []byte {
	_, head := w.head("Baratin : une ville", plain)
	return []byte(head + w.text(60+w.dice.IntN(400)))
}

// withdrawal asks for what nobody knows, and is answered with a question.
func (w *writer) withdrawal() []byte {
	_, head := w.head("Retrait baratin", plain)
	return []byte(head + "Bonjour, je retire mon texte sur la ville.\r\n")
}

// document has its text in a docx.
func (w *writer) document() []byte {
	_, head := w.head("Baratin : ci-joint", "Content-Type: multipart/mixed; boundary=b\r\n\r\n")
	return []byte(head + "--b\r\n" + plain + "Bonjour, voici mon texte.\r\n" + w.text(5) + "--b\r\n" +
		"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=texte.docx\r\n" +
		"Content-Transfer-Encoding: base64\r\n\r\n" + wrapped(w.docx) + "\r\n--b--\r\n")
}

// wrapped is base64 in lines.
func wrapped(data []byte) string {
	var b strings.Builder
	for line := range slices.Chunk(data, 57) {
		b.WriteString(base64.StdEncoding.EncodeToString(line) + "\r\n")
	}
	return b.String()
}

// some is a mailbox of n mails: always one of each kind that is answered first.
func (w *writer) some(n int) (mails [][]byte) {
	for i := range n {
		switch i {
		case 0:
			mails = append(mails, w.withdrawal())
		case 1:
			mails = append(mails, w.document())
		default:
			mails = append(mails, w.mail())
		}
	}
	w.dice.Shuffle(len(mails), func(i, j int) { mails[i], mails[j] = mails[j], mails[i] })
	return mails
}
