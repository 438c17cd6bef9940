package email

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// unpacked are the names of what a mail holds once it is unpacked, with their data.
func unpacked(t testing.TB, raw string) (*Message, []string) {
	t.Helper()
	m, err := Parse([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	m.Unpack()
	var held []string
	for _, a := range m.Attachments {
		if a.Message != nil {
			held = append(held, a.Name+" = mail "+strings.TrimSpace(a.Message.Text+a.Message.HTML))
			continue
		}
		held = append(held, a.Name+" = "+strings.TrimSpace(string(a.Data)))
	}
	return m, held
}

const inner = "From: anne@example.org\nSubject: Mon texte\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=i\n\n" +
	"--i\nContent-Type: text/plain; charset=utf-8\n\nLe texte d'Anne.\n--i\nContent-Type: text/markdown; name=texte.md\n\n# Texte\n--i--\n"

func mixed(parts ...string) string {
	return jeanne + "Subject: TR : Baratin\nContent-Type: multipart/mixed; boundary=m\n\n--m\n" + strings.Join(parts, "\n--m\n") + "\n--m--\n"
}

func TestUnpack(t *testing.T) {
	note := "Content-Type: text/plain\n\nVoici."
	tnefPart := func(data []byte) string {
		return "Content-Type: application/octet-stream; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n" + base64.StdEncoding.EncodeToString(data)
	}
	for _, tt := range []struct {
		name, raw  string
		text       string
		held       []string
		flag       Flag
		unfinished bool
	}{
		{
			"a forwarded mail", mixed(note, "Content-Type: message/rfc822\n\n"+inner), "Voici.",
			[]string{"message.eml = mail Le texte d'Anne.", "message.eml/texte.md = # Texte"},
			FlagForwarded, false,
		},
		{
			"a forwarded mail with a name, as a file", mixed(note, "Content-Type: application/octet-stream; name=\"Mon texte.eml\"\nContent-Transfer-Encoding: base64\n\n"+base64.StdEncoding.EncodeToString([]byte(inner))), "Voici.",
			[]string{"Mon texte.eml = mail Le texte d'Anne.", "Mon texte.eml/texte.md = # Texte"},
			FlagForwarded, false,
		},
		{
			"a text that is called a mail", mixed(note, "Content-Type: text/plain; name=texte.eml\n\nUn texte."), "Voici.",
			[]string{"texte.eml = Un texte."},
			"", false,
		},
		{
			"a winmail.dat", mixed(note, tnefPart(makeTNEF("Autre.", "", "Résumé à lire.md", "# Texte"))), "Voici.",
			[]string{"Résumé à lire.md = # Texte"},
			FlagTNEF, false,
		},
		{
			"a winmail.dat alone", jeanne + "Subject: Baratin\n" + tnefPart(makeTNEF("Bonjour à vous.", "", "a.md", "# Texte")), "Bonjour à vous.",
			[]string{"a.md = # Texte"},
			FlagTNEF, false,
		},
		{
			"a winmail.dat within a forwarded mail", mixed(note, "Content-Type: message/rfc822\n\n"+jeanne+"Subject: x\n"+tnefPart(makeTNEF("Dedans.", "", "a.md", "# Texte"))), "Voici.",
			[]string{"message.eml = mail Dedans.", "message.eml/a.md = # Texte"},
			FlagTNEF, false,
		},
		{
			"a winmail.dat of RTF", jeanne + "Subject: x\n" + tnefPart(makeTNEF("", `{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\pard Bonjour \'e0 vous,\par une \u233\'e9tude.\par}`, "a.md", "x")), "Bonjour à vous,\nune étude.",
			[]string{"a.md = x"},
			FlagTNEF, false,
		},
		{"a broken winmail.dat", mixed(note, tnefPart([]byte("\x78\x9f\x3e\x22\x00\x00junk"))), "Voici.", []string{"winmail.dat = \x78\x9f\x3e\x22\x00\x00junk"}, "", false},
		{
			"uuencoded", jeanne + "Subject: x\n\nVoici :\n\nbegin 644 texte.md\n'(R!497AT90H \n`\nend\n\nMerci.\n", "Voici :\n\n\nMerci.",
			[]string{"texte.md = # Texte"},
			"", false,
		},
		{"not uuencoded", jeanne + "Subject: x\n\nbegin 644 a b\nun texte qui continue\nend\n", "begin 644 a b\nun texte qui continue\nend", nil, "", false},
	} {
		for _, ends := range []string{"\n", "\r\n"} {
			m, held := unpacked(t, strings.ReplaceAll(tt.raw, "\n", ends))
			if strings.TrimSpace(m.Text) != tt.text || !slices.Equal(held, tt.held) {
				t.Errorf("%s: text %q, held %q, want %q, %q", tt.name, m.Text, held, tt.text, tt.held)
			}
			if tt.flag != "" && !m.Has(tt.flag) || tt.flag == "" && len(m.Flags) > 0 {
				t.Errorf("%s: flags %v, want %q", tt.name, m.Flags, tt.flag)
			}
		}
	}
}

// TestUnpackHTML: the HTML that Outlook hides in RTF is given back.
func TestUnpackHTML(t *testing.T) {
	rtf := `{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}` +
		`{\*\htmltag18 <html>}{\*\htmltag50 <body>}\htmlrtf \lang1036\htmlrtf0 {\*\htmltag64 <p class="x\{y\}">}\htmlrtf {\htmlrtf0 ` +
		"Une \\'e9tude < deux.\\htmlrtf\\par}\\htmlrtf0{\\*\\htmltag72 </p>}{\\*\\mhtmltag84 x}{\\*\\htmltag58 </body>}}"
	m, _ := unpacked(t, jeanne+"Subject: x\nContent-Transfer-Encoding: base64\nContent-Type: application/ms-tnef\n\n"+
		base64.StdEncoding.EncodeToString(makeTNEF("", rtf, "a.md", "x")))
	if want := `<html><body><p class="x{y}">Une étude &lt; deux.</p></body>`; m.HTML != want || m.TextComplete {
		t.Errorf("got %q, want %q", m.HTML, want)
	}
}

// TestUnpackIsBounded: mails within mails, and a mail of many mails.
func TestUnpackIsBounded(t *testing.T) {
	deep := inner
	for range 10 {
		deep = mixed("Content-Type: message/rfc822\n\n" + strings.ReplaceAll(deep, "--m", "--mm"))
		deep = strings.ReplaceAll(deep, "boundary=m", "boundary=\"m\"")
	}
	if _, held := unpacked(t, deep); len(held) > 2*MaxForwards {
		t.Errorf("%d held: %q", len(held), held)
	}
	many := make([]string, 0, MaxParts)
	for range MaxParts {
		many = append(many, "Content-Type: message/rfc822\n\n"+jeanne+"Subject: x\n\ntexte")
	}
	if _, held := unpacked(t, mixed(many...)); len(held) > MaxParts {
		t.Errorf("%d held", len(held))
	}
	bomb := makeTNEF("", "", "a.md", "x")
	for range 6 {
		bomb = nestTNEF(bomb)
	}
	tnefAt(bomb, 0)
}

// FuzzTNEF checks that no bytes break the reader, and that it holds no more than
// they could say.
func FuzzTNEF(f *testing.F) {
	f.Add(makeTNEF("Bonjour.", "", "texte.docx", "data"))
	f.Add(makeTNEF("", `{\rtf1\ansi\fromhtml1 {\*\htmltag64 <p>}\u233?t\'e9 {\*\htmltag72 </p>}}`, "é.md", "x"))
	f.Add(nestTNEF(makeTNEF("Dedans.", "", "a.md", "x")))
	f.Fuzz(func(t *testing.T, data []byte) {
		read, _ := readTNEF(data)
		if len(read.attachments) > maxTNEFAttachments || len(read.text) > 4*maxRTF || len(read.html) > 8*maxRTF {
			t.Fatalf("%d attachments, %d and %d bytes of text", len(read.attachments), len(read.text), len(read.html))
		}
		for _, a := range read.attachments {
			if strings.ContainsAny(a.Name, "/\\\r\n") || strings.ContainsAny(a.Type, " \r\n") {
				t.Fatalf("a name %q of type %q", a.Name, a.Type)
			}
		}
	})
}

// FuzzUnpack checks the whole: no panic, bounds kept.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte(mixed("Content-Type: message/rfc822\n\n" + inner)))
	for _, raw := range testdataMails(f) {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if err != nil {
			return
		}
		m.Unpack()
		if len(m.Attachments) > 2*MaxParts {
			t.Fatalf("%d attachments", len(m.Attachments))
		}
		for _, a := range m.Attachments {
			if a.Message != nil && len(a.Message.Attachments) > 0 {
				t.Fatal("a forwarded mail keeps its attachments")
			}
		}
		m.Bodies()
		m.Everything()
	})
}

// makeTNEF writes a winmail.dat with a text or an RTF body and one attachment, whose
// short name is of DOS and whose long one is Unicode.
func makeTNEF(text, rtf, name, data string) []byte {
	b := tnefWriter{}
	b.attribute(1, attrCodepage, binary.LittleEndian.AppendUint64(nil, 1252))
	if text != "" {
		latin := make([]byte, 0, len(text))
		for _, r := range text {
			latin = append(latin, byte(r))
		}
		b.attribute(1, attrBody, append(latin, 0))
	}
	if rtf != "" {
		b.attribute(1, attrProperties, properties(prop{propRTF, kindBinary, storedRTF(rtf)}, prop{0x8001, 0x0003, []byte{1, 0, 0, 0}}))
	}
	b.attribute(2, attrRendering, make([]byte, 14))
	b.attribute(2, attrTitle, []byte("TEXTE~1.MD\x00"))
	b.attribute(2, attrData, []byte(data))
	b.attribute(2, attrAttachProps, properties(
		prop{0x3705, 0x0003, []byte{1, 0, 0, 0}},
		prop{propAttachLong, kindUnicode, utf16Bytes(name)},
		prop{propAttachMIME, kindString8, []byte("text/markdown\x00")},
	))
	return b.bytes()
}

// nestTNEF writes a winmail.dat whose one attachment is the mail in another.
func nestTNEF(inner []byte) []byte {
	b := tnefWriter{}
	b.attribute(2, attrRendering, make([]byte, 14))
	b.attribute(2, attrAttachProps, properties(
		prop{propDisplayName, kindUnicode, utf16Bytes("Mon texte")},
		prop{propAttachData, kindObject, append(make([]byte, 16), inner...)},
	))
	return b.bytes()
}

type tnefWriter struct{ bytes.Buffer }

func (b *tnefWriter) attribute(level byte, id int, value []byte) {
	if b.Len() == 0 {
		b.Write(append(slices.Clone(tnefMark), 1, 0))
	}
	sum := uint16(0)
	for _, c := range value {
		sum += uint16(c)
	}
	b.WriteByte(level)
	b.Write(binary.LittleEndian.AppendUint32(nil, uint32(id)))
	b.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(value))))
	b.Write(value)
	b.Write(binary.LittleEndian.AppendUint16(nil, sum))
}

func (b *tnefWriter) bytes() []byte { return b.Buffer.Bytes() }

type prop struct {
	id, kind int
	value    []byte
}

func properties(props ...prop) []byte {
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(props)))
	for _, p := range props {
		out = binary.LittleEndian.AppendUint16(out, uint16(p.kind))
		out = binary.LittleEndian.AppendUint16(out, uint16(p.id))
		if p.id >= firstNamed { // one with a name
			out = append(out, make([]byte, 16)...)
			out = binary.LittleEndian.AppendUint32(out, 1)
			out = binary.LittleEndian.AppendUint32(out, 6)
			out = append(out, utf16Bytes("ab")...)
			out = append(out, 0, 0)
		}
		if _, fixed := fixedKinds[p.kind]; !fixed {
			out = binary.LittleEndian.AppendUint32(out, 1)
			out = binary.LittleEndian.AppendUint32(out, uint32(len(p.value)))
		}
		out = append(out, p.value...)
		out = append(out, make([]byte, (4-len(p.value)%4)%4)...)
	}
	return out
}

func utf16Bytes(s string) (out []byte) {
	for _, u := range append(utf16.Encode([]rune(s)), 0) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

// storedRTF is RTF in the compressed form, every token a literal.
func storedRTF(rtf string) []byte {
	var body []byte
	for part := range slices.Chunk([]byte(rtf), 8) {
		body = append(append(body, 0), part...)
	}
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(body)+12))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(rtf)))
	out = append(out, "LZFu\x00\x00\x00\x00"...)
	return append(out, body...)
}

// TestInflateRTF reads the example of MS-OXRTFCP section 4.1.1, and one that repeats
// itself past its own end (section 4.1.2).
func TestInflateRTF(t *testing.T) {
	for want, coded := range map[string]string{
		"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n": "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0",
		"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}":                     "1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0",
	} {
		data := make([]byte, len(coded)/2)
		if _, err := fmt.Sscanf(coded, "%x", &data); err != nil {
			t.Fatal(err)
		}
		if got, ok := inflateRTF(data); !ok || string(got) != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
