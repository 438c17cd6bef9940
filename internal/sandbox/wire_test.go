package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/document"
)

func equal(a, b document.Document) bool { return reflect.DeepEqual(a, b) }

// fill gives every field of a value something.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	default:
		panic(fmt.Sprint("a field of a kind that is new here: ", v.Kind()))
	}
}

// TestNoFieldIsLost fails when a Document gets a field that the wire does not
// carry.
func TestNoFieldIsLost(t *testing.T) {
	var d document.Document
	fill(reflect.ValueOf(&d).Elem())
	encoded, err := json.Marshal(answerOf(d))
	if err != nil {
		t.Fatal(err)
	}
	var a answer
	if err := json.Unmarshal(encoded, &a); err != nil {
		t.Fatal(err)
	}
	if got := a.document(); !equal(got, d) {
		t.Errorf("got  %+v\nwant %+v", got, d)
	}
}

func TestAStrangersAnswer(t *testing.T) {
	for name, message := range map[string]string{
		"too long": "\xff\xff\xff\xff", "cut short": "\x00\x00\x00\x05ab", "no length": "\x00", "no JSON": "\x00\x00\x00\x01{",
	} {
		var a answer
		if err := receiveJSON(strings.NewReader(message), 100, &a); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	var b bytes.Buffer
	if err := sendJSON(&b, request{Name: "a"}); err != nil {
		t.Fatal(err)
	}
	var back request
	if err := receiveJSON(&b, 100, &back); err != nil || back.Name != "a" {
		t.Errorf("%+v, %v", back, err)
	}
}

// FuzzWire takes what a child could send: an answer is refused, or is a Document
// that can be sent on as it came.
func FuzzWire(f *testing.F) {
	var whole bytes.Buffer
	if err := sendJSON(&whole, answerOf(document.Read("a.md", "", []byte("# Titre\n\nUn texte.\n\n## Sources\n\n- Durand, P. (2024). Le banc. Rive.\n")))); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add([]byte("\x00\x00\x00\x02{}"))
	f.Add([]byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		var a answer
		if receiveJSON(bytes.NewReader(sent), 1<<16, &a) != nil {
			return
		}
		d := a.document()
		var b bytes.Buffer
		if err := sendJSON(&b, answerOf(d)); err != nil {
			t.Fatal(err)
		}
		var again answer
		if err := receiveJSON(&b, maxAnswer, &again); err != nil {
			t.Fatal(err)
		}
		if back := again.document(); !equal(back, d) {
			t.Errorf("got  %+v\nwant %+v", back, d)
		}
	})
}
