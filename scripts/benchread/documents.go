package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/bara-think-tank/guichet/scripts/essay"
)

// kinds are the endings of the files that are made.
var kinds = []string{"pdf", "docx", "odt", "rtf", "html"}

// makeDocuments writes so many documents of each kind, or takes those that stand in
// the folder from the last time.
func makeDocuments(folder string, count int, seed uint64) (map[string][]string, error) {
	files := map[string][]string{}
	for i := range count {
		for _, kind := range kinds {
			files[kind] = append(files[kind], filepath.Join(folder, fmt.Sprintf("%d-%03d.%s", seed, i, kind)))
		}
	}
	if _, err := os.Stat(files["pdf"][count-1]); err == nil {
		return files, nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	w := essay.NewWriter(seed, 0)
	for i := range count {
		e := w.Essay(w.Length())
		for kind, made := range map[string]func(essay.Essay) ([]byte, error){
			"docx": func(e essay.Essay) ([]byte, error) { return essay.DOCX(e, nil) },
			"odt":  func(e essay.Essay) ([]byte, error) { return essay.ODT(e, nil) },
			"rtf":  func(e essay.Essay) ([]byte, error) { return essay.RTF(e), nil },
			"html": func(e essay.Essay) ([]byte, error) { return essay.HTML(e), nil },
		} {
			data, err := made(e)
			if err == nil {
				err = os.WriteFile(files[kind][i], data, 0o644)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return files, makePDFs(folder, files["docx"])
}

// makePDFs has LibreOffice save the documents as PDF, with a profile of its own.
func makePDFs(folder string, files []string) error {
	profile, err := os.MkdirTemp("", "bench-read-office-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(profile) //nolint:errcheck // a temporary folder
	fmt.Fprintln(os.Stderr, "LibreOffice makes the PDFs…")
	args := append([]string{"-env:UserInstallation=file://" + profile, "--headless", "--convert-to", "pdf", "--outdir", folder}, files...)
	if said, err := exec.Command("soffice", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("soffice: %w: %s", err, said)
	}
	return nil
}
