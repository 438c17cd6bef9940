package email

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// checkInvariants checks what holds for every mail whatever its bytes.
func checkInvariants(t testing.TB, raw []byte, m *Message) {
	t.Helper()
	texts := map[string]string{
		"subject": m.Subject, "message-id": m.MessageID, "text": m.Text, "html": m.HTML,
		"from": m.From.Name, "address": m.From.Address,
	}
	for _, f := range m.Fields {
		texts["field "+f.Name] = f.Value
	}
	for _, a := range m.Attachments {
		texts["attachment "+a.Name] = a.Name + a.Type
		if strings.ContainsAny(a.Name, "/\\") && a.Name != "" {
			t.Errorf("attachment %q has a path", a.Name)
		}
	}
	for name, text := range texts {
		if !utf8.ValidString(text) || !utf8.ValidString(name) {
			t.Errorf("%s is not UTF-8: %q", name, text)
		}
		if name != "text" && name != "html" && strings.ContainsAny(text, "\r\n\x00") {
			t.Errorf("%s holds a line end or NUL: %q", name, text)
		}
	}
	if strings.ContainsAny(m.Text+m.HTML, "\r\x00") {
		t.Error("the body holds CR or NUL")
	}
	if len(m.Attachments) > MaxParts {
		t.Errorf("%d attachments", len(m.Attachments))
	}
}
