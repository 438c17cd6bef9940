package document

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"sync"

	"github.com/klauspost/compress/flate"
)

// archive is a zip whose parts are read within bounds: how many there are, what
// each unpacks to, and how many times its packed size that is. Names are matched
// without case and with either slash, as the programs that write them vary.
type archive struct{ parts map[string]*zip.File }

// openArchive reads the directory of a zip.
func openArchive(data []byte) (*archive, error) {
	// The directory is refused before it is read: each entry costs memory.
	if bytes.Count(data, []byte("PK\x01\x02")) > MaxEntries {
		return nil, fail(FaultTooLarge, "the file holds more than %d parts", MaxEntries)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, fail(FaultBroken, "the file is damaged: its zip directory cannot be read")
	}
	z.RegisterDecompressor(zip.Deflate, inflate)
	a := &archive{parts: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		a.parts[partName(f.Name)] = f
	}
	return a, nil
}

// partName is the key of a part.
func partName(name string) string {
	return strings.ToLower(strings.TrimLeft(strings.ReplaceAll(name, `\`, "/"), "/"))
}

func (a *archive) has(name string) bool { return a.parts[partName(name)] != nil }

// hasUnder says whether any part lies in a folder.
func (a *archive) hasUnder(folder string) bool {
	for name := range a.parts {
		if strings.HasPrefix(name, folder) {
			return true
		}
	}
	return false
}

// open unpacks one part, which the caller closes. A part that is not there is
// FaultBroken.
func (a *archive) open(name string) (io.ReadCloser, error) {
	f := a.parts[partName(name)]
	if f == nil {
		return nil, fail(FaultBroken, "the file is damaged: it has no part %s", name)
	}
	if f.Flags&1 != 0 {
		return nil, fail(FaultEncrypted, "the document is protected by a password")
	}
	r, err := f.Open()
	if err != nil {
		return nil, fail(FaultBroken, "the file is damaged: its part %s cannot be unpacked", name)
	}
	most := min(MaxPart, max(1<<20, int64(f.CompressedSize64)*MaxRatio))
	return &boundedPart{ReadCloser: r, left: most, claims: f.UncompressedSize64}, nil
}

// inflater unpacks one part, in less time than compress/flate.
type inflater struct{ *unpacker }

// unpacker is what unpacks parts one after the other.
type unpacker struct {
	io.ReadCloser
	in *bufio.Reader
}

var unpackers = sync.Pool{New: func() any {
	in := bufio.NewReader(nil)
	return &unpacker{flate.NewReader(in), in}
}}

func inflate(r io.Reader) io.ReadCloser {
	u := unpackers.Get().(*unpacker)
	u.in.Reset(r)
	u.ReadCloser.(flate.Resetter).Reset(u.in, nil) //nolint:errcheck // it gives nil
	return &inflater{u}
}

// Close gives the unpacker back, once.
func (i *inflater) Close() error {
	if i.unpacker == nil {
		return nil
	}
	err := i.unpacker.Close()
	i.in.Reset(nil)
	unpackers.Put(i.unpacker)
	i.unpacker = nil
	return err
}

// whole reads a part to its end, as far as it can be unpacked.
func whole(r io.Reader) ([]byte, error) {
	const believed = 1 << 20 // of what a header claims
	var room bytes.Buffer
	if part, bounded := r.(*boundedPart); bounded {
		room.Grow(int(min(part.claims, believed)) + bytes.MinRead)
	}
	_, err := room.ReadFrom(r)
	return room.Bytes(), err
}

// read unpacks a small part whole.
func (a *archive) read(name string) ([]byte, error) {
	r, err := a.open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return whole(r)
}

// boundedPart fails once a part unpacks to more than it may, whatever size its
// header claims.
type boundedPart struct {
	io.ReadCloser
	left   int64
	claims uint64 // the size that its header tells
}

func (b *boundedPart) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fail(FaultTooLarge, "the file unpacks to far more than a text needs")
	}
	return n, err
}
