// Benchread measures `guichet read` against pdftotext, docx2txt and pandoc on the
// same files, which it makes itself: texts of 400 to 3,000 words with headings,
// notes and sources, always the same for one seed, and PDFs that LibreOffice makes
// of them. Each tool is run as its users run it: guichet once for all files, its start
// and that of its children included, the others once a file, as they take no more.
// A round runs every tool; figures are medians of the rounds.
//
// It fails where guichet is slower than pdftotext, or less than 20 times as fast as
// pandoc.
package main

import (
	"cmp"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"time"
)

func main() {
	guichet := flag.String("guichet", "./guichet", "the binary to measure")
	count := flag.Int("n", 200, "documents of each type")
	rounds := flag.Int("rounds", 3, "rounds, of which the median counts")
	seed := flag.Uint64("seed", 1, "of the documents' texts")
	keep := flag.String("keep", "", "a folder to keep the documents in for the next time")
	only := flag.String("only", "", "one type to measure, such as pdf; all without it")
	flag.Parse()
	kept, err := bench(*guichet, *keep, *only, *count, *rounds, *seed)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-read:", err)
		os.Exit(1)
	}
	if !kept {
		os.Exit(1)
	}
}

// match is a tool to measure guichet against on files of one type.
type match struct {
	kind  string   // the files' ending
	tool  []string // the file's name follows, then after
	after []string
	bound float64 // how many times as fast guichet has to be; 0: only told
}

var matches = []match{
	{"pdf", []string{"pdftotext"}, []string{"-"}, 1},
	{"docx", []string{"docx2txt"}, []string{"-"}, 0},
	{"docx", []string{"pandoc", "-t", "plain"}, nil, 20},
	{"odt", []string{"pandoc", "-t", "plain"}, nil, 20},
	{"rtf", []string{"pandoc", "-t", "plain"}, nil, 20},
	{"html", []string{"pandoc", "-t", "plain"}, nil, 20},
}

// bench says whether every bound was kept.
func bench(guichet, keep, only string, count, rounds int, seed uint64) (bool, error) {
	if err := haveTools(); err != nil {
		return false, err
	}
	program, err := filepath.Abs(guichet)
	if err != nil {
		return false, err
	}
	folder := keep
	if folder == "" {
		if folder, err = os.MkdirTemp("", "bench-read-"); err != nil {
			return false, err
		}
		defer os.RemoveAll(folder) //nolint:errcheck // a temporary folder
	}
	files, err := makeDocuments(folder, count, seed)
	if err != nil {
		return false, err
	}
	matches, measured := matches, kinds
	if only != "" {
		if !slices.Contains(kinds, only) {
			return false, fmt.Errorf("-only %s: the types are %v", only, kinds)
		}
		measured = []string{only}
		matches = slices.DeleteFunc(slices.Clone(matches), func(m match) bool { return m.kind != only })
	}
	own, theirs := map[string][]run{}, make([][]run, len(matches))
	for range rounds {
		for _, kind := range measured {
			r, err := together(program, files[kind])
			if err != nil {
				return false, err
			}
			own[kind] = append(own[kind], r)
		}
		for i, m := range matches {
			r, err := oneByOne(m, files[m.kind])
			if err != nil {
				return false, err
			}
			theirs[i] = append(theirs[i], r)
		}
	}
	fmt.Printf("%d documents of each type, medians of %d rounds\n\n", count, rounds)
	return report(measured, matches, own, theirs, count), nil
}

// haveTools says which tools are not there, and how Debian gives them.
func haveTools() error {
	packages := map[string]string{
		"pdftotext": "poppler-utils", "docx2txt": "docx2txt", "pandoc": "pandoc", "soffice": "libreoffice-writer-nogui",
	}
	var missing []string
	for tool, name := range packages {
		if _, err := exec.LookPath(tool); err != nil {
			missing = append(missing, name)
		}
	}
	if slices.Sort(missing); len(missing) > 0 {
		return fmt.Errorf("tools are missing; on Debian, as root: scripts/setup bench-read, or apt-get install --no-install-recommends %v", missing)
	}
	return nil
}

// report prints the medians, and says whether every bound was kept.
func report(kinds []string, matches []match, own map[string][]run, theirs [][]run, count int) bool {
	kept := true
	fmt.Printf("%-6s%-14s%13s%13s%10s%10s%14s\n", "type", "tool", "documents/s", "ms/document", "CPU ms", "peak MB", "guichet")
	line := func(kind, tool string, r run, last string) {
		each, work := r.took/time.Duration(count), r.work/time.Duration(count)
		fmt.Printf("%-6s%-14s%13.1f%13.2f%10.2f%10.0f%14s\n", kind, tool, float64(time.Second)/float64(each),
			float64(each)/1e6, float64(work)/1e6, float64(r.peak)/(1<<20), last)
	}
	for _, kind := range kinds {
		mine := median(own[kind])
		line(kind, "guichet read", mine, "")
		for i, m := range matches {
			if m.kind != kind {
				continue
			}
			other := median(theirs[i])
			ratio := float64(other.took) / float64(mine.took)
			told := fmt.Sprintf("%.1f x", ratio)
			if ratio < m.bound {
				kept, told = false, fmt.Sprintf("%.1f x < %g", ratio, m.bound)
			}
			line(kind, m.tool[0], other, told)
		}
	}
	fmt.Printf("\nguichet: how many times as fast as the tool, by the clock. CPU: processor time a document.\n"+
		"Peak: of all processes of a tool that run at once. This machine has %d processors.\n", runtime.NumCPU())
	return kept
}

// median is the run of the middle time, with the highest of the peaks.
func median(runs []run) run {
	slices.SortFunc(runs, func(a, b run) int { return cmp.Compare(a.took, b.took) })
	m := runs[len(runs)/2]
	for _, r := range runs {
		m.peak = max(m.peak, r.peak)
	}
	return m
}
