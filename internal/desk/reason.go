package desk

import "fmt"

// Reason says why a mail was sorted as it was. It is kept as a code with its
// arguments, so that a developer reads it in English and an editor in French.
type Reason struct {
	Code string   `json:"code"`
	Args []string `json:"args,omitempty"`
}

// Because makes a reason. A code that is not in the table is a programming
// error, which the tests of the packages that make reasons find with Known.
func Because(code string, args ...string) Reason { return Reason{Code: code, Args: args} }

// Known says whether the reason's code is in the table and has as many
// arguments as its sentences take.
func (r Reason) Known() bool {
	s, ok := reasons[r.Code]
	return ok && len(r.Args) == s.args
}

// In renders the reason as a clause without a full stop. Languages other than
// "fr" get English. Arguments that were forgotten (they may be personal data) are
// dots.
func (r Reason) In(lang string) string {
	s, ok := reasons[r.Code]
	if !ok {
		return r.Code
	}
	args := make([]any, max(s.args, len(r.Args)))
	for i := range args {
		args[i] = "…"
	}
	for i, a := range r.Args {
		args[i] = a
	}
	if lang == "fr" {
		return fmt.Sprintf(s.fr, args...)
	}
	return fmt.Sprintf(s.en, args...)
}

type sentence struct {
	args   int
	en, fr string
}

// reasons is the one table of why a mail stands where it stands.
var reasons = map[string]sentence{
	"format-first":        {1, "the subject begins with the format %s", "l’objet commence par le format %s"},
	"again":               {2, "the same file as version %s of %s came again", "le même fichier que la version %s de %s est revenu"},
	"same-file-open":      {2, "the same author sent the same file as %s (%s), which is still open", "même auteur, même fichier que %s (%s), encore ouvert"},
	"same-file-closed":    {2, "the same author sent the same file as %s (%s), which is closed", "même auteur, même fichier que %s (%s), déjà clos"},
	"near-identical":      {2, "near-identical to %s (%s %%), by somebody else", "texte presque identique à %s (%s %%), d’une autre adresse"},
	"format-announced":    {1, "the subject announces the format %s", "l’objet annonce le format %s"},
	"format-mistyped":     {2, "the subject says “%s”, one letter away from the format %s", "l’objet dit « %s », à une lettre du format %s"},
	"format-later":        {1, "the subject names the format %s further in, and the mail holds a text", "l’objet cite le format %s plus loin, et le mail contient un texte"},
	"format-no-text":      {1, "the subject names the format %s in passing, and the mail holds no text", "l’objet cite le format %s en passant, et le mail ne contient aucun texte"},
	"withdrawal":          {2, "the subject says “%s”, then the format %s", "l’objet dit « %s », puis le format %s"},
	"withdrawal-bare":     {1, "the subject says “%s” without a format", "l’objet dit « %s » sans préciser le format"},
	"withdrawal-two":      {2, "the subject asks for a withdrawal and names two formats, %s and %s", "l’objet demande un retrait et cite deux formats, %s et %s"},
	"withdrawal-format":   {1, "the subject names the format %s, then a withdrawal", "l’objet cite le format %s, puis un retrait"},
	"withdrawal-later":    {1, "the subject speaks of a withdrawal just before the format %s, but does not begin with it", "l’objet parle d’un retrait juste avant le format %s, sans commencer par là"},
	"withdrawal-text":     {2, "the subject says “%s”, then other words before the format %s, and the mail holds a text", "l’objet dit « %s », puis d’autres mots avant le format %s, et le mail contient un texte"},
	"withdrawal-mistyped": {2, "the subject says “%s”, one letter away from “%s”, and a withdrawal is never guessed", "l’objet dit « %s », à une lettre de « %s », et un retrait ne se devine pas"},
	"two-formats":         {2, "the subject names two formats, %s and %s", "l’objet cite deux formats, %s et %s"},
	"negation":            {2, "the subject says “%s” before the format %s", "l’objet dit « %s » avant le format %s"},
	"mixed-scripts":       {1, "the word “%s” mixes letters of several scripts", "le mot « %s » mélange des lettres de plusieurs alphabets"},
	"text-no-format":      {0, "the mail holds a text, but its subject names no format", "le mail contient un texte, mais l’objet ne cite aucun format"},
	"inquiry":             {0, "the subject names no format and the mail holds no text to publish", "l’objet ne cite aucun format et le mail ne contient aucun texte à publier"},
	"command":             {1, "the subject is the mail command “%s”", "l’objet est la commande « %s »"},
	"automatic":           {2, "automatic mail (%s): %s", "message automatique (%s) : %s"},
	"empty":               {0, "the mail is empty", "le mail est vide"},
	"unreadable":          {1, "the mail could not be read: %s", "le mail n’a pas pu être lu : %s"},
	"oversize":            {1, "the mail is too large to be read (%s)", "le mail est trop volumineux pour être lu (%s)"},
	"fault":               {1, "the desk failed on this mail: %s", "le guichet a échoué sur ce mail : %s"},
	"repeated":            {1, "the same mail was received before, as mail %s", "ce mail a déjà été reçu, sous le numéro %s"},
	"reply":               {1, "a reply on the case %s", "une réponse au dossier %s"},
	"reply-stranger":      {2, "a reply on the case %s from another address, %s: nothing changed", "une réponse au dossier %s depuis une autre adresse, %s : rien n’a changé"},
	"reply-unproved":      {1, "a reply on the case %s whose sender failed authentication: nothing changed", "une réponse au dossier %s dont l’authentification a échoué : rien n’a changé"},
	"reply-no-text":       {1, "a reply on the case %s without a new text", "une réponse au dossier %s sans nouveau texte"},

	// Why an act does not move what it was done to.
	"not-decided":          {0, "no editor has decided on it, so that nothing can be taken back", "aucune décision n’a été prise : il n’y a rien à reprendre"},
	"not-accepted":         {0, "it was not accepted; accept it first", "ce texte n’a pas été accepté ; acceptez-le d’abord"},
	"not-registered":       {0, "its author is not registered yet", "la personne qui l’a envoyé n’est pas encore inscrite"},
	"not-registering":      {0, "it does not wait for a registration", "ce texte n’attend pas d’inscription"},
	"accepted-already":     {0, "it was accepted already", "ce texte est déjà accepté"},
	"declined-already":     {0, "it was declined; undo that first", "ce texte a été décliné ; annulez d’abord cette décision"},
	"published-already":    {0, "it is published already", "ce texte est déjà publié"},
	"published-request":    {0, "it is published: its author asks for a withdrawal", "ce texte est publié : son retrait se demande"},
	"published-undo":       {0, "what was published is not undone, only withdrawn, retracted or removed", "une publication ne s’annule pas : elle se retire"},
	"withdrawn-already":    {0, "its author withdrew it", "ce texte a été retiré par son auteur"},
	"closed-already":       {0, "it is closed", "ce dossier est clos"},
	"stands-published":     {0, "the publication stands as published", "la publication est en ligne"},
	"stands-concern":       {0, "an expression of concern stands beside the publication", "la publication porte un avertissement de la rédaction"},
	"stands-withdrawn":     {0, "the publication was withdrawn at its author’s request", "la publication a été retirée à la demande de son auteur"},
	"stands-retracted":     {0, "the publication was retracted by the editors", "la publication a été rétractée par la rédaction"},
	"stands-removed":       {0, "the publication was removed for legal reasons", "la publication a été supprimée pour raison légale"},
	"request-no-reference": {0, "what the request is about is not known yet", "la demande ne dit pas encore de quel texte il s’agit"},
	"request-unproved":     {0, "nobody has confirmed yet that the author asks for it", "rien ne confirme encore que la demande vient de l’auteur"},
	"request-asked":        {0, "a mail went to its author’s address; an answer to it that begins with “oui” confirms the request", "un mail est parti à l’adresse de l’auteur ; une réponse à ce mail qui commence par « oui » la confirme"},
	"request-vouched":      {0, "the former address was told, and may object until the delay is over", "l’ancienne adresse a été prévenue et peut s’y opposer jusqu’à la fin du délai"},
	"request-confirmed":    {0, "the request was confirmed already", "la demande est déjà confirmée"},
	"request-cooling":      {0, "its author may still take the request back", "l’auteur peut encore revenir sur sa demande"},
	"request-undecided":    {0, "the request waits for the editors’ decision", "la demande attend la décision de la rédaction"},
	"request-granted":      {0, "the request was granted", "la demande a été acceptée"},
	"request-refused":      {0, "the request was refused", "la demande a été refusée"},
	"request-dismissed":    {0, "the request was closed, as nobody had proved that its author asks for it", "la demande a été close : rien ne prouvait qu’elle venait de l’auteur"},
	"request-lapsed":       {0, "the editors retracted or removed the text in the meantime", "la rédaction a rétracté ou supprimé le texte entre-temps"},
	"request-cancelled":    {0, "the request was taken back by its author", "la demande a été annulée par son auteur"},
	"request-expired":      {0, "nobody confirmed the request in time", "la demande a expiré faute de confirmation"},
}
