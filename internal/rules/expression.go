package rules

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"cel.dev/cel-go/cel"
	celast "cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// Bounds on an expression: a rule is a line or two, and one evaluation is far
// from the cost limit unless it is meant to be slow.
const (
	maxExpression = 2000 // code points
	maxNesting    = 40
	maxCost       = 100_000 // CEL's units: about one a step
)

// expression is one CEL expression of a criterion, compiled with the limits of
// one format. It is safe for concurrent use.
type expression struct {
	program cel.Program
	gives   *cel.Type
	asks    []string // the facts that it names, sorted
}

// mistake is one thing wrong in an expression, at a rune of its text.
type mistake struct {
	offset int
	says   string
}

// newEnvironment declares the facts of a submission, each under its qualified
// name, so that a misspelt one is found when the rules are read.
func newEnvironment() (*cel.Env, error) {
	options := []cel.EnvOption{
		cel.ASTValidators(cel.ValidateRegexLiterals()),
		cel.ParserExpressionSizeLimit(maxExpression),
		cel.ParserRecursionLimit(maxNesting),
	}
	for _, f := range facts {
		options = append(options, cel.Variable(f.name, f.kind))
	}
	return cel.NewEnv(options...)
}

// withLimits declares a format's limits as constants.
func withLimits(env *cel.Env, limits map[string]any) (*cel.Env, error) {
	var options []cel.EnvOption
	for name, v := range limits {
		kind, value := celValue(v)
		options = append(options, cel.Constant("limit."+name, kind, value))
	}
	return env.Extend(options...)
}

// withAnyLimits declares limits of whatever type.
func withAnyLimits(env *cel.Env, names []string) (*cel.Env, error) {
	var options []cel.EnvOption
	for _, name := range names {
		options = append(options, cel.Variable("limit."+name, cel.DynType))
	}
	return env.Extend(options...)
}

// celValue is a limit's type and value in CEL.
func celValue(v any) (*cel.Type, ref.Val) {
	switch v := v.(type) {
	case int64:
		return cel.IntType, types.Int(v)
	case bool:
		return cel.BoolType, types.Bool(v)
	case []string:
		return cel.ListType(cel.StringType), types.NewStringList(types.DefaultTypeAdapter, v)
	default:
		return cel.StringType, types.String(v.(string))
	}
}

// compile checks an expression and what it gives.
func compile(env *cel.Env, text string, gives ...*cel.Type) (*expression, []mistake) {
	checked, issues := env.Compile(text)
	if issues.Err() != nil {
		return nil, mistakes(text, issues)
	}
	if out := checked.OutputType(); !isOneOf(out, gives) {
		return nil, []mistake{{0, "this gives " + typeName(out) + "; accepted: " + typeNames(gives)}}
	}
	program, err := env.Program(checked, cel.CostLimit(maxCost), cel.EvalOptions(cel.OptPartialEval))
	if err != nil {
		return nil, []mistake{{0, err.Error()}}
	}
	return &expression{program, checked.OutputType(), factsIn(checked)}, nil
}

// factsIn is the facts that a checked expression names, sorted.
func factsIn(checked *cel.Ast) []string {
	var names []string
	for _, r := range checked.NativeRep().ReferenceMap() {
		if _, known := factNamed(r.Name); known {
			names = append(names, r.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// eval is the expression's value for the facts, and whether it could be told: an
// expression that rests on a fact that is unknown, or that fails (a division by
// zero), cannot. An expression that is not there gives an empty text.
func (e *expression) eval(known cel.PartialActivation) (value any, ok bool) {
	if e == nil {
		return "", true
	}
	if known == nil {
		return nil, false
	}
	out, _, err := e.program.Eval(known)
	if err != nil || types.IsUnknownOrError(out) {
		return nil, false
	}
	return out.Value(), true
}

// limitsIn is the limits that an expression names, in their order.
func limitsIn(env *cel.Env, text string) []mention {
	parsed, issues := env.Parse(text)
	if text == "" || issues.Err() != nil {
		return nil
	}
	var found []mention
	root := celast.NavigateAST(parsed.NativeRep())
	for _, e := range celast.MatchDescendants(root, celast.KindMatcher(celast.SelectKind)) {
		of := e.AsSelect().Operand()
		if of.Kind() == celast.IdentKind && of.AsIdent() == "limit" {
			start := parsed.NativeRep().SourceInfo().GetStartLocation(of.ID())
			found = append(found, mention{limit: e.AsSelect().FieldName(), offset: runeOffset(text, start.Line(), start.Column())})
		}
	}
	slices.SortFunc(found, func(a, b mention) int { return a.offset - b.offset })
	return found
}

// mistakes puts CEL's own words into an editor's.
func mistakes(text string, issues *cel.Issues) []mistake {
	var found []mistake
	for _, e := range issues.Errors() {
		offset := runeOffset(text, e.Location.Line(), e.Location.Column())
		says := e.Message
		switch {
		case undeclared.MatchString(says):
			name := undeclared.FindStringSubmatch(says)[1]
			called := strings.HasPrefix(string([]rune(text)[min(offset, len([]rune(text))):]), "(")
			offset = startOfName(text, offset)
			says = unknownName(name, called)
		case overload.MatchString(says):
			m := overload.FindStringSubmatch(says)
			says = strings.Trim(strings.ReplaceAll(m[1], "_", ""), "@") + " cannot be applied to " + m[2]
		default:
			says, _, _ = strings.Cut(says, " expecting {")
			says = strings.ReplaceAll(says, "'<EOF>'", "end")
		}
		found = append(found, mistake{offset, says})
	}
	return found
}

// What CEL says of a name that is not declared, and of values that do not go
// with an operator or a function.
var (
	undeclared = regexp.MustCompile(`^undeclared reference to '([^']*)'`)
	overload   = regexp.MustCompile(`^found no matching overload for '([^']*)' applied to '([^']*)'`)
)

// unknownName says which facts there are beside a name that is none.
func unknownName(name string, called bool) string {
	if called {
		return "the function " + name + " is not known here; accepted: those of CEL, as size, contains, matches"
	}
	group, _, _ := strings.Cut(name, ".")
	var known []string
	for _, f := range facts {
		if strings.HasPrefix(f.name, group+".") {
			known = append(known, f.name)
		}
	}
	if len(known) == 0 {
		_, hint := yamlfile.Suggest(group, []string{"document", "submission", "limit"})
		return group + " is not known here" + hint + "; facts are written document.words, submission.title"
	}
	_, hint := yamlfile.Suggest(name, known)
	return name + " is not known here" + hint + "; accepted: " + strings.Join(known, ", ")
}

// runeOffset turns a place as CEL gives it, line from 1 and column from 0, into
// an offset in runes.
func runeOffset(text string, line, column int) int {
	lines := strings.SplitAfter(text, "\n")
	for _, l := range lines[:min(max(line-1, 0), len(lines))] {
		column += len([]rune(l))
	}
	return max(column, 0)
}

// startOfName goes back from a dot within a qualified name to its first letter.
func startOfName(text string, offset int) int {
	runes := []rune(text)
	for offset > 0 && offset <= len(runes) {
		if r := runes[offset-1]; r != '.' && r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			break
		}
		offset--
	}
	return offset
}

func isOneOf(t *cel.Type, accepted []*cel.Type) bool {
	for _, a := range accepted {
		if t.IsExactType(a) {
			return true
		}
	}
	return false
}

func typeNames(accepted []*cel.Type) string {
	names := make([]string, len(accepted))
	for i, t := range accepted {
		names[i] = typeName(t)
	}
	return strings.Join(names, ", ")
}

// typeName is a CEL type as a fault calls it.
func typeName(t *cel.Type) string {
	switch t.String() {
	case "int":
		return "a whole number"
	case "string":
		return "a text"
	case "bool":
		return "true or false"
	case "list(string)":
		return "a list of texts"
	}
	return "a value of type " + t.String()
}
