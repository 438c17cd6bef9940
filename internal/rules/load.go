package rules

import (
	"cmp"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/bara-think-tank/guichet/internal/desk"
	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// Load reads a rules folder and checks all of it. The error is desk.Faults:
// everything that is wrong, each at its place in its file, in the order of files
// and lines.
func Load(fsys fs.FS) (*Set, error) {
	files, faults := readFolder(fsys)
	l := &loader{files: files, faults: faults}
	l.readDesk()
	l.readFormats()
	l.readCriteria()
	set := &Set{
		hash:       files.hash(),
		doubts:     l.deskAt.readDoubts(l.desk.Unsure, l.criteria.languages),
		queueNames: l.desk.Queues.names(),
	}
	set.unreadable = l.readUnreadable()
	set.Formats = l.compile()
	set.examples = l.criteria.readExamples()
	set.classifier, set.answers = l.readSubjects()
	if err := l.told(); err != nil {
		return nil, err
	}
	set.Desk = l.desk.publication(l.formats)
	return set, nil
}

// loader is a folder while it is read.
type loader struct {
	files    folder
	faults   desk.Faults // of no source
	desk     deskFile
	deskAt   *source
	formats  []*formatSource
	criteria criteriaFile
	sources  []*source
}

// source decodes one file of the folder. One that is missing was said to be.
func (l *loader) source(name string, into any) *source {
	raw, ok := l.files[name]
	s := &source{&yamlfile.File{Name: name, Broken: true}}
	if ok {
		s = readSource(name, raw, into)
	}
	l.sources = append(l.sources, s)
	return s
}

func (l *loader) readDesk() {
	l.deskAt = l.source(deskName, &l.desk)
	l.deskAt.checkDesk(l.desk)
	if l.criteria.languages = spokenOf(l.desk.Languages); len(l.criteria.languages) == 0 {
		l.criteria.languages = spoken
	}
}

// readFormats reads every format, and what they must not share: a name, an
// alias, a folder.
func (l *loader) readFormats() {
	for _, name := range l.files.formats() {
		f := &formatSource{id: formatID(name)}
		f.source = l.source(name, &f.file)
		f.check()
		l.formats = append(l.formats, f)
	}
	if len(l.formats) == 0 {
		l.faults = append(l.faults, desk.Fault{
			File: formatsName, Message: "holds no format; accepted: one file a format, as " + formatsName + "/essay.yaml",
		})
	}
	l.checkNames()
	l.checkFolders()
}

// checkNames refuses a name or alias that two formats have, or one has twice:
// case and accents apart, as in a subject.
func (l *loader) checkNames() {
	type owner struct{ format, name string }
	owners := map[string]owner{}
	for _, f := range l.formats {
		claim := func(path, name string) {
			if name == "" {
				return
			}
			if before, taken := owners[fold(name)]; taken {
				f.Fault(path, "the name %s is taken: %s of formats/%s.yaml reads the same in a subject", name, before.name, before.format)
				return
			}
			owners[fold(name)] = owner{f.id, name}
		}
		claim("name", f.file.Name)
		for i, alias := range f.file.Aliases {
			claim(yamlfile.Nth("aliases", i), alias)
		}
	}
}

// checkFolders refuses a folder that two queues share.
func (l *loader) checkFolders() {
	owners := map[string]string{}
	claim := func(s *source, path, folder, queue string) {
		key := strings.ToLower(folder)
		if before, taken := owners[key]; taken && folder != "" {
			s.Fault(path, "the folder %s is taken by the queue %s: give each its own", folder, before)
			return
		}
		owners[key] = queue
	}
	queues := l.desk.Queues.all()
	for _, q := range slices.Sorted(maps.Keys(queues)) {
		claim(l.deskAt, "queues."+string(q)+".folder", queues[q].Folder, string(q))
	}
	for _, f := range l.formats {
		path := "folder"
		if f.file.Folder == "" {
			path = "name"
		}
		claim(f.source, path, f.folder(), f.id)
	}
}

// readCriteria reads the criteria and what each format uses of them.
func (l *loader) readCriteria() {
	c := &l.criteria
	c.source = l.source(criteriaName, &c.entries)
	c.uses, c.made = map[string][]*use{}, map[string][]made{}
	env, err := newEnvironment()
	if err != nil {
		c.Add(0, 0, "expressions cannot be read: %v", err)
		c.Broken = true
	}
	c.env = env
	for _, f := range l.formats {
		f.readUses(c)
	}
	c.check(l.formats)
}

// compile makes the formats of a folder.
func (l *loader) compile() []Format {
	var formats []Format
	for _, f := range l.formats {
		made := Format{ID: f.id, Name: f.file.Name, Aliases: f.file.Aliases}
		for _, u := range f.uses {
			c := l.criteria.compile(u)
			l.criteria.keep(u, c)
			made.criteria = append(made.criteria, c)
		}
		formats = append(formats, made)
	}
	return formats
}

// readSubjects reads the words that sort subjects.
func (l *loader) readSubjects() (*classifier, answers) {
	var words subjects
	s := l.source(subjectsName, &words)
	var names []formatNames
	for _, f := range l.formats {
		names = append(names, formatNames{ID: f.id, Name: f.file.Name, Aliases: f.file.Aliases})
	}
	if s.Broken {
		return nil, answers{}
	}
	made, flaws := newClassifier(words, names, l.desk.TextLanguages)
	begin, more := newAnswers(words.Replies)
	flaws = append(flaws, more...)
	for _, f := range flaws {
		s.Fault(f.path, "%s", f.message)
	}
	return made, begin
}

// told is every fault, each once, in the order of files and lines.
func (l *loader) told() error {
	all := l.faults
	for _, s := range l.sources {
		all = append(all, s.Faults...)
	}
	slices.SortFunc(all, func(a, b desk.Fault) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Column, b.Column), strings.Compare(a.Message, b.Message))
	})
	return slices.Compact(all).OrNil()
}
