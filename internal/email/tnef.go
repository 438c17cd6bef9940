package email

import (
	"cmp"
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// tnef is what a winmail.dat holds (MS-OXTNEF): the attachments that Outlook wraps,
// and the text of the mail.
type tnef struct {
	text, html  string
	attachments []Attachment // a Message within has its text, and its own attachments
	codepage    int
	whole       bool // it ends where it says, after one attribute at least
}

// Bounds on one winmail.dat.
const (
	maxTNEFDepth       = 3
	maxTNEFAttachments = 200
	maxProperties      = 2000 // of one object
)

// The attributes of MS-OXTNEF section 2.1.3 that are read: their type and identifier.
const (
	attrBody        = 0x0002800c
	attrCodepage    = 0x00069007
	attrProperties  = 0x00069003
	attrRendering   = 0x00069002 // begins an attachment
	attrTitle       = 0x00018010
	attrData        = 0x0006800f
	attrAttachProps = 0x00069005
)

// The MAPI properties (MS-OXPROPS) that are read.
const (
	propBody         = 0x1000
	propRTF          = 0x1009
	propHTML         = 0x1013
	propDisplayName  = 0x3001
	propAttachData   = 0x3701
	propAttachName   = 0x3704
	propAttachLong   = 0x3707
	propAttachMIME   = 0x370e
	propAttachCID    = 0x3712
	propAttachHidden = 0x7ffe
	propCodepage     = 0x3fde
)

var tnefMark = []byte{0x78, 0x9f, 0x3e, 0x22}

func isTNEF(data []byte) bool { return len(data) > 6 && string(data[:4]) == string(tnefMark) }

// readTNEF opens a winmail.dat. What is cut short gives what stands before the cut;
// it says false where that is nothing.
func readTNEF(data []byte) (tnef, bool) {
	t := tnefAt(data, 0)
	return t, t.whole || t.text != "" || t.html != "" || len(t.attachments) > 0
}

func tnefAt(data []byte, depth int) tnef {
	t := tnef{codepage: 1252}
	if !isTNEF(data) || depth > maxTNEFDepth {
		return t
	}
	var body []byte
	open := -1 // the attachment that is being read
	c := cutter{rest: data[6:]}
	for {
		level := c.take(1)
		id, length := c.uint32(), c.uint32()
		value := c.take(length)
		c.take(2) // a checksum, which many writers get wrong
		if c.short || len(level) == 0 {
			break
		}
		t.whole = len(c.rest) == 0
		switch id {
		case attrCodepage:
			if len(value) >= 4 {
				t.codepage = int(binary.LittleEndian.Uint32(value))
			}
		case attrBody:
			body = value
		case attrProperties:
			t.message(value)
		case attrRendering:
			if open = len(t.attachments); open >= maxTNEFAttachments {
				return t
			}
			t.attachments = append(t.attachments, Attachment{Type: "application/octet-stream"})
		}
		if open >= 0 {
			t.attachment(&t.attachments[open], id, value, depth)
		}
	}
	if t.text == "" {
		t.text = unixText(decodeCodepage(t.codepage, body))
	}
	t.attachments = keptAttachments(t.attachments)
	return t
}

// message reads the properties of the mail itself.
func (t *tnef) message(value []byte) {
	if t.text != "" || t.html != "" {
		return
	}
	props := readProperties(value)
	if p, ok := props[propCodepage]; ok && len(p.data) >= 4 {
		t.codepage = int(binary.LittleEndian.Uint32(p.data))
	}
	t.text = unixText(props[propBody].text(t.codepage))
	t.html = unixText(props[propHTML].text(t.codepage))
	if t.html != "" || t.text != "" {
		return
	}
	if rtf, ok := inflateRTF(props[propRTF].data); ok {
		text, html := readRTF(rtf, t.codepage)
		t.text, t.html = unixText(text), unixText(html)
	}
}

// attachment reads one attribute of an attachment.
func (t *tnef) attachment(a *Attachment, id int, value []byte, depth int) {
	switch id {
	case attrTitle:
		a.Name = cmp.Or(a.Name, tnefName(decodeCodepage(t.codepage, value)))
	case attrData:
		if a.Data == nil {
			a.Data = value
		}
	case attrAttachProps:
		props := readProperties(value)
		for _, id := range []int{propAttachLong, propAttachName, propDisplayName} {
			if name := tnefName(props[id].text(t.codepage)); name != "" {
				a.Name = name
				break
			}
		}
		if kind := strings.ToLower(props[propAttachMIME].text(t.codepage)); strings.Contains(kind, "/") && !strings.ContainsAny(kind, " \r\n") {
			a.Type = kind
		}
		picture := strings.HasPrefix(a.Type, "image/")
		a.Inline = picture && (len(props[propAttachCID].data) > 0 || props[propAttachHidden].isTrue())
		data := props[propAttachData]
		switch {
		case data.kind == kindObject && len(data.data) > 16 && isTNEF(data.data[16:]): // past the interface's identifier
			a.Message = tnefAt(data.data[16:], depth+1).asMessage()
		case len(data.data) > 0:
			a.Data = data.data
		}
	}
}

// asMessage is a mail that was attached within Outlook.
func (t tnef) asMessage() *Message {
	return &Message{Text: t.text, HTML: t.html, TextComplete: t.html == "", Attachments: t.attachments}
}

// keptAttachments leaves out what holds nothing.
func keptAttachments(all []Attachment) (kept []Attachment) {
	for _, a := range all {
		if a.Message != nil && a.Name != "" && !strings.Contains(a.Name, ".") {
			a.Name += ".eml"
		}
		if a.Message != nil || len(a.Data) > 0 || a.Name != "" {
			kept = append(kept, a)
		}
	}
	return kept
}

func tnefName(name string) string {
	w := walker{m: &Message{}}
	return w.fileName(strings.TrimRight(name, "\x00"))
}

func unixText(text string) string {
	return strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(text)
}

// decodeCodepage decodes text in a code page of Windows.
func decodeCodepage(codepage int, data []byte) string {
	for len(data) > 0 && data[len(data)-1] == 0 {
		data = data[:len(data)-1]
	}
	name := "windows-1252"
	switch {
	case codepage == 65001 || utf8.Valid(data):
		return strings.ToValidUTF8(string(data), "\uFFFD")
	case codepage >= 1250 && codepage <= 1258:
		name = "windows-125" + string(rune('0'+codepage-1250))
	case codepage >= 28591 && codepage <= 28605:
		name = "iso-8859-1"
	}
	text, _ := decodeCharset(name, data)
	return text
}

// utf16Text decodes UTF-16 in little-endian order.
func utf16Text(data []byte) string {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, binary.LittleEndian.Uint16(data))
	}
	return strings.TrimRight(string(utf16.Decode(units)), "\x00")
}
