package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/bara-think-tank/guichet/internal/desk"
	shipped "github.com/bara-think-tank/guichet/rules"
)

// copyOfShipped is the built-in rules, to be spoilt.
func copyOfShipped(t testing.TB) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := fs.WalkDir(shipped.FS, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(shipped.FS, name)
		files[name] = &fstest.MapFile{Data: raw}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func loadShipped(t testing.TB) *Set {
	t.Helper()
	set, err := Load(shipped.FS)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// faultsOf loads a folder that must be refused.
func faultsOf(t testing.TB, files fs.FS) desk.Faults {
	t.Helper()
	set, err := Load(files)
	var faults desk.Faults
	if set != nil || !errors.As(err, &faults) || len(faults) == 0 {
		t.Fatalf("Load gave %v and %v, want faults alone", set, err)
	}
	return faults
}

func TestLoadShipped(t *testing.T) {
	set := loadShipped(t)
	var ids []string
	for _, f := range set.Formats {
		ids = append(ids, f.ID)
		if set.Folder(desk.Queue(f.ID)) == set.Folder(desk.QueueToSort) {
			t.Errorf("the format %s has no folder of its own", f.ID)
		}
		if len(f.criteria) == 0 || slices.Contains(f.criteria, nil) {
			t.Errorf("the format %s has criteria %v", f.ID, f.criteria)
		}
	}
	if want := []string{"analyse", "baragouin", "baratin"}; !slices.Equal(ids, want) {
		t.Errorf("formats %v, want %v", ids, want)
	}
	if got := set.Folder(desk.QueueToSort); got != "Guichet/À trier" {
		t.Errorf("folder %q", got)
	}
	if got := set.Folder("a queue of older rules"); got != set.Folder(desk.QueueToSort) {
		t.Errorf("an unknown queue has the folder %q", got)
	}
	for _, tt := range []struct {
		queue      desk.Queue
		lang, want string
	}{
		{desk.QueueToSort, "fr", "à trier"},
		{desk.QueueToSort, "en", "to sort"},
		{desk.QueueToSort, "de", "à trier"},
		{"baratin", "en", "Baratin"},
		{"older", "fr", "older"},
	} {
		if got := set.QueueName(tt.queue, tt.lang); got != tt.want {
			t.Errorf("QueueName(%s, %s) is %q, want %q", tt.queue, tt.lang, got, tt.want)
		}
	}
	folders := slices.Sorted(maps.Values(set.Desk.Folders))
	if len(folders) != 7+len(set.Formats) || len(slices.Compact(folders)) != len(folders) {
		t.Errorf("folders %v: want one of its own for every queue and tray", folders)
	}
}

// TestFaultsTogether spoils three files at once: all is told, in order, once.
func TestFaultsTogether(t *testing.T) {
	files := copyOfShipped(t)
	var want []string
	want = append(want, spoil(t, files, "criteria.yaml", "document.words >= limit.min &&", "¦document.word >= limit.min &&")...)
	want = append(want, spoil(t, files, "desk.yaml", "prefix: BARA", "prefix: ¦bara")...)
	want = append(want, spoil(t, files, "formats/baratin.yaml", "{use: author}", "{use: ¦autor}")...)
	faults := faultsOf(t, files)
	if len(faults) != len(want) {
		t.Fatalf("got %d faults, want %d:\n%v", len(faults), len(want), faults)
	}
	for i, f := range faults {
		if !strings.HasPrefix(f.Error(), want[i]) {
			t.Errorf("fault %d is %q, want it at %s", i, f.Error(), want[i])
		}
	}
}

func TestHash(t *testing.T) {
	files := copyOfShipped(t)
	first := loadShipped(t).Hash()
	for _, same := range []string{".DS_Store", "formats/.baratin.yaml.swp", ".git/config", "embed.go"} {
		files[same] = &fstest.MapFile{Data: []byte("x")}
	}
	set, err := Load(files)
	if err != nil || set.Hash() != first || len(first) != 64 {
		t.Fatalf("hash %v, error %v; want %s: files that are no rules changed it", set, err, first)
	}
	for _, name := range []string{"desk.yaml", "subjects.yaml", "formats/analyse.yaml", "notices/fr/receipt.txt"} {
		files := copyOfShipped(t)
		files[name] = &fstest.MapFile{Data: append(bytes.Clone(files[name].Data), '\n')}
		set, err := Load(files)
		if err != nil {
			t.Fatal(err)
		}
		if set.Hash() == first {
			t.Errorf("a line more in %s leaves the hash as it was", name)
		}
	}
}

// brokenFS is a folder whose files cannot be opened.
type brokenFS struct{ fstest.MapFS }

func (b brokenFS) Open(name string) (fs.File, error) {
	if strings.HasSuffix(name, ".yaml") {
		return nil, fs.ErrPermission
	}
	return b.MapFS.Open(name)
}

func (b brokenFS) ReadFile(name string) ([]byte, error)  { return nil, fs.ErrPermission }
func (b brokenFS) Stat(name string) (fs.FileInfo, error) { return b.MapFS.Stat(name) }

func TestLoadUnreadable(t *testing.T) {
	faults := faultsOf(t, brokenFS{copyOfShipped(t)})
	want := "criteria.yaml: cannot be read: permission denied"
	if faults[0].Error() != want {
		t.Errorf("the first fault is %q, want %q", faults[0].Error(), want)
	}
	if got := faultsOf(t, fstest.MapFS{}).Error(); got != `criteria.yaml: is missing
desk.yaml: is missing
formats: holds no format; accepted: one file a format, as formats/essay.yaml
subjects.yaml: is missing` {
		t.Errorf("an empty folder has the faults\n%s", got)
	}
	large := copyOfShipped(t)
	large["desk.yaml"].Data = bytes.Repeat([]byte("# more\n"), 1<<20)
	if got := faultsOf(t, large)[0].Error(); got != "desk.yaml: cannot be read: it has 7340032 bytes; accepted: 1048576" {
		t.Errorf("a large file has the fault %q", got)
	}
}

// spoil replaces text in a file, or the whole of it where old is empty. Each ¦
// in the new text is taken out, and where it stood is given back as
// "file:line:column: ".
func spoil(t testing.TB, files fstest.MapFS, name, old, spoilt string) (places []string) {
	t.Helper()
	text := spoilt
	if old != "" {
		before := string(files[name].Data)
		if strings.Count(before, old) != 1 {
			t.Fatalf("%s holds %q %d times, not once", name, old, strings.Count(before, old))
		}
		text = strings.Replace(before, old, spoilt, 1)
	}
	for strings.Contains(text, "¦") {
		before, after, _ := strings.Cut(text, "¦")
		line := before[strings.LastIndex(before, "\n")+1:]
		places = append(places, fmt.Sprintf("%s:%d:%d: ", name, strings.Count(before, "\n")+1, len([]rune(line))+1))
		text = before + after
	}
	files[name] = &fstest.MapFile{Data: []byte(text)}
	return places
}
