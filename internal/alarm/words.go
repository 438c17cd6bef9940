package alarm

import (
	"fmt"
	"strings"
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// Message is what the operator reads, and what a program may go by.
type Message struct {
	Name  string // of the alarm
	Stage Stage
	Since time.Time
	At    time.Time // now
	What  string    // one line, French: what is the matter, or is no more
	Text  string    // French: What, since when, what was said, what to do
}

// Words is who speaks, and by which clock.
type Words struct {
	Desk string         // the desk's own address, so that two desks are told apart
	Zone *time.Location // nil for UTC
}

// sentences are the words of one kind of alarm; %s is what its name says after the kind.
type sentences struct{ began, over, todo string }

// kinds are the alarms that the desk has words for, by the first word of their name.
var kinds = map[string]sentences{
	"mailbox": {
		"La boîte %s n’est plus lue", "La boîte %s est de nouveau lue",
		"regardez le réseau et le serveur IMAP, puis lancez « guichet check ». Rien n’est perdu : les mails attendent dans la boîte.",
	},
	"login": {
		"Le serveur refuse la connexion à la boîte %s", "Le serveur accepte de nouveau la connexion à la boîte %s",
		"vérifiez l’utilisateur et le mot de passe (ou le jeton) de cette boîte dans guichet.yaml, puis lancez « guichet check ».",
	},
	"outbox": {
		"Les réponses ne partent plus par %s", "Les réponses partent de nouveau par %s",
		"regardez ce serveur SMTP et son mot de passe, puis lancez « guichet check ». Rien n’est perdu : les réponses attendent cinq jours.",
	},
	"late": {
		"Des réponses auraient dû partir par %s", "Les réponses en retard sont parties par %s",
		"« guichet outbox list » et « guichet queue » disent lesquelles ; le journal dit pourquoi. Rien n’est perdu : elles attendent.",
	},
	"sent": {
		"La boîte %s refuse les copies de ce qui est envoyé", "La boîte %s accepte de nouveau les copies de ce qui est envoyé",
		"regardez le quota de la boîte et le dossier des messages envoyés. Les réponses sont parties.",
	},
	"cap": {
		"Le plafond d’envoi de %s est atteint", "L’envoi par %s est revenu sous son plafond",
		"regardez « guichet queue » : si le courrier est légitime, relevez le plafond ; sinon, laissez passer, les auteurs connus sont servis d’abord.",
	},
	"disk": {
		"Le disque de la base de données est presque plein", "Le disque de la base de données a de nouveau de la place",
		"libérez de la place, ou agrandissez le disque. Disque plein, le guichet s’arrête de prendre le courrier, et reprend seul ensuite.",
	},
	"parked": {
		"Des mails attendent une personne : le guichet n’a pas pu les traiter", "Plus aucun mail n’est mis de côté",
		"« guichet parked list » dit lesquels, pourquoi, et comment les reprendre.",
	},
	"filing": {
		"Des mails de la boîte %s ne peuvent pas être rangés", "Les mails de la boîte %s sont de nouveau rangés",
		"regardez la place et les droits de cette boîte, puis lancez « guichet check ». Les mails sont enregistrés et ont leur réponse.",
	},
	"reconcile": {
		"La boîte %s et le registre du guichet ne disent pas la même chose", "La boîte %s et le registre du guichet sont d’accord",
		"le journal nomme la différence ; « guichet check » dit le reste.",
	},
	"database": {
		"La base de données ne peut plus être écrite", "La base de données est de nouveau écrite",
		"regardez le disque et ses droits, puis lancez « guichet check » et « guichet verify ».",
	},
	"test": {
		"Ceci est un essai d’alarme", "L’essai d’alarme est fini",
		"rien. Si vous lisez ces lignes, les alarmes vous parviennent.",
	},
}

// Test is the message of `guichet alarm test`.
func (w Words) Test(now time.Time) Message {
	return w.message(desk.Alarm{Name: "test", Since: now}, Began, now)
}

func (w Words) message(a desk.Alarm, stage Stage, now time.Time) Message {
	m := Message{Name: a.Name, Stage: stage, Since: a.Since, At: now}
	kind, about, _ := strings.Cut(a.Name, " ")
	say, known := kinds[kind]
	if !known {
		say, about = sentences{"Alarme %s", "Fin de l’alarme %s", "regardez le journal du guichet."}, a.Name
	}
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, french(fmt.Sprintf(format, args...))) }
	if stage == Over {
		m.What = french(filled(say.over, about))
		add("%s.", m.What)
		add("\nL’alarme a duré %s (depuis le %s).", lasted(a.Cleared.Sub(a.Since)), w.moment(a.Since))
	} else {
		m.What = french(filled(say.began, about))
		add("%s.", m.What)
		add("\nDepuis : %s%s", w.moment(a.Since), map[Stage]string{Lasts: " (et cela dure encore)"}[stage])
		if a.Detail != "" {
			lines = append(lines, french("Détail : ")+a.Detail)
		}
		add("À faire : %s", say.todo)
	}
	if w.Desk != "" {
		add("\nLe guichet de %s", w.Desk)
	}
	m.Text = strings.Join(lines, "\n") + "\n"
	return m
}

func filled(format, about string) string {
	if !strings.Contains(format, "%s") {
		return format
	}
	return fmt.Sprintf(format, about)
}

// french puts the spaces that no line may break at.
var french = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", "« ", "«\u00a0", " »", "\u00a0»").Replace

// moment writes a date and an hour.
func (w Words) moment(t time.Time) string {
	if w.Zone != nil {
		t = t.In(w.Zone)
	}
	return t.Format("02/01/2006 à 15:04")
}

// lasted writes a length of time, to the minute.
func lasted(d time.Duration) string {
	d = d.Round(time.Minute)
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	switch {
	case days > 0:
		return fmt.Sprintf("%d j %d h", days, hours)
	case hours > 0:
		return fmt.Sprintf("%d h %02d min", hours, minutes)
	case minutes == 0:
		return "moins d’une minute"
	}
	return fmt.Sprintf("%d min", minutes)
}
