package sandbox

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"github.com/bara-think-tank/guichet/internal/document"
)

// A message is its length, four bytes, most significant first, then its bytes. The
// child sends a hello; then a request is its head and the document's bytes, for a
// mail's body its text and its HTML, and the answer is one message.

// maxAnswer bounds what the parent takes from a child: a document's text appears
// in it several times over, escaped.
const maxAnswer = 16 * document.MaxText

// request is the head of a document to read.
type request struct {
	Name     string `json:"name"`
	Declared string `json:"declared"`
	Body     bool   `json:"body"` // a mail's own body, which has no name
}

// parts is how many messages follow the head.
func (r request) parts() int {
	if r.Body {
		return 2
	}
	return 1
}

// answer is a Document with the fields that its JSON leaves out.
type answer struct {
	Document document.Document `json:"document"`
	Fault    document.Fault    `json:"fault"`
	Named    string            `json:"named"`
	Sections int               `json:"sections"`
	Pictures int               `json:"pictures"`
	Credited int               `json:"credited"`
}

func answerOf(d document.Document) answer {
	return answer{Document: d, Fault: d.Fault, Named: d.Named, Sections: d.Sections, Pictures: d.Pictures, Credited: d.Credited}
}

// document puts the fields back.
func (a answer) document() document.Document {
	d := a.Document
	d.Fault, d.Named = a.Fault, a.Named
	d.Sections, d.Pictures, d.Credited = a.Sections, a.Pictures, a.Credited
	return d
}

func send(w io.Writer, message []byte) error {
	if err := binary.Write(w, binary.BigEndian, uint32(len(message))); err != nil {
		return err
	}
	_, err := w.Write(message)
	return err
}

func sendJSON(w io.Writer, message any) error {
	encoded, err := json.Marshal(message)
	if err != nil {
		return err
	}
	return send(w, encoded)
}

// receive reads one message of at most so many bytes.
func receive(r io.Reader, most int) ([]byte, error) {
	var length uint32
	if err := binary.Read(r, binary.BigEndian, &length); err != nil {
		return nil, err
	}
	if int64(length) > int64(most) {
		return nil, fmt.Errorf("a message of %d bytes, of which %d are taken", length, most)
	}
	message := make([]byte, length)
	_, err := io.ReadFull(r, message)
	return message, err
}

func receiveJSON(r io.Reader, most int, into any) error {
	message, err := receive(r, most)
	if err != nil {
		return err
	}
	return json.Unmarshal(message, into)
}
