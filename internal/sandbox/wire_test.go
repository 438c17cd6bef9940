package sandbox

import (
	"bytes"
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

// TestEveryFieldIsCarried fails when a Document gets a field that the wire does not
// carry.
func TestEveryFieldIsCarried(t *testing.T) {
	var d document.Document
	fill(reflect.ValueOf(&d).Elem())
	for _, sent := range []document.Document{d, {}, {Authors: []string{}, Words: -1, Text: "é\x00"}} {
		var b bytes.Buffer
		if err := sendDocument(&b, sent); err != nil {
			t.Fatal(err)
		}
		if got, err := receiveDocument(&b, maxAnswer); err != nil || !equal(got, sent) {
			t.Errorf("got  %+v, %v\nwant %+v", got, err, sent)
		}
	}
}

func TestAStrangersAnswer(t *testing.T) {
	for name, message := range map[string]string{
		"too long": "\xff\xff\xff\xff", "cut short": "\x00\x00\x00\x05ab", "no length": "\x00", "nothing in it": "\x00\x00\x00\x01{",
		"a text that is cut": "\x00\x00\x00\x02\x05a", "endless numbers": "\x00\x00\x00\x0c\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
	} {
		if _, err := receiveDocument(strings.NewReader(message), 100); err == nil {
			t.Errorf("%s: taken", name)
		}
		var h hello
		if err := receiveJSON(strings.NewReader(message), 100, &h); err == nil {
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
	if err := sendDocument(&whole, document.Read("a.md", "", []byte("# Titre\n\nUn texte.\n\n## Sources\n\n- Durand, P. (2024). Le banc. Rive.\n"))); err != nil {
		f.Fatal(err)
	}
	f.Add(whole.Bytes())
	f.Add(append([]byte("\x00\x00\x00\x20"), make([]byte, 32)...))
	f.Add([]byte("\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		d, err := receiveDocument(bytes.NewReader(sent), 1<<16)
		if err != nil {
			return
		}
		var b bytes.Buffer
		if err := sendDocument(&b, d); err != nil {
			t.Fatal(err)
		}
		if back, err := receiveDocument(&b, maxAnswer); err != nil || !equal(back, d) {
			t.Errorf("got  %+v, %v\nwant %+v", back, err, d)
		}
	})
}
