package desk

import "time"

// Retention is how long the content of mail is kept, counted from when everything
// about it was decided. Zero keeps it for ever.
type Retention struct {
	Mails    time.Duration // what belongs to no text and no request: questions, machines, repeats
	Texts    time.Duration // submissions: their mails, versions and receipts
	Requests time.Duration // withdrawal requests: who asked, the evidence, objections
}

// Erasure is what is to be forgotten of a person.
type Erasure struct {
	Author    int64    // 0 for one who never registered
	Addresses []string // theirs, in lower case
	Name      string   // what stands where the name was: "auteur retiré"
	Ground    string   // the legal ground to keep the name on what was published; "" where there is none
}

// Erased is what became of it.
type Erased struct {
	Mails        int         // whose content is deleted
	Cases        []Reference // of which no name, address or unpublished title is left
	Publications []Reference // that bore the name
	Waiting      []Reference // why nothing was erased: these still wait for somebody
	Unsent       int         // likewise: notices to the person that have not left
}

// Refused says that nothing was erased.
func (e Erased) Refused() bool { return len(e.Waiting) > 0 || e.Unsent > 0 }

// Dossier is what is on file of a person: their mails, what was written to them, and
// what they are party to.
type Dossier struct {
	Mails        []Mail      // theirs, oldest first, trials and repeats among them
	Notices      []Notice    // to them, without the bytes
	Cases        []Reference // their texts and requests
	Objections   []Objection // to a co-author's request
	Publications []Publication
}
