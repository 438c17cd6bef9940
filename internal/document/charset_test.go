package document

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// frenchTexts are short and long, in capitals too, with and without the signs
// that only some charsets have.
var frenchTexts = []string{
	"Un œuf à la coque",
	"L’été où « tout » changea : un œil neuf sur l’école. Ça coûte 10 € — déjà trop !",
	"À l'école, les élèves révisent ; où sont passés les garçons ? Très bientôt, ils le sauront.",
	"ÉTAT DES LIEUX\n\nÀ CÔTÉ DES ÉCOLES\n\nLes communes n’ont pas attendu l’État : elles ont créé leurs propres régies. Né en 1974, ce modèle a fait ses preuves… Il reste à le généraliser, dès l’année prochaine.",
	"Noël arrive. Maïs, ambiguë, aigüe, capharnaüm : les trémas, ça sert. Le Haÿ n’y est pour rien. N° 3, 20 °C, 5 m², § 2.",
}

// oneByte are the charsets of one byte in which people have saved French.
var oneByte = map[string]*charmap.Charmap{
	"windows-1252": charmap.Windows1252, "ISO 8859-1": charmap.ISO8859_1, "ISO 8859-15": charmap.ISO8859_15,
	"Mac Roman": charmap.Macintosh, "CP850": charmap.CodePage850, "CP437": charmap.CodePage437,
}

func TestGuessedCharsets(t *testing.T) {
	for name, page := range oneByte {
		for _, text := range frenchTexts {
			data := []byte(nil)
			for _, r := range text {
				if b, ok := page.EncodeRune(r); ok {
					data = append(data, b)
				} else { // what a program writes that does not have the sign
					data = append(data, map[rune]string{'’': "'", 'œ': "oe", '€': "euros", '—': "-", '…': "...", 'À': "A", 'É': "E", '°': "o"}[r]...)
				}
			}
			if got, want := decodeGuess(data), decodeByte(page, data); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
		}
	}
}

func TestCharsets(t *testing.T) {
	for name, enc := range map[string]encoding.Encoding{
		"UTF-8":                   encoding.Nop,
		"UTF-8 with a mark":       unicode.UTF8BOM,
		"UTF-16 with a mark":      unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
		"UTF-16 with a mark, big": unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
		"UTF-16 without one":      unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
		"UTF-16 without one, big": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
		"UTF-32 with a mark":      utf32.UTF32(utf32.LittleEndian, utf32.UseBOM),
		"UTF-32 with a mark, big": utf32.UTF32(utf32.BigEndian, utf32.UseBOM),
		"windows-1252":            charmap.Windows1252,
	} {
		for _, text := range frenchTexts {
			data, err := enc.NewEncoder().Bytes([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			if got, ok := decodeText(data); !ok || got != text {
				t.Errorf("%s: got %q, want %q", name, got, text)
			}
			page := append([]byte(nil), data...)
			if d := Read("a.txt", "", page); d.Error != "" || d.Type != Text {
				t.Errorf("%s: %s (%s)", name, d.Type, d.Error)
			}
		}
	}
}

func TestDeclaredCharsets(t *testing.T) {
	cyrillic := encoded(t, charmap.Windows1251, "Город меняется, когда его жители хотят этого")
	japan := encoded(t, japanese.ISO2022JP, "日本の町")
	for _, test := range []struct {
		name, file, declared string
		data                 []byte
		want                 string
	}{
		{"as declared", "a.txt", "text/plain; charset=windows-1251", cyrillic, "Город меняется, когда его жители хотят этого"},
		{"of seven bits", "a.txt", "text/plain; charset=iso-2022-jp", japan, "日本の町"},
		{"a lie", "a.txt", "text/plain; charset=iso-8859-1", []byte("Un œuf à la coque"), "Un œuf à la coque"},
		{"another lie", "a.txt", "text/plain; charset=utf-8", []byte("Un \x9cuf \xe0 la coque"), "Un œuf à la coque"},
		{"UTF-16 that is not", "a.txt", "text/plain; charset=utf-16le", []byte("Un mot, deux"), "Un mot, deux"},
		{"an unknown one", "a.txt", "text/plain; charset=x-y", []byte("\xe0 la coque"), "à la coque"},
		{"a few broken bytes", "a.txt", "", []byte(strings.Repeat("été ", 20) + "\xff"), strings.Repeat("été ", 20) + "\uFFFD"},
		{"declared by a page", "a.html", "", []byte("<html><meta charset=iso-8859-1><p>\xe9t\xe9"), "été"},
		{"declared the older way", "a.html", "", append([]byte(`<html><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"><p>`), cyrillic...), "Город меняется, когда его жители хотят этого"},
		{"a page that lies", "a.html", "", []byte("<html><meta charset=iso-8859-1><p>été"), "été"},
		{"a page that says nothing", "a.html", "", []byte("<html><p>L\x92\xe9t\xe9"), "L’été"},
		{"a page of the Mac", "a.html", "", []byte("<html><meta charset=macintosh><p>L\xd5\x8et\x8e"), "L’été"},
		{"a page in UTF-16", "a.html", "", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "<html><p>été"), "été"},
		{"a page declared by the mail", "a.html", "text/html; charset=windows-1251", append([]byte("<html><p>"), cyrillic...), "Город меняется, когда его жители хотят этого"},
		{"Markdown", "a.md", "", encoded(t, charmap.Macintosh, "Un été **déjà** fini"), "Un été déjà fini"},
	} {
		if d := Read(test.file, test.declared, test.data); d.Text != strings.TrimSpace(test.want) || d.Error != "" {
			t.Errorf("%s: got %q (%s), want %q", test.name, d.Text, d.Error, test.want)
		}
	}
}

func TestNoText(t *testing.T) {
	for name, data := range map[string]string{
		"zeros":         "un mot\x00\x00\x00\x01",
		"controls":      strings.Repeat("a\x01\x02\x03", 20),
		"half a UTF-16": "\xff\xfe\x00\x00\x00",
		"a program":     "\x7fELF\x02\x01\x01" + strings.Repeat("\x00\x10a", 40),
	} {
		if d := Read("a.txt", "text/plain", []byte(data)); d.Readable() || d.Fault == FaultNone {
			t.Errorf("%s: read as %s %q", name, d.Type, d.Text)
		}
	}
}

func encoded(t *testing.T, enc encoding.Encoding, text string) []byte {
	t.Helper()
	data, err := enc.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
