package essay

import (
	"fmt"
	"strings"
)

// ODT is the text as LibreOffice saves it, with a picture that comes along in the
// file; nil for none.
func ODT(e Essay, picture []byte) ([]byte, error) {
	var body strings.Builder
	count := 0
	e.Walk(func(style, text, note string) {
		open, end := `<text:p text:style-name="`+style+`">`, "</text:p>"
		if style == "Heading1" {
			open, end = `<text:h text:outline-level="1">`, "</text:h>"
		}
		body.WriteString(open + xmlText.Replace(text))
		if note != "" {
			count++
			fmt.Fprintf(&body, `<text:note text:id="n%d" text:note-class="footnote"><text:note-citation>%d</text:note-citation><text:note-body><text:p>%s</text:p></text:note-body></text:note>`, count, count, xmlText.Replace(note))
		}
		body.WriteString(end)
	})
	const names = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"`
	parts := []string{
		"mimetype", "application/vnd.oasis.opendocument.text",
		"META-INF/manifest.xml", `<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2"><manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>`,
		"styles.xml", `<office:document-styles ` + names + `><office:styles/></office:document-styles>`,
		"content.xml", `<office:document-content ` + names + `><office:body><office:text>` + body.String() + `</office:text></office:body></office:document-content>`,
	}
	if picture != nil {
		parts = append(parts, "Thumbnails/thumbnail.png", string(picture))
	}
	return zipOf(parts...)
}
