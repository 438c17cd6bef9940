package rules

import (
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Erasure is what stands in place of an author who asked to be forgotten.
type Erasure struct {
	Name   string // "auteur retiré"
	Ground string // the legal ground to keep the name on what was published; "" where there is none
}

// keepFile is the key keep of desk.yaml.
type keepFile struct {
	MailsDays    int `yaml:"mails_days" doc:"Combien de jours le contenu des autres mails est gardé ; 0 ou rien : toujours."`
	TextsDays    int `yaml:"texts_days" doc:"Combien de jours le contenu d’une proposition est gardé une fois décidée ; 0 ou rien : toujours."`
	RequestsDays int `yaml:"requests_days" doc:"Combien de jours le contenu d’une demande de retrait est gardé une fois close ; 0 ou rien : toujours."`
}

// erasureFile is the key erasure of desk.yaml.
type erasureFile struct {
	Name      string `yaml:"name" doc:"Ce qui remplace le nom d’un auteur effacé ; « auteur retiré » sans cette clé."`
	KeepNames string `yaml:"keep_names" doc:"Le motif légal pour lequel le nom reste sur ce qui a été publié ; sans cette clé il est remplacé."`
}

// Content is kept for a month at least, so that everybody had their answer, and what
// is to be kept for longer than thirty years is kept for ever.
const (
	fewestKept = 30
	mostKept   = 30 * 366
)

// defaultErased is what replaces a name where the rules do not say.
const defaultErased = "auteur retiré"

// checkRetention looks at the delays after which content is deleted.
func (s *source) checkRetention(k keepFile) {
	for _, d := range []struct {
		key  string
		days int
	}{{"mails_days", k.MailsDays}, {"texts_days", k.TextsDays}, {"requests_days", k.RequestsDays}} {
		at := "keep." + d.key
		if s.Has(at) && d.days != 0 && (d.days < fewestKept || d.days > mostKept) {
			s.Fault(at, "%s is %d; accepted: %d to %d, or 0 to keep everything", d.key, d.days, fewestKept, mostKept)
		}
	}
}

func (s *source) checkErasure(e erasureFile) {
	if s.Has("erasure.name") && strings.TrimSpace(e.Name) == "" {
		s.Fault("erasure.name", "erasure.name is empty: say what stands in place of the name, as %q", defaultErased)
	}
}

func (k keepFile) retention() desk.Retention {
	const day = 24 * time.Hour
	return desk.Retention{
		Mails: time.Duration(k.MailsDays) * day, Texts: time.Duration(k.TextsDays) * day, Requests: time.Duration(k.RequestsDays) * day,
	}
}

func (e erasureFile) erasure() Erasure {
	if e.Name == "" {
		e.Name = defaultErased
	}
	return Erasure{Name: strings.TrimSpace(e.Name), Ground: strings.TrimSpace(e.KeepNames)}
}
