package document

import (
	"archive/zip"
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// zipOf packs files by their names; a name that ends in "!" asks for a password.
func zipOf(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	locked := false
	for name, data := range files {
		name, asks := strings.CutSuffix(name, "!")
		locked = locked || asks
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	out := b.Bytes()
	if locked {
		out[6] |= 1
		out[bytes.LastIndex(out, []byte("PK\x01\x02"))+8] |= 1
	}
	return string(out)
}

func wordLock() string {
	lock := append([]byte{5}, "Jeanne"[:5]...)
	lock = append(lock, bytes.Repeat([]byte(" "), 54-len(lock))...)
	lock = append(lock, 5, 0, 'J', 0, 'e', 0, 'a', 0, 'n', 0, 'n', 0)
	return string(append(lock, make([]byte, 162-len(lock))...))
}

// TestNamedByBytes: what a student attaches in the place of a text is told by its bytes,
// whatever it is called.
func TestNamedByBytes(t *testing.T) {
	text := "Une ville à refaire, et quelques mots de plus.\n"
	for _, tt := range []struct {
		what, name, declared, data string
		is                         Type
		named                      string
	}{
		{"Word's lock file", "~$texte.docx", "", wordLock(), Other, "lock"},
		{"Word's lock file under another name", "texte.docx", "", wordLock(), Other, "lock"},
		{"a text called like a lock file", "~$texte.txt", "", text, Text, ""},
		{"LibreOffice's lock file", ".~lock.texte.odt#", "", ",jeanne,portable,02.09.2026 10:12,file:///home/jeanne/.config/libreoffice/4;", Other, "lock"},
		{"a shortcut of Windows", "texte.docx", "", "L\x00\x00\x00\x01\x14\x02\x00" + strings.Repeat("\x00", 60), Other, "shortcut"},
		{"a link of Windows", "texte.url", "text/plain", "[InternetShortcut]\r\nURL=https://example.org/\r\n", Other, "shortcut"},
		{"a link of Safari", "texte.webloc", "", `<?xml version="1.0"?><plist version="1.0"><dict><key>URL</key><string>https://example.org</string></dict></plist>`, Other, "shortcut"},
		{"a link of Safari, packed", "texte.webloc", "", "bplist00\xd1\x01\x02SURL_\x10\x13https://example.org", Other, "shortcut"},
		{"a link of GNOME", "texte.desktop", "", "[Desktop Entry]\nType=Link\nURL=https://example.org\n", Other, "shortcut"},
		{"a link of Google Drive", "texte.gdoc", "", `{"doc_id":"1a2b","email":"jeanne@example.org"}`, Other, "shortcut"},
		{"an alias of macOS", "texte", "", "book\x00\x00\x00\x00mark\x00\x00\x00\x00", Other, "shortcut"},
		{"AppleDouble", "._texte.docx", "", "\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X        ", Other, "fork"},
		{"the view of a folder", ".DS_Store", "", "\x00\x00\x00\x01Bud1\x00\x00", Other, "fork"},
		{"no bytes", "texte.docx", "", "", DOCX, "zero"},
		{"an unfinished download", "texte.docx.crdownload", "", "PK\x03\x04\x14\x00\x00\x00 cut short", Other, "unfinished"},
		{"a whole file called unfinished", "texte.txt.part", "", text, Text, ""},
		{"LaTeX", "texte.txt", "", "% mon texte\n\\documentclass{article}\n\\begin{document}\nUn.\n\\end{document}\n", Other, "tex"},
		{"DjVu", "texte.pdf", "", "AT&TFORM\x00\x00\x00\x20DJVM", Other, "djvu"},
		{"XPS", "texte.xps", "", zipOf(t, map[string]string{"FixedDocumentSequence.fdseq": "<x/>"}), Other, "xps"},
		{"PostScript", "texte.ps", "", "%!PS-Adobe-3.0\n", Other, "postscript"},
		{"WordPerfect", "texte.doc", "", "\xffWPC\x10\x00\x00\x00", Other, "wordperfect"},
		{"rar", "texte.docx", "", "Rar!\x1a\x07\x01\x00", Other, "rar"},
		{"7z", "texte.7z", "", "7z\xbc\xaf\x27\x1c", Other, "7z"},
		{"tar.gz", "texte.tar.gz", "", "\x1f\x8b\x08\x00\x00", Other, "tar"},
		{"tar", "texte.tar", "", "texte.txt" + strings.Repeat("\x00", 248) + "ustar\x0000", Other, "tar"},
		{"a zip with a password", "texte.zip", "", zipOf(t, map[string]string{"texte.txt!": text}), Other, "locked-archive"},
		{"a zip of a text and what macOS adds", "texte.zip", "", zipOf(t, map[string]string{"texte.txt": text, "__MACOSX/._texte.txt": "\x00\x05\x16\x07", "~$texte.docx": wordLock()}), Text, ""},
		{"a message of Outlook", "texte.msg", "", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + wide("__substg1.0_0037001F"), Mail, "msg"},
		{"a mail called a text", "texte.txt", "", "From: jeanne@example.org\nSubject: x\nMIME-Version: 1.0\n\nTexte.\n", Mail, "mail"},
		{"a text that speaks of a date", "texte.txt", "", "Date: un essai\n\n" + text, Text, ""},
		{"a photograph of a telephone", "page", "", "\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", Picture, ""},
		{"a bitmap", "page", "", "BM\x36\x00\x0c\x00\x00\x00\x00\x00\x36", Picture, ""},
		{"a text that begins like a bitmap", "a.txt", "", "BMX et autres vélos de ville.\n", Text, ""},
		{"a text that begins like a program", "a.txt", "", "MZ est un sigle.\n", Text, ""},
		{"an unknown picture", "logo.emz", "image/x-emz", "\x9c\x01\x02\xff\xfe\x9c\x01\x02\xff\xfe", Picture, ""},
		{"a video", "texte.mp4", "", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", Other, "media"},
		{"a program", "texte.exe", "", "MZ\x90\x00\x03\x00\x00\x00\xff\xff", Other, "program"},
	} {
		d := Read(tt.name, tt.declared, []byte(tt.data))
		if d.Type != tt.is || d.Named != tt.named {
			t.Errorf("%s: %s, named %q (%s); want %s, %q", tt.what, d.Type, d.Named, d.Error, tt.is, tt.named)
		}
		if tt.named != "" && (d.Readable() || d.Error == "" || !slices.Contains(Kinds(), d.Named)) {
			t.Errorf("%s: %+v", tt.what, d)
		}
	}
}

func wide(s string) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		b.WriteByte(0)
	}
	return b.String()
}

// TestAsPicture: what its first bytes tell is what reading gives.
func TestAsPicture(t *testing.T) {
	rest := strings.Repeat("\x00\x01 PK\x03\x04", 400)
	for _, begins := range append(photographs, "BM", "RIFF1234WEBP", "PK\x03\x04", "PK\x03\x04    WEBP", "%PDF-", "\xff\xd8\xff%PDF-1.4", "un texte", "{\\rtf") {
		for _, declared := range []string{"image/jpeg", "Message/rfc822", ""} {
			data := []byte(begins + rest)
			d, told := AsPicture("a.jpg", declared, data)
			if read := Read("a.jpg", declared, data); told && !reflect.DeepEqual(d, read) {
				t.Errorf("%q as %q: told %+v, read %+v", begins, declared, d, read)
			}
			if want := slices.Contains(photographs, begins) && declared != "Message/rfc822"; told != want {
				t.Errorf("%q as %q: told %v", begins, declared, told)
			}
		}
	}
}
