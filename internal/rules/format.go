package rules

import (
	"cmp"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// formatSource is one file of formats/.
type formatSource struct {
	*source
	id   string
	file formatFile
	uses []*use // the good ones
}

// formatForm is what a format's file may be called: its queue bears the name.
var formatForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// formatID is the identifier of a format by the name of its file.
func formatID(name string) string { return strings.TrimSuffix(path.Base(name), ".yaml") }

// folder is the name of the format's own folder.
func (f *formatSource) folder() string { return cmp.Or(f.file.Folder, f.file.Name) }

// check looks for what is wrong in a format by itself.
func (f *formatSource) check() {
	queues := slices.Sorted(maps.Keys(queuesFile{}.all()))
	switch {
	case !formatForm.MatchString(f.id):
		f.Add(0, 0, "a format's file is named in small letters, digits and hyphens, as essay.yaml, 32 at most")
	case slices.Contains(queues, desk.Queue(f.id)) || f.id == "all":
		f.Add(0, 0, "the name %s is that of a queue that every publication has: name the file otherwise", f.id)
	}
	if f.file.Folder != "" {
		f.checkFolder("folder", f.file.Folder)
	} else {
		f.checkFolder("name", f.file.Name)
	}
	if f.Has("criteria") && f.Entries("criteria") == 0 {
		f.Fault("criteria", "a format needs one criterion at least, as {use: readable}")
	}
}

// readUses resolves the criteria that the format uses.
func (f *formatSource) readUses(c *criteriaFile) {
	known := slices.Sorted(maps.Keys(c.entries))
	first := map[string]int{}
	for i, file := range f.file.Criteria {
		u := &use{format: f, path: yamlfile.Nth("criteria", i), name: file.Use, level: desk.Level(file.Level)}
		u.limits = f.readLimits(u.path, file.Limit)
		f.checkLevel(u.path+".level", file.Level)
		_, exists := c.entries[file.Use]
		before, twice := first[file.Use]
		switch {
		case file.Use == "" || c.Broken:
		case !exists:
			_, hint := yamlfile.Suggest(file.Use, known)
			f.Fault(u.path+".use", "no criterion is called %s%s; accepted: %s", file.Use, hint, strings.Join(known, ", "))
		case twice:
			f.Fault(u.path+".use", "the criterion %s is used twice: entry %d uses it too", file.Use, before+1)
		default:
			first[file.Use] = i
			f.uses = append(f.uses, u)
			c.uses[file.Use] = append(c.uses[file.Use], u)
		}
	}
}
