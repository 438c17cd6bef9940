package notice

import (
	"time"

	"github.com/bara-think-tank/guichet/internal/desk"
)

// notices are the scenes of the golden files: every notice with every verdict,
// as students and editors will meet them.
func notices(lang string) map[string]func(*Composer) (Mail, error) {
	e := envelope(lang)
	scenes := map[string]func(*Composer) (Mail, error){}
	for name, r := range receipts(lang) {
		scenes["receipt-"+name] = func(c *Composer) (Mail, error) { return c.Receipt(e, r) }
	}
	withdrawal := e
	withdrawal.Subject = "RE : Retrait Baratin"
	for name, w := range withdrawals() {
		scenes["withdrawal-"+name] = func(c *Composer) (Mail, error) { return c.Withdrawal(withdrawal, w) }
	}
	author := e
	author.Subject, author.InReplyTo, author.References = "", "", nil
	for name, r := range confirmations() {
		scenes["confirmation-"+name] = func(c *Composer) (Mail, error) { return c.Confirmation(author, r) }
	}
	scenes["coauthor"] = func(c *Composer) (Mail, error) {
		return c.CoAuthor(author, CoAuthor{
			Reference: "BARA-2026-0043-P", Work: "BARA-2026-0042-R", Title: "L’eau des villes : à qui la soif ?",
			Until: time.Date(2026, 3, 5, 9, 5, 0, 0, time.FixedZone("CET", 3600)),
		})
	}
	for _, act := range told {
		d := Decision{
			Act: act, Undone: desk.ActDecline, Reference: "BARA-2026-0042-R", Title: "L’eau des villes : à qui la soif ?",
			Format: "baratin", URL: "https://bara.example.org/eau-des-villes", Version: 2, Motive: motives[lang],
		}
		if act == desk.ActRetract || act == desk.ActRemove || act == desk.ActConcern {
			d.Motive, d.Public = "", motives[lang]
		}
		scenes["decision-"+string(act)] = func(c *Composer) (Mail, error) { return c.Decision(e, d) }
	}
	scenes["identity"] = func(c *Composer) (Mail, error) {
		return c.Identity(author, Identity{
			Reference: "BARA-2026-0043-P", Work: "BARA-2026-0042-R", Title: "L’eau des villes : à qui la soif ?",
			Until: time.Date(2026, 3, 10, 9, 5, 0, 0, time.FixedZone("CET", 3600)),
		})
	}
	unclear := e
	unclear.Subject = "Un texte pour vous"
	for name, u := range unclears() {
		scenes["unclear-"+name] = func(c *Composer) (Mail, error) { return c.Unclear(unclear, u) }
	}
	released := e
	released.Subject, released.InReplyTo = "Re: Baratin : l’eau des villes", "<receipt@example.org>"
	scenes["released"] = func(c *Composer) (Mail, error) {
		return c.Released(released, Released{Reference: "BARA-2026-0042-R", Format: "baratin", Title: "L’eau des villes : à qui la soif ?"})
	}
	trial := e
	trial.Subject = "Essai baratin"
	for name, t := range trials(lang) {
		scenes["trial-"+name] = func(c *Composer) (Mail, error) { return c.Trial(trial, t) }
	}
	for name, a := range agains(lang) {
		scenes["again-"+name] = func(c *Composer) (Mail, error) { return c.Again(e, a) }
	}
	for name, o := range oversizes() {
		scenes["oversize-"+name] = func(c *Composer) (Mail, error) { return c.Oversize(e, o) }
	}
	editor := e
	editor.Subject, editor.InReplyTo, editor.References = "", "", nil
	editor.To, editor.ToName = "redaction@example.org", "Noé Lambert"
	for name, d := range digests() {
		scenes["digest-"+name] = func(c *Composer) (Mail, error) { return c.Digest(editor, d) }
	}
	return scenes
}

func receipts(lang string) map[string]Receipt {
	f := findings(lang)
	base := Receipt{
		Reference: "BARA-2026-0042-R", Version: 1, Format: "baratin",
		Reason: desk.Because("format-first", "Baratin"),
		File:   "eau-des-villes.docx", Title: "L’eau des villes : à qui la soif ?", Author: "Camille Rivière",
		Language: "fr", Words: 412, WordsTotal: 498, Sources: 3, Registered: true,
	}
	with := func(change func(*Receipt)) Receipt {
		r := base
		change(&r)
		r.Verdict = desk.Judge(r.Findings)
		return r
	}
	return map[string]Receipt{
		"complete": with(func(r *Receipt) {
			r.Findings = f["length sources title author language"]
		}),
		"complete-advice": with(func(r *Receipt) {
			r.Version, r.Findings = 2, f["length sources title author -credits"]
		}),
		"complete-unregistered": with(func(r *Receipt) {
			r.Registered = false
			r.Findings = f["length sources title author language"]
		}),
		"complete-guessed": with(func(r *Receipt) {
			r.File, r.Reason = "", desk.Because("format-mistyped", "baratn", "Baratin")
			r.Findings = f["length sources title author language"]
		}),
		"incomplete": with(func(r *Receipt) {
			r.Words, r.WordsTotal, r.Sources = 1034, 1120, 1
			r.Findings = f["-length -sources title author -credits"]
		}),
		"incomplete-many": with(func(r *Receipt) {
			r.Words, r.WordsTotal, r.Sources, r.Title, r.Author = 1034, 1120, 1, "", ""
			r.Findings = f["-length -sources -title -author -credits"]
		}),
		"complete-earlier": with(func(r *Receipt) {
			r.Findings, r.Earlier = f["length sources title author language"], &Earlier{"BARA-2026-0044-N", "analyse", false}
		}),
		"complete-closed": with(func(r *Receipt) {
			r.Findings, r.Earlier = f["length sources title author language"], &Earlier{"BARA-2026-0044-N", "baratin", true}
		}),
		"incomplete-bare": with(func(r *Receipt) {
			r.File, r.Title, r.Author, r.Registered = "", "", "", false
			r.WordsTotal, r.Sources = 412, 0
			r.Findings = f["length -sources ?author"]
		}),
		"to_check": with(func(r *Receipt) {
			r.Findings = f["length sources ?title ?author language"]
		}),
		"incomplete-no-text": with(func(r *Receipt) { r.File, r.Findings = "", f["-readable ?length ?sources"] }),
		"to_check-unreadable": with(func(r *Receipt) {
			r.Version, r.Findings = 2, f["?readable ?length ?sources ?title"]
		}),
	}
}

// trials are reports for the same texts as the receipts', and the answer to a trial
// of no format.
func trials(lang string) map[string]Trial {
	all := map[string]Trial{"no-format": {KeptHours: 24}}
	receipts := receipts(lang)
	for _, name := range []string{"complete-unregistered", "incomplete", "to_check", "incomplete-no-text", "to_check-unreadable"} {
		r := receipts[name]
		r.Reference, r.Version = "", 1
		all[name] = Trial{Receipt: r, KeptHours: 24}
	}
	return all
}

func agains(lang string) map[string]Again {
	receipts := receipts(lang)
	later := receipts["incomplete"]
	later.Version = 3
	return map[string]Again{
		"mail-incomplete":   {Receipt: receipts["incomplete"], Same: 1, Sent: "eau-des-villes.docx"},
		"mail-complete":     {Receipt: receipts["complete"], Same: 1},
		"mail-unregistered": {Receipt: receipts["complete-unregistered"], Same: 1, Sent: "eau-des-villes.docx"},
		"reply-incomplete":  {Receipt: receipts["incomplete"], Same: 1, Sent: "eau-des-villes.docx", Reply: true},
		"reply-older":       {Receipt: later, Same: 1, Sent: "eau-des-villes.docx", Reply: true},
		"reply-to_check":    {Receipt: receipts["to_check"], Same: 1, Reply: true},
	}
}

func oversizes() map[string]Oversize {
	size, limit := int64(48<<20), int64(35<<20)
	return map[string]Oversize{
		"submission": {Reference: "BARA-2026-0042-R", Format: "baratin", Size: size, Limit: limit},
		"other":      {Reference: "BARA-2026-0043-P", Size: size, Limit: limit},
		"trial":      {Format: "baratin", Size: size, Limit: limit},
		"small":      {Size: 3<<19 + 1, Limit: 900 << 10},
	}
}

// findings are sets of findings, by the criteria in them: "-" marks one that
// fails, "?" one that a machine could not tell.
func findings(lang string) map[string][]desk.Finding {
	said := said[lang]
	find := func(criterion string, result desk.Result) desk.Finding {
		f := said[criterion]
		f.Result = result
		if f.Criterion == "" {
			f.Criterion = criterion
		}
		if f.Level == "" {
			f.Level = desk.Required
		}
		return f
	}
	pass := func(c string) desk.Finding { return find(c, desk.Pass) }
	fail := func(c string) desk.Finding { return find(c, desk.Fail) }
	unknown := func(c string) desk.Finding { return find(c, desk.Unknown) }
	return map[string][]desk.Finding{
		"length sources title author language":     {pass("length"), pass("sources"), pass("title"), pass("author"), pass("language")},
		"length sources title author -credits":     {pass("length"), pass("sources"), pass("title"), pass("author"), fail("credits")},
		"-length -sources title author -credits":   {fail("length"), fail("sources"), pass("title"), pass("author"), fail("credits")},
		"length -sources ?author":                  {pass("length"), fail("unsourced"), unknown("author")},
		"length sources ?title ?author language":   {pass("length"), pass("sources"), unknown("title"), unknown("author"), pass("language")},
		"-length -sources -title -author -credits": {fail("length"), fail("sources"), fail("untitled"), fail("unsigned"), fail("credits")},
		"-readable ?length ?sources":               {find("nothing", desk.Fail), unknown("length"), unknown("sources")},
		"?readable ?length ?sources ?title":        {unknown("readable"), unknown("length"), unknown("sources"), unknown("title")},
	}
}

var said = map[string]map[string]desk.Finding{
	"fr": {
		"length":    {Label: "Longueur", Measured: "1034", Limit: "250–800", Message: "Votre texte compte 1 034 mots ; un Baratin en compte de 250 à 800.", Repair: "Retirez au moins 234 mots ; le titre, les notes et la bibliographie ne comptent pas."},
		"sources":   {Label: "Sources", Measured: "1", Limit: "au moins 2", Message: "Nous avons trouvé une seule source.", Repair: "Ajoutez-en une sous un titre « Sources » ou « Bibliographie », à la fin du texte."},
		"unsourced": {Criterion: "sources", Label: "Sources", Measured: "0", Limit: "au moins 2", Message: "Nous n’avons trouvé aucune source."},
		"title":     {Label: "Titre"},
		"untitled":  {Criterion: "title", Label: "Titre", Message: "Nous n’avons pas trouvé de titre.", Repair: "Écrivez-le en tête du texte."},
		"unsigned":  {Criterion: "author", Label: "Signature", Message: "Nous n’avons pas trouvé votre nom.", Repair: "Écrivez vos prénom et nom sous le titre."},
		"author":    {Label: "Signature"},
		"language":  {Label: "Langue"},
		"credits":   {Label: "Crédits des images", Level: desk.Advice, Message: "Une image n’a pas de crédit.", Repair: "Écrivez sous l’image qui l’a faite et d’où elle vient.", Where: "image 2"},
		"nothing":   {Criterion: "readable", Label: "Texte lisible", Message: "Nous n’avons trouvé aucun texte dans votre mail.", Repair: "Joignez votre texte à votre réponse, de préférence en docx ou en odt ; vous pouvez aussi l’écrire dans le corps du mail."},
		"readable":  {Label: "Texte lisible", Message: "« eau.pages » est un document Pages, que nous ne savons pas lire.", Repair: "Dans Pages : Fichier > Exporter vers > Word, puis envoyez-nous le fichier docx."},
	},
	"en": {
		"length":    {Label: "Length", Measured: "1034", Limit: "250–800", Message: "Your text has 1,034 words; a Baratin has 250 to 800.", Repair: "Take out at least 234 words; the title, notes and bibliography do not count."},
		"sources":   {Label: "Sources", Measured: "1", Limit: "at least 2", Message: "We found a single source.", Repair: "Add one under a heading “Sources” or “Bibliography”, at the end of the text."},
		"unsourced": {Criterion: "sources", Label: "Sources", Measured: "0", Limit: "at least 2", Message: "We found no source."},
		"title":     {Label: "Title"},
		"untitled":  {Criterion: "title", Label: "Title", Message: "We found no title.", Repair: "Write it at the head of the text."},
		"unsigned":  {Criterion: "author", Label: "Author’s name", Message: "We did not find your name.", Repair: "Write your first and last name under the title."},
		"author":    {Label: "Author’s name"},
		"language":  {Label: "Language"},
		"credits":   {Label: "Picture credits", Level: desk.Advice, Message: "A picture has no credit.", Repair: "Write below the picture who made it and where it comes from.", Where: "picture 2"},
		"nothing":   {Criterion: "readable", Label: "Readable text", Message: "We found no text in your message.", Repair: "Attach your text to your reply, as docx or odt if you can; you may also write it in the body of the message."},
		"readable":  {Label: "Readable text", Message: "“eau.pages” is a Pages document, which we cannot read.", Repair: "In Pages: File > Export To > Word, then send us the docx file."},
	},
}

func withdrawals() map[string]Withdrawal {
	until := time.Date(2026, 3, 5, 9, 5, 0, 0, time.FixedZone("CET", 3600))
	plea := func(stage Stage, why string) Withdrawal {
		p := Plea{Stage: stage, Reference: "BARA-2026-0042-R", Title: "L’eau des villes : à qui la soif ?"}
		if why != "" {
			p.Why = desk.Because(why)
		}
		switch stage {
		case StageConfirmed, StageOpen:
			p.Until = until
		case StageDone:
			p.On = until.AddDate(0, 0, -4)
		}
		return Withdrawal{Reference: "BARA-2026-0043-P", Pleas: []Plea{p}}
	}
	both := plea(StageConfirmed, "")
	both.Pleas = append(both.Pleas, plea(StageCarried, "").Pleas...)
	both.Mistyped = []string{"bara 2026 0007"}
	return map[string]Withdrawal{
		"confirmed": plea(StageConfirmed, ""),
		"carried":   plea(StageCarried, ""),
		"open":      plea(StageOpen, "request-cooling"),
		"over":      plea(StageOver, "stands-withdrawn"),
		"done":      plea(StageDone, "request-refused"),
		"cancelled": plea(StageCancelled, ""),
		"objected":  plea(StageObjected, ""),
		"expired":   plea(StageExpired, ""),
		"again":     plea(StageAgain, ""),
		"two":       both,
		"neutral":   {Typed: []string{"BARA-2026-0042-R"}},
		"nothing":   {},
		"mistyped":  {Mistyped: []string{"BARA-2026-0042-Q"}},
		"near": {Reference: "BARA-2026-0043-P", Near: []Named{
			{"BARA-2026-0042-R", "L’eau des villes : à qui la soif ?"}, {"BARA-2025-0007-X", "Le bruit des cafés"},
		}},
	}
}

func confirmations() map[string]Confirmation {
	c := Confirmation{
		Reference: "BARA-2026-0043-P", Work: "BARA-2026-0042-R", Title: "L’eau des villes : à qui la soif ?", Format: "baratin",
		Published: true, CoolingOff: 48, Until: time.Date(2026, 3, 10, 9, 5, 0, 0, time.FixedZone("CET", 3600)),
	}
	other := c
	other.Other, other.SubjectFormat, other.Page = true, "analyse", "https://bara.example.org/retrait/"
	unpublished := c
	unpublished.Published = false
	return map[string]Confirmation{"own": c, "other": other, "unpublished": unpublished}
}

func unclears() map[string]Unclear {
	return map[string]Unclear{
		"two-formats": {Reference: "BARA-2026-0044-N", Reason: desk.Because("two-formats", "Baratin", "Analyse")},
		"no-format":   {Reason: desk.Because("text-no-format")},
	}
}

func digests() map[string]Digest {
	now := time.Date(2026, 3, 3, 19, 0, 0, 0, time.FixedZone("CET", 3600))
	ago := func(days int) time.Time { return now.AddDate(0, 0, -days).Add(-time.Hour) }
	return map[string]Digest{
		"full": {
			Editor: "Noé", Since: now.AddDate(0, 0, -1), Until: now, Received: 14,
			Tally:    desk.Tally{desk.Filed: 5, desk.Attached: 2, desk.Answered: 1, desk.EndedAutomatic: 4, desk.Repeated: 1, desk.Parked: 1},
			HeldBack: 1, Capped: 12, Parked: 2,
			Undelivered: []desk.Undelivered{
				{Reference: "BARA-2026-0042-R", Title: "L’eau des villes : à qui la soif ?", Kind: "receipt", Recipient: "camille@example.fr", Why: "550 5.1.1 user unknown"},
				{Reference: "BARA-2026-0041-T", Title: "Lire debout", Kind: "decision", Recipient: "ines@example.fr", Why: "552 5.2.2 mailbox full"},
			},
			Queues: []Queue{
				{"baratin", []Entry{
					{"BARA-2026-0045-L", "Inès Okonkwo", "Le bruit des cafés", desk.ToCheck, "", desk.Because("format-mistyped", "baratn", "Baratin"), ago(0)},
					{"BARA-2026-0042-R", "Camille Rivière", "L’eau des villes : à qui la soif ?", desk.Complete, "", desk.Because("format-first", "Baratin"), ago(4)},
				}},
				{"analyse", nil},
				{desk.QueueWithdrawals, []Entry{
					{"BARA-2026-0043-P", "Jules Petit", "Retrait Baratin", "", desk.AwaitingReference, desk.AwaitingReference.Why(), ago(1)},
					{"BARA-2025-0007-X", "Léa Morin", "Voter à seize ans", "", desk.AwaitingConfirm, desk.AwaitingConfirm.Why(), ago(3)},
					{"BARA-2025-0011-J", "Noé Petit", "Le bruit des cafés", "", desk.IdentityToCheck, desk.IdentityToCheck.Why(), ago(4)},
					{"BARA-2025-0013-E", "Zoé Lenoir", "La nuit des villes", "", desk.IdentityVouched, desk.IdentityVouched.Why(), ago(5)},
					{"BARA-2025-0017-6", "Inès Okonkwo", "Lire debout", "", desk.CoolingOff, desk.CoolingOff.Why(), ago(2)},
					{"BARA-2025-0019-2", "Camille Rivière", "Le prix du pain", "", desk.AwaitingDecision, desk.AwaitingDecision.Why(), ago(6)},
				}},
				{desk.QueueToSort, []Entry{
					{"", "", "", "", "", desk.Because("inquiry"), ago(2)},
				}},
			},
		},
		"one":        {Editor: "Noé", Until: now, Received: 1, Tally: desk.Tally{desk.Filed: 1}, Queues: []Queue{{"analyse", []Entry{{"BARA-2026-0001-Z", "Léa Morin", "Voter à seize ans", desk.Incomplete, "", desk.Because("format-announced", "Analyse"), ago(1)}}}}},
		"unbalanced": {Since: ago(1), Until: now, Received: 3, Tally: desk.Tally{desk.Filed: 2}},
	}
}

// motives is what an editor may write.
var motives = map[string]string{
	"fr": "Le troisième tableau reprend des chiffres que leur source a corrigés depuis.",
	"en": "The third table repeats figures that their source has corrected since.",
}
