package sandbox

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/bara-think-tank/guichet/internal/document"
)

// zipped packs parts, given as names and contents in turn.
func zipped(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err == nil {
			_, err = w.Write([]byte(parts[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const wordHead = `<?xml version="1.0"?>%s<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>`

// docx wraps the XML of a body, with a declaration before it and more parts.
func docx(t testing.TB, declared, body string, more ...string) []byte {
	t.Helper()
	return zipped(t, append([]string{
		"[Content_Types].xml", `<Types/>`,
		"_rels/.rels", `<Relationships><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/document.xml", fmt.Sprintf(wordHead, declared) + body + "</w:body></w:document>",
	}, more...)...)
}

func odt(t testing.TB, manifest, declared, body string) []byte {
	t.Helper()
	return zipped(t,
		"mimetype", "application/vnd.oasis.opendocument.text", "META-INF/manifest.xml", "<manifest>"+manifest+"</manifest>",
		"content.xml", `<?xml version="1.0"?>`+declared+`<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:text>`+body+`</office:text></office:body></office:document-content>`)
}

const (
	wordText = `<w:p><w:r><w:t>Les bancs de la ville ont disparu.</w:t></w:r></w:p>`
	openText = `<text:p>Les bancs de la ville ont disparu.</text:p>`
	laughs   = `<!DOCTYPE x [<!ENTITY a "ha ha ha ha ha ha ha ha ha ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d SYSTEM "file:///etc/passwd">]>`
)

func nested(open, inner, end string, times int) string {
	return strings.Repeat(open, times) + inner + strings.Repeat(end, times)
}

// compound is the head of a file of older programs that holds a stream of a name.
func compound(stream string) []byte {
	b := []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 600))
	for _, r := range stream {
		b = append(b, byte(r), 0)
	}
	return b
}

// overlapping is a zip of which every entry is the same packed bytes: far more comes
// out than any ratio of one entry tells.
func overlapping(t testing.TB, name string, entries int) []byte {
	t.Helper()
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	plain := bytes.Repeat([]byte("mot "), 4<<20)
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	le, sum := binary.LittleEndian, crc32.ChecksumIEEE(plain)
	sizes := func(b []byte) []byte {
		b = le.AppendUint32(b, sum)
		b = le.AppendUint32(b, uint32(packed.Len()))
		return le.AppendUint32(b, uint32(len(plain)))
	}
	local := append([]byte("PK\x03\x04\x14\x00\x00\x00\x08\x00\x00\x00\x00\x00"), sizes(nil)...)
	local = le.AppendUint16(local, uint16(len(name)))
	local = append(append(le.AppendUint16(local, 0), name...), packed.Bytes()...)
	begins := len(local)
	for i := range entries {
		each := fmt.Sprintf("%d%s", i, name)
		entry := append([]byte("PK\x01\x02\x14\x00\x14\x00\x00\x00\x08\x00\x00\x00\x00\x00"), sizes(nil)...)
		entry = le.AppendUint16(entry, uint16(len(each)))
		entry = append(entry, make([]byte, 16)...) // its place is the one above
		local = append(append(local, entry...), each...)
	}
	end := append([]byte("PK\x05\x06"), make([]byte, 4)...)
	end = le.AppendUint16(le.AppendUint16(end, uint16(entries)), uint16(entries))
	end = le.AppendUint32(le.AppendUint32(end, uint32(len(local)-begins)), uint32(begins))
	return append(append(local, end...), 0, 0)
}

// picture is a PNG of so many bytes that does not pack.
func picture(t testing.TB, bytesLong int) []byte {
	t.Helper()
	side := 1
	for side*side*4 < bytesLong {
		side++
	}
	shown := image.NewNRGBA(image.Rect(0, 0, side, side))
	chance := rand.New(rand.NewPCG(1, 1))
	for i := range shown.Pix {
		shown.Pix[i] = byte(chance.Uint32())
	}
	shown.Set(0, 0, color.White)
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&b, shown); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// withPicture is a PDF of one line of text over a picture of so many bytes.
func withPicture(bytesLong int) []byte {
	side := 1
	for side*side*3 < bytesLong {
		side++
	}
	pixels := make([]byte, side*side*3)
	chance := rand.New(rand.NewPCG(2, 2))
	for i := range pixels {
		pixels[i] = byte(chance.Uint32())
	}
	content := "q 500 0 0 500 40 60 cm /Im1 Do Q BT /F1 11 Tf 72 700 Td (Les bancs de la ville ont disparu depuis longtemps.) Tj ET"
	return assemblePDF([]string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 6 0 R >> /XObject << /Im1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content),
		fmt.Sprintf("<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8 /Length %d >>\nstream\n%s\nendstream", side, side, len(pixels), pixels),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
	}, "")
}

// lying is a PDF that shows one text and, by its font's table, says another: every
// letter is moved on by three.
func lying(said bool) []byte {
	var table strings.Builder
	if said {
		table.WriteString("/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange 26 beginbfchar\n")
		for c := 'a'; c <= 'z'; c++ {
			fmt.Fprintf(&table, "<%02x> <%04x>\n", c, 'a'+(c-'a'+3)%26)
		}
		table.WriteString("endbfchar endcmap end end")
	}
	var content strings.Builder
	for i := range 12 {
		fmt.Fprintf(&content, "BT /F1 11 Tf 72 %d Td (les bancs de la ville ont disparu et personne ne sait vraiment pourquoi) Tj ET\n", 700-14*i)
	}
	font := "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 6 0 R >>"
	if !said {
		font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
	}
	return assemblePDF([]string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", content.Len(), content.String()), font,
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", table.Len(), table.String()),
	}, "")
}

// onePage is a PDF whose one page draws something.
func onePage(content string) []byte {
	return assemblePDF([]string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content),
	}, "")
}

// TestHostile: each file through a real child, and what is said of it. Some may be
// told in more than one way; the parent stays up, and reads the next one at once.
func TestHostile(t *testing.T) {
	bomb := strings.Repeat("mot ", 4<<20)
	russian := zipped(t, "a.docx", string(docx(t, "", wordText)))
	for range 199 {
		russian = zipped(t, "a.zip", string(russian))
	}
	big := picture(t, 25<<20)
	r := newReader(t)
	for _, test := range []struct {
		name, file string
		data       []byte
		faults     string // one of these; "none" is read
	}{
		{"a bomb of a part", "a.docx", docx(t, "", `<w:p><w:r><w:t>`+bomb), "too-large broken"},
		{"a bomb of an odt", "a.odt", odt(t, "", "", "<text:p>"+bomb), "too-large broken"},
		{"a bomb in a zip", "a.zip", zipped(t, "a.txt", bomb), "too-large"},
		{"entries that overlap", "a.zip", overlapping(t, "a.txt", 90), "too-large several broken"},
		{"5,000 entries that overlap", "a.zip", overlapping(t, "a.txt", 5000), "too-large several broken unreadable-type"},
		{"entries of an odt that overlap", "a.odt", overlapping(t, "content.xml", 5000), "too-large several broken unreadable-type"},
		{"zips in zips", "a.zip", russian, "unreadable-type too-large several"},
		{"deep XML of a docx", "a.docx", docx(t, "", nested("<w:ins>", wordText, "</w:ins>", 100_000)), "too-large broken"},
		{"deep XML of an odt", "a.odt", odt(t, "", "", nested("<text:section>", openText, "</text:section>", 100_000)), "too-large broken"},
		{"200 tables in tables", "a.docx", docx(t, "", nested("<w:tbl><w:tr><w:tc>", wordText, "</w:tc></w:tr></w:tbl>", 200)), "too-large none"},
		{"200 lists in lists", "a.odt", odt(t, "", "", nested("<text:list><text:list-item>", openText, "</text:list-item></text:list>", 200)), "too-large none"},
		{"200 tables of a page", "a.html", []byte("<html>" + nested("<table><tr><td>", "Les bancs", "</td></tr></table>", 200)), "too-large none broken"},
		{"200 quotes", "a.md", []byte("# Titre\n\n" + strings.Repeat("> ", 200) + "Les bancs"), "none too-large"},
		{"200 groups", "a.rtf", []byte(`{\rtf1 ` + nested("{", "Les bancs", "}", 200) + "}"), "none too-large"},
		{"entities of a docx", "a.docx", docx(t, laughs, `<w:p><w:r><w:t>&c;&d;</w:t></w:r></w:p>`), "broken"},
		{"entities of an odt", "a.odt", odt(t, "", laughs, `<text:p>&c;&d;</text:p>`), "broken"},
		{"a locked docx", "a.docx", compound("EncryptedPackage"), "encrypted"},
		{"a locked odt", "a.odt", odt(t, "<encryption-data/>", "", openText), "encrypted"},
		{"a locked pdf", "a.pdf", locked(), "encrypted"},
		{"a scan", "a.pdf", scanned(), "scan"},
		{"outlines", "a.pdf", onePage(strings.Repeat("72 700 m 80 710 l 90 700 l f\n", 200)), "outlines"},
		{"a blank page", "a.pdf", onePage(" "), "empty"},
		{"a font that lies", "a.pdf", lying(true), "font"},
		{"the same font, honest", "a.pdf", lying(false), "none"},
		{"a page that draws itself", "a.pdf", assemblePDF([]string{
			"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 999999999 >>",
			"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /F 4 0 R >> >> >>",
			"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 4 0 R >> >> /Length 5 >>\nstream\n/F Do\nendstream",
		}, ""), "empty broken too-large outlines stopped"},
		{"a picture of 25 MB in a docx", "a.docx", docx(t, "", wordText, "word/media/image1.png", string(big)), "none"},
		{"a picture of 25 MB in a pdf", "a.pdf", withPicture(25 << 20), "none"},
		{"nothing", "a.docx", nil, "empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := r.Read(test.file, "", test.data)
			got := string(d.Fault)
			if got == "" {
				got = "none"
			}
			if !strings.Contains(" "+test.faults+" ", " "+got+" ") || d.Readable() != (got == "none") {
				t.Errorf("%s, want %s: %s", got, test.faults, d.Error)
			}
			if d := r.Read("a.txt", "", []byte("Un texte.")); d.Error != "" {
				t.Errorf("the next one: %s", d.Error)
			}
		})
	}
	if d := r.Read("a.png", "", big); d.Type != document.Picture || d.Error != "" {
		t.Errorf("a picture of 25 MB: %s %s", d.Type, d.Error)
	}
}

// TestCut: files that end too soon, and files of which one byte is another, are read
// or told, and break no child.
func TestCut(t *testing.T) {
	r := newReader(t)
	var log broken
	r.Log = log.logger()
	for file, whole := range map[string][]byte{
		"a.docx": docx(t, "", wordText), "a.odt": odt(t, "", "", openText), "a.pdf": essay(t),
		"a.rtf": []byte(`{\rtf1\ansi{\b Les bancs}\par de la ville\par}`), "a.html": []byte("<!DOCTYPE html><html><p>Les <b>bancs</b></html>"),
	} {
		chance := rand.New(rand.NewPCG(3, 3))
		for range 25 {
			cut := whole[:chance.IntN(len(whole))]
			spoilt := bytes.Clone(whole)
			spoilt[chance.IntN(len(spoilt))] ^= byte(1 + chance.IntN(255))
			for _, data := range [][]byte{cut, spoilt} {
				if d := r.Read(file, "", data); d.Fault == document.FaultStopped || d.Error == "" != (d.Fault == document.FaultNone) {
					t.Errorf("%s: %q %s", file, d.Fault, d.Error)
				}
			}
		}
	}
	if log.said != "" {
		t.Error(errors.New(log.said))
	}
}
