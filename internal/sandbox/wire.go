package sandbox

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"reflect"

	"github.com/bara-think-tank/guichet/internal/document"
)

// A message is its length, four bytes, most significant first, then its bytes. The
// child sends a hello; then a request is its head and the document's bytes, for a
// mail's body its text and its HTML, and the answer is one message.

// maxAnswer bounds what the parent takes from a child: a document's text appears
// in it several times over.
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

func send(w io.Writer, message []byte) error {
	var length [4]byte
	binary.BigEndian.PutUint32(length[:], uint32(len(message)))
	if _, err := w.Write(length[:]); err != nil {
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
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	length := binary.BigEndian.Uint32(head[:])
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

// sendDocument sends an answer, in one write.
func sendDocument(w io.Writer, d document.Document) error {
	const head = 4
	answer := appendFields(make([]byte, head, len(d.Text)+16<<10), reflect.ValueOf(d))
	binary.BigEndian.PutUint32(answer, uint32(len(answer)-head))
	_, err := w.Write(answer)
	return err
}

// receiveDocument receives one, and refuses what is none.
func receiveDocument(r io.Reader, most int) (d document.Document, err error) {
	message, err := receive(r, most)
	if err != nil {
		return d, err
	}
	rest, err := takeFields(message, reflect.ValueOf(&d).Elem())
	if err == nil && len(rest) > 0 {
		err = errFields
	}
	if err != nil {
		return document.Document{}, err
	}
	return d, nil
}
