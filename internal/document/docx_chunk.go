package document

import "errors"

// alternative reads a document of another format that stands in the place of
// paragraphs (ECMA-376 part 1, 17.17.2.1). One within another is left out.
func (d *docx) alternative(id string) error {
	if part := d.rels.chunks[id]; part != "" && !d.chunk {
		inner, err := d.archive.read(part)
		if err == nil {
			err = d.inner(part, inner)
		}
		if f := (*failure)(nil); errors.As(err, &f) && f.fault == FaultTooLarge {
			return err
		}
	}
	return d.x.skip()
}

// inner adds the paragraphs of a document within the document. One that cannot be
// read is left out: Word says so too, and shows the rest.
func (d *docx) inner(name string, data []byte) error {
	read := map[Type]func([]byte) (draft, error){
		HTML: readHTML, Text: readPlain, RTF: readRTF,
		DOCX: func(data []byte) (draft, error) { return readWord(data, true) },
	}[Sniff(name, "", data)]
	if read == nil {
		return nil
	}
	made, err := read(data)
	for _, b := range made.blocks {
		if err == nil {
			err = d.held.add(len(b.text))
		}
	}
	if err == nil {
		d.blocks = append(d.blocks, made.blocks...)
	}
	return err
}
