package document

import (
	"bytes"
	"maps"
	"slices"
	"strings"
)

// unread names a type that is not read.
func unread(is Type, named string) identity {
	text := named + ": not read by this version"
	if fix, ok := fixes[named]; ok {
		text = fix
	}
	return identity{is: is, err: &failure{FaultType, text, named}}
}

// Kinds is everything that Document.Named and Document.Fault may say of a file that
// cannot be read and that an answer has words for, sorted.
func Kinds() []string {
	kinds := slices.Collect(maps.Keys(fixes))
	for _, f := range []Fault{
		FaultType, FaultSeveral, FaultBroken, FaultEncrypted, FaultEmpty, FaultTooLarge, FaultScan, FaultFont, FaultOutlines, FaultStopped, FaultOnline,
	} {
		kinds = append(kinds, string(f))
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// fixes say of files that students send what they are and what to send instead.
var fixes = map[string]string{
	"pages":          "an Apple Pages document is not read: export it to Word (docx)",
	"numbers":        "an Apple Numbers spreadsheet holds no text to publish: send the text as docx or odt",
	"keynote":        "an Apple Keynote presentation holds no text to publish: send the text as docx or odt",
	"publisher":      "a Publisher file is not read: save the text as docx",
	"indesign":       "an InDesign file is not read: send the text as docx, or export it to PDF",
	"onenote":        "a OneNote file is not read: copy the text into a Word document",
	"works":          "a Works document is not read: save it as docx or rtf",
	"wordperfect":    "a WordPerfect document is not read: save it as docx or rtf",
	"xlsx":           "a spreadsheet holds no text to publish: send the text as docx or odt",
	"pptx":           "a presentation holds no text to publish: send the text as docx or odt",
	"ods":            "a spreadsheet holds no text to publish: send the text as docx or odt",
	"odp":            "a presentation holds no text to publish: send the text as docx or odt",
	"epub":           "an e-book is not read: send the text as docx or odt",
	"zip":            "the archive holds no document: send the text itself, as docx or odt",
	"rar":            "a rar archive is not unpacked: send the text itself, as docx or odt",
	"7z":             "a 7z archive is not unpacked: send the text itself, as docx or odt",
	"tar":            "a tar archive is not unpacked: send the text itself, as docx or odt",
	"locked-archive": "the archive is protected by a password: send the text itself, as docx or odt",
	"mail":           "a forwarded message that lies too deep, or cannot be read: send the file itself, or paste the text into the mail",
	"msg":            "a message saved by Outlook (msg) is not opened: send the file itself, or paste the text into the mail",
	"winmail.dat":    "Outlook’s winmail.dat cannot be opened: send the mail again as HTML or plain text, not as rich text",
	"shortcut":       "a shortcut to a document holds no text: send the document itself",
	"lock":           "a word processor’s lock file, not the document: send the one without ~$ or .~lock in its name",
	"fork":           "what macOS keeps beside a file, not the document itself: send the document",
	"unfinished":     "the download of this file was not finished: send the whole file",
	"zero":           "the file has no bytes at all: attach it again once it is saved",
	"scan":           "the document holds pictures and no text, as a scan does: send the file that was typed",
	"picture":        "a picture of a text is not read: send the file that was typed",
	"djvu":           "a DjVu scan is not read: send the file that was typed",
	"xps":            "an XPS document is not read: save the text as docx or pdf",
	"postscript":     "a PostScript file is not read: send the text as docx or pdf",
	"tex":            "a LaTeX source is not read: compile it and send the PDF",
	"media":          "a sound or a video holds no text to publish: send the text as docx or odt",
	"program":        "a program is never opened: send the text as docx or odt",
	"word 95":        "a document from before Word 97 is not read: save it as docx",
	"word in xml":    "Word’s single-file XML is not read: save it as docx",
	"mhtml":          "a web page in one file (mht) is not read: save the text as docx or pdf",
}

// magics are the first bytes of what is no text.
var magics = []struct {
	at    int
	bytes string
	is    Type
	label string
}{
	{0, "\xff\xd8\xff", Picture, ""},
	{0, "\x89PNG\r\n", Picture, ""},
	{0, "GIF8", Picture, ""},
	{8, "WEBP", Picture, ""},
	{0, "II*\x00", Picture, ""},
	{0, "MM\x00*", Picture, ""},
	{4, "ftyphei", Picture, ""},
	{4, "ftyphev", Picture, ""},
	{4, "ftypmif1", Picture, ""},
	{4, "ftypmsf1", Picture, ""},
	{4, "ftypavi", Picture, ""},
	{4, "jP  \r\n", Picture, ""},
	{0, "8BPS", Picture, ""},
	{0, "\x00\x00\x01\x00", Picture, ""},
	{0, "\xd7\xcd\xc6\x9a", Picture, ""}, // WMF
	{40, " EMF", Picture, ""},
	{6, "\x00\x00\x00\x00", Picture, "BM"}, // BMP, whose two letters alone say little
	{0, "\xdb\xa5", DOC, "word 95"},
	{0, "\x78\x9f\x3e\x22", Other, "winmail.dat"},
	{0, "\x1f\x8b", Other, "tar"},
	{0, "BZh9", Other, "tar"},
	{0, "\xfd7zXZ\x00", Other, "tar"},
	{257, "ustar", Other, "tar"},
	{0, "Rar!", Other, "rar"},
	{0, "7z\xbc\xaf", Other, "7z"},
	{0, "L\x00\x00\x00\x01\x14\x02", Other, "shortcut"},
	{0, "book\x00\x00\x00\x00mark", Other, "shortcut"}, // an alias of macOS
	{0, "\xffWPC", Other, "wordperfect"},
	{0, "AT&TFORM", Other, "djvu"},
	{0, "\x00\x05\x16\x07", Other, "fork"}, // AppleDouble
	{0, "\x00\x05\x16\x00", Other, "fork"}, // AppleSingle
	{0, "\x00\x00\x00\x01Bud1", Other, "fork"},
	{0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", Other, "onenote"},
	{0, "\x06\x06\xed\xf5\xd8\x1d\x46\xe5", Other, "indesign"},
	{0, "ID3", Other, "media"},
	{0, "OggS", Other, "media"},
	{0, "RIFF", Other, "media"},
	{4, "ftyp", Other, "media"},
	{0, "\x1a\x45\xdf\xa3", Other, "media"},
	{0, "MZ", Other, "program"},
	{0, "\x7fELF", Other, "program"},
}

// openings begin texts that are not for readers.
var openings = []struct{ begins, label string }{
	{"BEGIN:VCARD", "vcard"},
	{"BEGIN:VCALENDAR", "calendar"},
	{"-----BEGIN PGP", "pgp"},
	{"-----BEGIN ", "certificate"},
	{"MIME-VERSION:", "mhtml"},
	{"%!PS", "postscript"},
	{"[INTERNETSHORTCUT]", "shortcut"},
	{"[{000214A0-", "shortcut"}, // as Windows writes before it, at times
	{"[DESKTOP ENTRY]", "shortcut"},
}

// identifyMagic tells what is no text by its first bytes. Two letters that a text
// may begin with count only where the bytes are no text.
func identifyMagic(name, declared string, data []byte) (identity, bool) {
	if isWordLock(name, data) {
		return unread(Other, "lock"), true
	}
	for _, m := range magics {
		if len(data) < m.at || !bytes.HasPrefix(data[m.at:], []byte(m.bytes)) {
			continue
		}
		switch {
		case m.label == "BM" && !bytes.HasPrefix(data, []byte("BM")):
			continue
		case m.label == "program" || m.label == "media" && m.at == 0:
			if _, text := decodeText(data); text {
				continue
			}
		}
		if m.is == Picture {
			return identity{is: Picture}, true
		}
		return unread(m.is, m.label), true
	}
	if bytes.HasPrefix(data, []byte("bplist00")) && bytes.Contains(data, []byte("URL")) {
		return unread(Other, "shortcut"), true
	}
	return identity{}, false
}

// identifyBinary names what neither first bytes nor letters tell: a picture, where
// its sender says so.
func identifyBinary(declared string) identity {
	if strings.HasPrefix(declared, "image/") {
		return identity{is: Picture}
	}
	return unread(Other, "a binary file")
}

// isWordLock tells the file "~$exte.docx" that Word keeps beside an open document:
// 162 bytes (165 of Excel's and PowerPoint's) that hold the name of who opened it,
// once in a fixed field of letters and once in UTF-16, each behind its length.
func isWordLock(name string, data []byte) bool {
	if len(data) != 162 && len(data) != 165 {
		return false
	}
	long := data[0]
	return long > 0 && long <= 53 && (data[54] == long && data[55] == 0 || strings.HasPrefix(name, "~$"))
}

// officeLock is the file ".~lock.texte.odt#" that LibreOffice keeps beside an open
// document: who, on which machine, when, and for which profile.
var officeLock = patternOf(`^[^\n,]*,[^\n,]*,[^\n,]*,\d\d\.\d\d\.\d{4} \d\d:\d\d,file:///[^\n]*;$`)

// isWebloc tells a link to a page as Safari saves it.
func isWebloc(head string) bool {
	return strings.HasPrefix(head, "<?xml") && strings.Contains(head, "<plist") && strings.Contains(head, "<key>URL</key>")
}

// isDriveLink tells the file "texte.gdoc" that Google Drive keeps on a computer in
// the place of a document, which holds its address alone.
func isDriveLink(head string) bool {
	return strings.HasPrefix(head, "{") && len(head) < 1024 && (strings.Contains(head, `"doc_id"`) || strings.Contains(head, `"url":`) && strings.Contains(head, "docs.google.com"))
}

// texMarks begin a source of LaTeX, below comments and settings.
var texMarks = patternOf(`(?m)^\s*\\(documentclass|documentstyle|begin\{document\})`)

// mailHeader is a line of a mail's header.
var mailHeader = patternOf(`(?im)^(from|to|subject|date|message-id|received|return-path|delivered-to|mime-version|content-type|x-[\w-]+):\s`)

// isMail tells a mail that was saved as a file: its text begins with a header that
// names who wrote it and at least two other things.
func isMail(ext, head string) bool {
	header, _, _ := strings.Cut(strings.ReplaceAll(head, "\r\n", "\n"), "\n\n")
	at := mailHeader.FindStringIndex(header)
	if at == nil || at[0] != 0 {
		return ext == "eml"
	}
	seen := map[string]bool{}
	for _, m := range mailHeader.FindAllStringSubmatch(header, -1) {
		seen[strings.ToLower(m[1])] = true
	}
	return ext == "eml" || seen["from"] && len(seen) >= 3 && (seen["message-id"] || seen["received"] || seen["mime-version"])
}

// unfinishedNames end the names that browsers give to what is not there whole yet.
var unfinishedNames = []string{".crdownload", ".part", ".partial", ".download", ".opdownload", ".!ut"}

// unfinished says of a broken file, by its name, that it was cut short while it was
// downloaded.
func unfinished(name string, f *failure) *failure {
	lower := strings.ToLower(name)
	broken := f.fault == FaultBroken || f.named == "a binary file"
	if broken && slices.ContainsFunc(unfinishedNames, func(end string) bool { return strings.HasSuffix(lower, end) }) {
		return &failure{FaultBroken, fixes["unfinished"], "unfinished"}
	}
	return f
}
