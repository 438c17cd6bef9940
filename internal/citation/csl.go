package citation

import "encoding/json"

// item is a CSL-JSON item; its keys are those of csl-data.json.
type item struct {
	ID             string    `json:"id"`
	Type           string    `json:"type"`
	Language       string    `json:"language,omitempty"`
	Title          string    `json:"title"`
	Author         []cslName `json:"author"`
	Issued         cslDate   `json:"issued"`
	ContainerTitle string    `json:"container-title"`
	Publisher      string    `json:"publisher"`
	Genre          string    `json:"genre"`
	Number         string    `json:"number"`
	URL            string    `json:"URL,omitempty"`
	Status         string    `json:"status,omitempty"`
	Note           string    `json:"note,omitempty"`
}

type cslName struct {
	Family      string `json:"family,omitempty"`
	Given       string `json:"given,omitempty"`
	NonDropping string `json:"non-dropping-particle,omitempty"`
	Literal     string `json:"literal,omitempty"`
}

type cslDate struct {
	Parts [][]int `json:"date-parts"`
}

// CSL is the citation as CSL-JSON: a list of one item, as reference managers
// import it, with a line end.
func (w Work) CSL() ([]byte, error) {
	kind := "webpage"
	if w.URL == "" {
		kind = "document"
	}
	i := item{
		ID: string(w.Reference), Type: kind, Language: w.Language, Title: oneLine(w.Title), Author: []cslName{},
		Issued:         cslDate{[][]int{{w.On.Year(), int(w.On.Month()), w.On.Day()}}},
		ContainerTitle: w.Publisher, Publisher: w.Publisher, Genre: w.Format, Number: string(w.Reference), URL: w.URL,
		Status: marks[w.State], Note: notes[w.State],
	}
	if mark := marks[w.State]; mark != "" {
		i.Title = "[" + mark + "] " + i.Title
	}
	for _, author := range w.Authors {
		n := ParseName(author)
		i.Author = append(i.Author, cslName{n.Family, n.Given, n.Particle, n.Literal})
	}
	text, err := json.MarshalIndent([]item{i}, "", "  ")
	return append(text, '\n'), err
}
