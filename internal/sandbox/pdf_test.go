package sandbox

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
)

// placed is a line of text of a PDF being made: at x and y from the bottom left.
type placed struct {
	x, y, size float64
	bold       bool
	text       string
}

// makePDF writes a PDF of one page for each list of lines, in Helvetica.
func makePDF(t testing.TB, title string, pages ...[]placed) []byte {
	t.Helper()
	objects := []string{
		"<< /Type /Catalog /Pages 2 0 R >>", "",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
		fmt.Sprintf("<< /Title (%s) >>", title),
	}
	var kids []string
	for _, lines := range pages {
		kids = append(kids, fmt.Sprintf("%d 0 R", len(objects)+1))
		content := pageContent(t, lines)
		objects = append(objects,
			fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>", len(objects)+2),
			fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content))
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", strings.Join(kids, " "), len(kids))
	return assemblePDF(objects, "")
}

func pageContent(t testing.TB, lines []placed) string {
	t.Helper()
	var b strings.Builder
	for _, l := range lines {
		text, err := charmap.Windows1252.NewEncoder().String(l.text)
		if err != nil {
			t.Fatal(err)
		}
		font := "F1"
		if l.bold {
			font = "F2"
		}
		escaped := strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(text)
		fmt.Fprintf(&b, "BT /%s %g Tf %g %g Td (%s) Tj ET\n", font, l.size, l.x, l.y, escaped)
	}
	return b.String()
}

// assemblePDF writes the objects, numbered from 1, their table and the trailer.
func assemblePDF(objects []string, trailer string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var places []int
	for i, o := range objects {
		places = append(places, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, p := range places {
		fmt.Fprintf(&b, "%010d 00000 n \n", p)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, table)
	return b.Bytes()
}

// paragraph sets lines one below the other from a height on.
func paragraph(y float64, lines ...string) (all []placed) {
	for i, l := range lines {
		all = append(all, placed{x: 72, y: y - 14*float64(i), size: 11, text: l})
	}
	return all
}

// essay is two pages as a word processor would set them.
func essay(t testing.TB) []byte {
	t.Helper()
	page := func(n int, lists ...[]placed) []placed {
		all := []placed{{72, 810, 9, false, "Revue de la Rive"}}
		for _, l := range lists {
			all = append(all, l...)
		}
		return append(all, placed{290, 30, 9, false, fmt.Sprint(n)})
	}
	first := page(1,
		[]placed{{72, 740, 22, true, "Les bancs de la ville"}, {72, 715, 11, false, "par Léa Martin"}},
		[]placed{{72, 680, 15, true, "Une ville sans bancs"}},
		paragraph(655,
			"Dans les rues du centre, les bancs ont disparu les uns après les autres, et person-",
			"ne ne s'en est vraiment ému. Les habitants marchent plus vite, disent-ils, et peut-",
			"être parlent-ils moins à ceux qu'ils croisent sur le chemin du marché de la place."),
		paragraph(595,
			"La mairie répond que les bancs coûtent cher à entretenir, que les travaux sont longs,",
			"et que les usages ont changé depuis vingt ans dans tous les quartiers de la ville, sans"))
	second := page(2,
		paragraph(770,
			"que personne ne l'ait voulu."),
		[]placed{{72, 735, 15, true, "Bibliographie"}},
		paragraph(710, "Durand, P. (2024). Le mobilier urbain. Éditions de la Rive."),
		paragraph(690, "Moreau, L. (2023). Marcher en ville. https://example.org/marcher"))
	return makePDF(t, "Microsoft Word - bancs.docx", first, second)
}

// scanned is a page that is one picture.
func scanned() []byte {
	content := "q 500 0 0 700 40 60 cm /Im1 Do Q"
	return assemblePDF([]string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /Im1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", len(content), content),
		"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1 >>\nstream\n\x80\nendstream",
	}, "")
}

// locked asks for a password: its encryption dictionary fits no empty one.
func locked() []byte {
	key := strings.Repeat("ab", 32)
	return assemblePDF([]string{
		"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>",
		"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <" + key + "> /U <" + key + "> >>",
	}, "/Encrypt 3 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]")
}
