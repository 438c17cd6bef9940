package document

import (
	"strings"
	"testing"
)

func TestOnline(t *testing.T) {
	for link, want := range map[string]string{
		"https://docs.google.com/document/d/1AbC/edit?usp=sharing":                                   "Google Docs",
		"https://drive.google.com/file/d/1AbC/view":                                                  "Google Drive",
		"https://1drv.ms/w/s!AbC":                                                                    "OneDrive",
		"https://univ-my.sharepoint.com/:w:/g/personal/x/EabC?e=1":                                   "SharePoint",
		"https://www.dropbox.com/scl/fi/abc/texte.docx?dl=0":                                         "Dropbox",
		"https://we.tl/t-AbCdEf":                                                                     "WeTransfer",
		"https://www.icloud.com/pages/0abc":                                                          "iCloud",
		"https://annuel2.framapad.org/p/baratin":                                                     "Framapad",
		"https://cryptpad.fr/pad/#/2/pad/edit/abc/":                                                  "CryptPad",
		"https://equipe.notion.site/Mon-texte-abc":                                                   "Notion",
		"https://kdrive.infomaniak.com/app/share/1/abc":                                              "kDrive",
		"https://www.swisstransfer.com/d/abc-def":                                                    "SwissTransfer",
		"https://nuage.example.org/index.php/s/AbCdEfGhIjKlMno":                                      "Nextcloud",
		"https://nuage.example.org/s/AbCdEfGhIjKlMno":                                                "Nextcloud",
		"https://www.overleaf.com/read/abcdef":                                                       "Overleaf",
		"https://www.canva.com/design/DAF/abc/view":                                                  "Canva",
		"https://app.box.com/s/abc":                                                                  "Box",
		"https://mega.nz/file/abc#def":                                                               "Mega",
		"https://fromsmash.com/abc":                                                                  "Smash",
		"https://filesender.renater.fr/?s=download&token=abc":                                        "FileSender",
		"https://pad.example.org/p/baratin":                                                          "Etherpad",
		"https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2F1drv.ms%2Fw%2Fabc&data=x": "OneDrive",
		"https://www.example.org/article":                                                            "",
		"https://www.dropbox.com/":                                                                   "",
		"https://docs.google.com/":                                                                   "",
		"https://support.google.com/docs/answer/1":                                                   "",
		"https://notdocs.google.com.example.org/document/d/1":                                        "",
	} {
		d, found := Online("Voici mon texte : "+link+".", "")
		if found != (want != "") || d.Named != want || found && (d.Fault != FaultOnline || !strings.HasPrefix(d.File, "https://")) {
			t.Errorf("%s: %v, named %q, want %q", link, found, d.Named, want)
		}
	}
	chip := `<div class="gmail_chip"><a href="https://docs.google.com/document/d/1/edit?usp=drive_web"><img src="x">Baratin</a></div>`
	if d, found := Online("Bonjour", chip); !found || d.Named != "Google Docs" {
		t.Errorf("a chip of Gmail: %+v", d)
	}
	if _, found := Online(strings.Repeat("https://example.org/a ", 10_000), ""); found {
		t.Error("a page is no document")
	}
}
