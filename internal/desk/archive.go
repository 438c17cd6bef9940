package desk

// Archived is what became of one publication from before the desk that was
// imported.
type Archived struct {
	Publication Publication // as it stands; with its reference, even where the desk gave it
	Fate        Fate
	Clash       Clash // why it is refused
	With        Publication
}

// Clash is why a publication cannot be imported.
type Clash string

// The clashes: with another Publication where there is one to name.
const (
	ClashDiffers Clash = "differs" // it is on file, and says something else
	ClashPage    Clash = "page"    // another publication has its page
	ClashCase    Clash = "case"    // its reference names a case of the desk
)
