package document

import (
	"net/url"
	"strings"
)

// Online looks for a link to a document that lies with an online service, in what a
// person wrote in a mail: its text and its HTML. The first is given as a Document
// that cannot be read, with FaultOnline, the link as File and the service as Named.
// A link to a page, a site or a video is none.
func Online(text, html string) (Document, bool) {
	for _, source := range []string{text, html} {
		for _, link := range links.FindAllString(source, maxLinks) {
			if service := onlineService(link); service != "" {
				const longest = 200
				d := Document{File: link[:min(len(link), longest)], Type: Other}
				d.File = strings.ToValidUTF8(d.File, "")
				return d.failed(&failure{FaultOnline, "a link to a document on " + service + ", and not the file", service}), true
			}
		}
	}
	return Document{}, false
}

// maxLinks bounds the links that are looked at.
const maxLinks = 200

var links = patternOf(`(?i)\bhttps?://[^\s"'<>()\[\]{}|\\^` + "`" + `«»“”]+`)

// service is one online service: the hosts it has, with those below them, and what
// the path of a document begins with there, in lower case; any path where there is
// none.
type service struct {
	name  string
	hosts []string
	paths []string
}

// services are where students keep documents and send large files from.
var services = []service{
	{"Google Docs", []string{"docs.google.com"}, nil},
	{"Google Drive", []string{"drive.google.com"}, nil},
	{"OneDrive", []string{"1drv.ms", "onedrive.live.com", "onedrive.com"}, nil},
	{"Microsoft 365", []string{"word.cloud.microsoft", "officeapps.live.com", "word-edit.officeapps.live.com"}, nil},
	{"Microsoft 365", []string{"office.com", "microsoft365.com", "m365.cloud.microsoft"}, []string{"/launch/", "/:", "/files", "/chat"}},
	{"SharePoint", []string{"sharepoint.com"}, nil},
	{"Dropbox", []string{"dropbox.com", "db.tt"}, []string{"/s/", "/scl/", "/sh/", "/home/", "/t/"}},
	{"Dropbox Paper", []string{"paper.dropbox.com"}, nil},
	{"WeTransfer", []string{"we.tl", "wetransfer.com"}, []string{"/t-", "/downloads/"}},
	{"iCloud", []string{"icloud.com"}, []string{"/pages/", "/iclouddrive/", "/attachment", "/numbers/", "/keynote/"}},
	{"iCloud", []string{"share.icloud.com"}, nil},
	{"Framapad", []string{"framapad.org"}, []string{"/p/"}},
	{"Etherpad", []string{"etherpad.org", "pad.lamyne.org", "pad.riseup.net"}, []string{"/p/"}},
	{"CryptPad", []string{"cryptpad.fr", "cryptpad.org"}, []string{"/pad/", "/code/", "/doc/", "/file/", "/drive/", "/sheet/", "/slide/"}},
	{"HedgeDoc", []string{"hedgedoc.org", "hackmd.io", "md.picasoft.net", "notes.inria.fr", "pad.numerique.gouv.fr"}, []string{"/"}},
	{"Notion", []string{"notion.so", "notion.site"}, []string{"/"}},
	{"kDrive", []string{"kdrive.infomaniak.com"}, nil},
	{"SwissTransfer", []string{"swisstransfer.com"}, []string{"/d/"}},
	{"Overleaf", []string{"overleaf.com"}, []string{"/project/", "/read/"}},
	{"Canva", []string{"canva.com"}, []string{"/design/"}},
	{"Box", []string{"box.com"}, []string{"/s/", "/file/", "/v/", "/folder/"}},
	{"Mega", []string{"mega.nz", "mega.io", "mega.co.nz"}, []string{"/file/", "/folder/", "/#"}},
	{"Smash", []string{"fromsmash.com"}, nil},
	{"GrosFichiers", []string{"grosfichiers.com", "grosfichiers.ch"}, []string{"/"}},
	{"TransferNow", []string{"transfernow.net", "tnow.io"}, []string{"/dl/", "/"}},
	{"FileSender", []string{"filesender.renater.fr"}, nil},
	{"FileSender", []string{"filesender.org"}, []string{"/"}},
	{"Zoho", []string{"writer.zoho.com", "writer.zoho.eu", "workdrive.zoho.com", "workdrive.zoho.eu"}, nil},
	{"Proton Drive", []string{"drive.proton.me"}, nil},
	{"pCloud", []string{"pcloud.com", "pcloud.link"}, []string{"/publink", "/e/"}},
	{"Free Transfert", []string{"transfert.free.fr", "dl.free.fr"}, nil},
	{"Adobe Acrobat", []string{"acrobat.adobe.com", "documentcloud.adobe.com"}, nil},
	{"Scribd", []string{"scribd.com"}, []string{"/document/", "/doc/"}},
	{"Collabora", []string{"collaboraoffice.com"}, nil},
	{"Quip", []string{"quip.com"}, []string{"/"}},
}

// hosts of those services that are written for people, not documents.
var onlinePages = []string{"support.", "help.", "blog.", "about."}

// nextcloud is a public link of a Nextcloud or ownCloud, wherever it runs.
var nextcloud = patternOf(`(?i)^(/(nextcloud|owncloud|cloud))?(/index\.php)?/s/[a-z0-9]{8,32}/?(download)?$`)

// pad is a pad of an Etherpad, wherever it runs.
var pad = patternOf(`(?i)^(pad|etherpad|mypads|[a-z]+pad|annuel\d*|hebdo|mensuel|bimestriel|semestriel)\.`)

// onlineService is the service that a link leads to a document of; "" for others.
func onlineService(link string) string {
	u, err := url.Parse(strings.TrimRight(link, ".,;:!?"))
	if err != nil || u.Host == "" {
		return ""
	}
	host, path := strings.ToLower(strings.TrimPrefix(u.Hostname(), "www.")), strings.ToLower(u.Path)
	if u.Fragment != "" || u.RawQuery != "" { // what is meant may stand there alone
		path += "#"
	}
	if inner := u.Query().Get("url"); inner != "" && strings.Contains(host, "safelinks.protection.outlook.com") {
		u, err := url.Parse(inner)
		if err != nil || strings.Contains(strings.ToLower(u.Host), "safelinks.") {
			return ""
		}
		return onlineService(inner)
	}
	for _, page := range onlinePages {
		if strings.HasPrefix(host, page) {
			return ""
		}
	}
	for _, s := range services {
		if s.holds(host, path) {
			return s.name
		}
	}
	switch {
	case nextcloud.MatchString(u.Path):
		return "Nextcloud"
	case pad.MatchString(host) && strings.HasPrefix(path, "/p/"):
		return "Etherpad"
	}
	return ""
}

// holds says whether a document of the service has that host and path.
func (s service) holds(host, path string) bool {
	for _, h := range s.hosts {
		if host != h && !strings.HasSuffix(host, "."+h) {
			continue
		}
		if len(s.paths) == 0 {
			return len(path) > 1
		}
		for _, p := range s.paths {
			if strings.HasPrefix(path, p) && len(path) > len(p) {
				return true
			}
		}
	}
	return false
}
