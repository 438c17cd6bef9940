package notice

import (
	"fmt"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Oversize tells somebody that their mail is above the mailbox's limit, and how to
// send it smaller. The sizes are those of the whole mail, in bytes.
type Oversize struct {
	Reference desk.Reference // "" where nothing was filed
	Format    string         // the format's ID or name; "" where the mail is for a person to read
	Size      int64
	Limit     int64
}

type oversizePage struct {
	Reference   desk.Reference
	Format      string
	Size, Limit string
	Files       string // about what attachments may weigh together
	frame
}

func (o Oversize) page(f frame) oversizePage {
	p := oversizePage{Reference: o.Reference, frame: f}
	if o.Format != "" {
		p.Format = f.Pub.name(o.Format)
	}
	// Base64 makes four bytes of three, and breaks lines.
	p.Size, p.Limit, p.Files = weight(o.Size, f.Lang, true), weight(o.Limit, f.Lang, false), weight(o.Limit*73/100, f.Lang, false)
	return p
}

// weight is a size as mail programs show it, in whole megabytes where there is one.
func weight(bytes int64, lang string, up bool) string {
	unit, size, names := int64(1<<20), bytes, []string{"MB", "kB"}
	if lang == "fr" {
		names = []string{"Mo", "ko"}
	}
	name := names[0]
	if bytes < unit {
		unit, name = 1<<10, names[1]
	}
	if up {
		size += unit - 1
	}
	return fmt.Sprintf("%d%s%s", size/unit, noBreak, name)
}

func sampleOversizes(f frame) []any {
	o := Oversize{Size: 50 << 20, Limit: 35 << 20}
	pages := []any{o.page(f)}
	o.Reference = sampleReference(f)
	pages = append(pages, o.page(f))
	o.Format = "x"
	return append(pages, o.page(f))
}
