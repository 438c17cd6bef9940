package email

import (
	"bytes"
	"path"
	"strings"
	"unicode"
)

// walker goes through the parts of a mail and keeps what it meets.
type walker struct {
	m         *Message
	parts     int
	work      int // bytes searched for boundaries, for the tests of its bounds
	texts     []string
	htmls     []string
	htmlAlone bool // an HTML body without its text/plain twin
}

// readBody fills Text, HTML and Attachments.
func (m *Message) readBody() {
	w := walker{m: m}
	w.part(part{fields: m.Fields, body: m.body, fallback: "text/plain"})
	m.Text = strings.Join(w.texts, "\n")
	m.HTML = strings.Join(w.htmls, "\n")
	m.TextComplete = !w.htmlAlone
	m.flagIf(hasArmour(m.Text, "-----BEGIN PGP MESSAGE-----"), FlagEncrypted)
	m.flagIf(hasArmour(m.Text, "-----BEGIN PGP SIGNED MESSAGE-----"), FlagSigned)
}

// hasArmour says whether a line of the text begins with an OpenPGP armour.
func hasArmour(text, armour string) bool {
	return strings.HasPrefix(text, armour) || strings.Contains(text, "\n"+armour)
}

// part is one MIME entity (RFC 2045 section 2.4).
type part struct {
	fields      []Field
	body        []byte
	fallback    string // the type where none is declared: RFC 2046 section 5.1.5
	depth       int
	alternative bool // within a multipart/alternative
	related     bool // within a multipart/related
}

// part reads one entity: the parts within it, or its own content.
func (w *walker) part(p part) {
	if w.parts++; w.parts > MaxParts {
		w.m.flag(FlagTooManyParts)
		return
	}
	content := parseMedia(get(p.fields, "Content-Type"))
	if strings.HasPrefix(content.kind, "multipart/") {
		if p.depth >= MaxDepth {
			w.m.flag(FlagTooDeep)
			return
		}
		if w.multipart(p, content) {
			return
		}
		content = media{kind: "text/plain", params: content.params}
	}
	w.leaf(p, content)
}

// multipart reads the parts of a multipart; false means that it has none.
func (w *walker) multipart(p part, content media) bool {
	w.m.flagIf(content.kind == "multipart/encrypted", FlagEncrypted)
	w.m.flagIf(content.kind == "multipart/signed", FlagSigned)
	pieces := w.split(content.params["boundary"], p.body)
	if len(pieces) == 0 { // some gateways encode the whole, against RFC 2045 section 6.4
		if decoded, _ := decodeTransfer(get(p.fields, "Content-Transfer-Encoding"), p.body); len(decoded) != len(p.body) {
			pieces = w.split(content.params["boundary"], decoded)
		}
	}
	texts, htmls := len(w.texts), len(w.htmls)
	for _, piece := range pieces {
		if w.parts >= MaxParts {
			w.m.flag(FlagTooManyParts)
			break
		}
		child := part{
			fallback:    "text/plain",
			depth:       p.depth + 1,
			alternative: p.alternative || content.kind == "multipart/alternative",
			related:     p.related || content.kind == "multipart/related",
		}
		if content.kind == "multipart/digest" {
			child.fallback = "message/rfc822"
		}
		child.fields, child.body = w.m.readHeader(piece)
		w.part(child)
	}
	if content.kind == "multipart/alternative" && !twins(w.texts[texts:], w.htmls[htmls:]) {
		w.htmlAlone = true
	}
	return len(pieces) > 0
}

// twins says whether the texts of a multipart/alternative say what its HTML says. Some
// programs leave the text/plain empty, or put there that another program is needed: it
// then has less than a quarter of the words.
func twins(texts, htmls []string) bool {
	if len(htmls) == 0 {
		return true
	}
	said := len(strings.Fields(strings.Join(texts, " ")))
	shown := 0
	for _, page := range htmls {
		for _, line := range readLines(page).lines {
			shown += len(strings.Fields(line))
		}
	}
	return len(texts) > 0 && said*4 >= shown
}

// leaf keeps the content of one part as text or as an attachment.
func (w *walker) leaf(p part, content media) {
	disposition := parseMedia(get(p.fields, "Content-Disposition"))
	for _, flag := range []Flag{content.flag, disposition.flag} {
		w.m.flagIf(flag != "", flag)
	}
	data, clean := decodeTransfer(get(p.fields, "Content-Transfer-Encoding"), p.body)
	w.m.flagIf(!clean, FlagBrokenEncoding)

	name := w.fileName(disposition.params["filename"], content.params["name"])
	kind := content.kind
	if !strings.Contains(kind, "/") {
		kind = p.fallback
		if name != "" {
			kind = "application/octet-stream"
		}
	}
	isText := kind == "text/plain" || kind == "text/html"
	if isText && name == "" && disposition.kind != "attachment" {
		w.text(p, kind, content.params, data)
		return
	}
	w.flagKind(kind, content.params)
	picture := strings.HasPrefix(kind, "image/")
	shown := disposition.kind == "inline" || p.related && disposition.kind != "attachment"
	charset := ""
	if strings.HasPrefix(kind, "text/") {
		charset = charsetName(content.params["charset"])
	}
	w.m.Attachments = append(w.m.Attachments, Attachment{
		Name:    name,
		Type:    kind,
		Charset: charset,
		Inline:  picture && shown,
		Data:    unixLines(kind, data),
	})
}

// flagKind flags what an attachment of that type means for the mail.
func (w *walker) flagKind(kind string, params map[string]string) {
	switch kind {
	case "message/partial":
		w.m.flag(FlagPartial)
	case "application/pkcs7-mime", "application/x-pkcs7-mime":
		if strings.EqualFold(params["smime-type"], "signed-data") {
			w.m.flag(FlagSigned)
		} else {
			w.m.flag(FlagEncrypted)
		}
	}
}

// text keeps one text body.
func (w *walker) text(p part, kind string, params map[string]string, data []byte) {
	text, flag := decodeCharset(params["charset"], data)
	w.m.flagIf(flag != "", flag)
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.ReplaceAll(text, "\r", "\n")
	text = strings.ReplaceAll(text, "\x00", "")
	if kind == "text/html" {
		w.htmls = append(w.htmls, text)
		w.htmlAlone = w.htmlAlone || !p.alternative
		return
	}
	if strings.EqualFold(params["format"], "flowed") {
		text = unflow(text, strings.EqualFold(params["delsp"], "yes"))
	}
	w.texts = append(w.texts, text)
}

// fileName is the first name that is one, without any path and without what
// could disguise it.
func (w *walker) fileName(names ...string) string {
	for _, name := range names {
		name = strings.ReplaceAll(w.m.printable(name), "\\", "/")
		name = strings.TrimFunc(path.Base(name), unicode.IsSpace)
		if name != "" && name != "." && name != "/" && name != ".." {
			return name
		}
	}
	return ""
}

// unixLines gives text and nested mails LF line ends; other files are kept byte
// for byte.
func unixLines(kind string, data []byte) []byte {
	if strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "message/") {
		return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	}
	return data
}
