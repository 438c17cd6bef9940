package desk

// Result is what a criterion found. Unknown means that the machine could not
// tell, and is never counted as a failure.
type Result string

// The results.
const (
	Pass    Result = "pass"
	Fail    Result = "fail"
	Unknown Result = "unknown"
)

// Level is how much a criterion weighs in the verdict: Advice weighs nothing.
type Level string

// The levels.
const (
	Required Level = "required"
	Advice   Level = "advice"
)

// Finding is one criterion applied to one submission. Measured and Limit are
// written for a person ("412", "250–800"); Label, Message and Repair are in the
// language that the finding was asked in.
type Finding struct {
	Criterion string `json:"criterion"`
	Level     Level  `json:"level"`
	Result    Result `json:"result"`
	Measured  string `json:"measured"`
	Limit     string `json:"limit"`
	File      string `json:"file"`
	Where     string `json:"where"`
	Label     string `json:"-"`
	Message   string `json:"message"`
	Repair    string `json:"repair"`
}

// Verdict is what the findings of one submission amount to; it is empty for a
// mail that is not a submission.
type Verdict string

// The verdicts.
const (
	NoVerdict  Verdict = ""
	Complete   Verdict = "complete"   // every required criterion passes
	Incomplete Verdict = "incomplete" // at least one required criterion fails
	ToCheck    Verdict = "to_check"   // none fails, at least one is unknown
)

// Judge sums findings up. A set without a required finding is Complete.
func Judge(findings []Finding) Verdict {
	verdict := Complete
	for _, f := range findings {
		switch {
		case f.Level != Required:
		case f.Result == Fail:
			return Incomplete
		case f.Result == Unknown:
			verdict = ToCheck
		}
	}
	return verdict
}
