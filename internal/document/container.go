package document

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// identifyZip looks at the parts that only one format has. A directory that
// cannot be read leaves the names that stand in the bytes.
func identifyZip(ext string, data []byte) identity {
	a, err := openArchive(data)
	if err != nil {
		is := typeByName(ext)
		switch {
		case bytes.Contains(data, []byte("word/document")):
			is = DOCX
		case bytes.Contains(data, []byte("opendocument.text")):
			is = ODT
		}
		return identity{is: is, err: err}
	}
	if id, known := identifyPackage(ext, a); known {
		return id
	}
	return identifyInside(a)
}

// identifyPackage tells a document that is a zip from an archive of documents.
func identifyPackage(ext string, a *archive) (id identity, known bool) {
	mimetype, _ := a.read("mimetype")
	kind := strings.TrimSpace(string(mimetype))
	switch {
	case strings.HasPrefix(kind, "application/vnd.oasis.opendocument.text"): // templates too
		return identity{is: ODT, err: checkODFLock(a)}, true
	case strings.HasPrefix(kind, "application/vnd.oasis.opendocument.spreadsheet"):
		return unread(Other, "ods"), true
	case strings.HasPrefix(kind, "application/vnd.oasis.opendocument.presentation"):
		return unread(Other, "odp"), true
	case strings.HasPrefix(kind, "application/vnd.oasis.opendocument."):
		return unread(Other, "OpenDocument "+strings.TrimPrefix(kind, "application/vnd.oasis.opendocument.")), true
	case a.hasUnder("word/"), isWord(a): // macros and templates too
		return identity{is: DOCX}, true
	case a.hasUnder("xl/"):
		return unread(Other, "xlsx"), true
	case a.hasUnder("ppt/"):
		return unread(Other, "pptx"), true
	case isApple(a, ext):
		return unread(Other, appleName(ext)), true
	case a.has("FixedDocumentSequence.fdseq"), a.hasUnder("documents/1/"):
		return unread(Other, "xps"), true
	case strings.HasPrefix(kind, "application/epub"):
		return unread(Other, "epub"), true
	case a.has("content.xml") && a.has("META-INF/manifest.xml"):
		return identity{is: ODT, err: checkODFLock(a)}, true
	}
	return identity{}, false
}

// isWord says whether a package that keeps its parts elsewhere is Word's, by the
// types of its parts.
func isWord(a *archive) bool {
	types, err := a.read("[Content_Types].xml")
	return err == nil && bytes.Contains(types, []byte("wordprocessingml")) || err == nil && a.has("_rels/.rels") && bytes.Contains(types, []byte("ms-word"))
}

// isApple tells the programs of Apple's, whose documents are zips, or folders that
// a mail program zips.
func isApple(a *archive, ext string) bool {
	for name := range a.parts {
		if strings.HasSuffix("/"+name, "/index/document.iwa") || strings.HasSuffix(name, ".pages/index.zip") {
			return true
		}
	}
	return a.has("Index.zip") || a.has("index.xml") && ext == "pages"
}

func appleName(ext string) string {
	switch ext {
	case "key":
		return "keynote"
	case "numbers":
		return "numbers"
	}
	return "pages"
}

// checkODFLock tells a document that asks for a password: its manifest says how
// its parts, or the one part that holds them all, are encrypted.
func checkODFLock(a *archive) error {
	manifest, err := a.read("META-INF/manifest.xml")
	if err == nil && bytes.Contains(manifest, []byte("encryption-data")) {
		return fail(FaultEncrypted, "the document is protected by a password")
	}
	return nil
}

// inner is a document within an archive.
type inner struct {
	name string
	data []byte
}

// Bounds on an archive of documents: past them no one text can be meant.
const (
	archiveFiles = 100
	archiveBytes = 2 * MaxPart
)

// identifyInside looks for the one document that an archive holds. Pictures and
// what systems add count for nothing; an archive within is not opened.
func identifyInside(a *archive) identity {
	var found []inner
	var last identity // of the last document; where there is none, of the last other file
	held := 0
	for _, f := range a.files() {
		data, err := a.read(f.Name)
		if held += len(data); err == nil && held > archiveBytes {
			err = fail(FaultTooLarge, "the archive holds far more than a text needs")
		}
		if err != nil {
			return identity{is: Other, err: inArchive(err)}
		}
		name := innerName(f)
		switch is := identifyOne(name, data); {
		case is.is == Picture, isAside(is):
		case is.is != Other:
			found, last = append(found, inner{name, data}), is
		case len(found) == 0:
			last = is
		}
	}
	return oneInside(found, last)
}

// inArchive says of a failure that the archive is what failed: its password is
// another than a document's.
func inArchive(err error) error {
	if f := (*failure)(nil); errors.As(err, &f) && f.fault == FaultEncrypted {
		return &failure{FaultEncrypted, fixes["locked-archive"], "locked-archive"}
	}
	return err
}

// isAside tells what a program leaves beside a document.
func isAside(id identity) bool {
	f := (*failure)(nil)
	return errors.As(id.err, &f) && (f.named == "lock" || f.named == "fork")
}

// identifyOne tells what a file in an archive is.
func identifyOne(name string, data []byte) identity {
	if !bytes.HasPrefix(data, []byte("PK\x03\x04")) && !bytes.HasPrefix(data, []byte("PK\x05\x06")) {
		return identify(name, "", data)
	}
	ext := strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".")
	a, err := openArchive(data)
	if err != nil {
		return identity{is: typeByName(ext), err: err}
	}
	if id, known := identifyPackage(ext, a); known {
		return id
	}
	return unread(Other, "zip")
}

func oneInside(found []inner, last identity) identity {
	switch {
	case len(found) == 1:
		last.inner = &found[0]
		return last
	case len(found) > 1:
		names := ""
		for _, f := range found[:min(len(found), 5)] {
			names += ", " + f.name
		}
		return identity{is: Other, err: &failure{FaultSeveral, fmt.Sprintf("the archive holds %d documents (%s): send the one to publish by itself", len(found), names[2:]), ""}}
	case last.err != nil:
		return last
	}
	return unread(Other, "zip")
}

// files are the files that a person put into an archive, in the order of their
// names; none where there are more than a text could need.
func (a *archive) files() []*zip.File {
	var files []*zip.File
	for name, f := range a.parts {
		base := path.Base(name)
		if f.FileInfo().IsDir() || strings.HasPrefix(base, ".") || strings.HasPrefix(name, "__macosx/") || base == "thumbs.db" || base == "desktop.ini" {
			continue
		}
		files = append(files, f)
	}
	if len(files) > archiveFiles {
		return nil
	}
	slices.SortFunc(files, func(a, b *zip.File) int { return strings.Compare(a.Name, b.Name) })
	return files
}

// innerName is the name of a file without its folders: in UTF-8, or as Windows
// writes it in Western Europe.
func innerName(f *zip.File) string {
	name := f.Name
	if !utf8.ValidString(name) {
		name, _ = charmap.CodePage850.NewDecoder().String(name)
	}
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, name)
}

// identifyOLE looks for the names of streams in a compound file, which stand in
// its directory as UTF-16.
func identifyOLE(ext string, data []byte) identity {
	holds := func(name string) bool {
		wide := make([]byte, 0, 2*len(name))
		for i := range len(name) {
			wide = append(wide, name[i], 0)
		}
		return bytes.Contains(data, wide)
	}
	switch {
	case holds("EncryptedPackage"):
		is := DOCX
		if ext == "xlsx" || ext == "pptx" {
			is = Other
		}
		return identity{is: is, err: fail(FaultEncrypted, "the document is protected by a password")}
	case holds("__substg1.0_"):
		return unread(Mail, "msg")
	case holds("Quill"):
		return unread(Other, "publisher")
	case holds("WordDocument"):
		return identity{is: DOC}
	case holds("Workbook"):
		return unread(Other, "xlsx")
	case holds("PowerPoint Document"):
		return unread(Other, "pptx")
	case holds("MatOST"):
		return unread(Other, "works")
	}
	if typeByName(ext) == DOC {
		return identity{is: DOC, err: fail(FaultBroken, "the file is damaged: its directory does not name a Word document")}
	}
	return unread(Other, "an unknown compound file")
}
