package rules

import (
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"

	"github.com/bara-think-tank/guichet/internal/yamlfile"
)

// limitSamples is one value of every type that a limit may have.
var limitSamples = []any{int64(1), "text", true, []string{"text"}}

// limitValue is a limit as it was decoded, in one of the types of limitSamples;
// ok is false where it is none of them.
func limitValue(decoded any) (value any, ok bool) {
	switch v := decoded.(type) {
	case int:
		return int64(v), true
	case string, bool:
		return v, true
	case []any:
		list := []string{}
		for _, item := range v {
			s, ok := item.(string)
			if !ok {
				return nil, false
			}
			list = append(list, s)
		}
		return list, len(list) > 0
	}
	return nil, false
}

// readLimits is the limits of one use.
func (f *formatSource) readLimits(path string, decoded map[string]any) map[string]any {
	limits := map[string]any{}
	for name, v := range decoded {
		at := path + ".limit." + name
		value, ok := limitValue(v)
		switch {
		case strings.Trim(name, identifierRunes) != "" || name == "":
			f.FaultAtKey(at, "the name of a limit is small letters, digits and _, not %q", name)
		case !ok:
			f.Fault(at, "a limit is a whole number, a text, true or false, or a list of texts")
		default:
			limits[name] = value
		}
	}
	low, isLow := limits["min"].(int64)
	high, isHigh := limits["max"].(int64)
	if isLow && isHigh && low > high {
		f.Fault(path+".limit.min", "min is %d, above max, which is %d: nothing could pass", low, high)
	}
	return limits
}

const identifierRunes = "abcdefghijklmnopqrstuvwxyz0123456789_"

// checkLimits compares the limits that a criterion names with those that a use
// gives. What no format gives, though several use the criterion, is misspelt in
// the criterion; else the format lacks it.
func (c *criteriaFile) checkLimits(u *use) bool {
	var takes, missing []string
	for _, m := range c.mentions(u.name) {
		takes = append(takes, m.limit)
	}
	right, meant := true, map[string]bool{}
	for _, limit := range slices.Sorted(maps.Keys(u.limits)) {
		if slices.Contains(takes, limit) {
			continue
		}
		right = false
		near, hint := yamlfile.Suggest(limit, takes)
		meant[near] = true
		if len(takes) == 0 {
			u.format.FaultAtKey(u.path+".limit."+limit, "the criterion %s takes no limit", u.name)
		} else if !c.misspelt(u.name, near) {
			u.format.FaultAtKey(u.path+".limit."+limit, "the limit %s is not known to the criterion %s%s; accepted: %s",
				limit, u.name, hint, strings.Join(takes, ", "))
		}
	}
	for _, m := range c.mentions(u.name) {
		if _, given := u.limits[m.limit]; given {
			continue
		}
		right = false
		switch {
		case c.misspelt(u.name, m.limit):
			c.FaultInside(m.path, m.offset, "no format gives the limit %s%s", m.limit, c.givenHint(u.name, m.limit))
		case !u.format.Has(u.path+".limit."+m.limit) && !meant[m.limit]:
			missing = append(missing, m.limit)
		}
	}
	if len(missing) > 0 {
		u.format.Fault(u.path+".limit", "limits are missing: %s; the criterion %s takes %s",
			strings.Join(missing, ", "), u.name, strings.Join(takes, ", "))
	}
	return right
}

// misspelt says whether a limit that a criterion names is given by none of the
// several formats that use it.
func (c *criteriaFile) misspelt(name, limit string) bool {
	uses := c.uses[name]
	gives := func(u *use) bool { _, ok := u.limits[limit]; return ok }
	return limit != "" && len(uses) > 1 && !slices.ContainsFunc(uses, gives)
}

// givenHint suggests a limit that the formats do give.
func (c *criteriaFile) givenHint(name, limit string) string {
	given := map[string]bool{}
	for _, u := range c.uses[name] {
		for l := range u.limits {
			given[l] = true
		}
	}
	if len(given) == 0 {
		return ""
	}
	all := slices.Sorted(maps.Keys(given))
	_, hint := yamlfile.Suggest(limit, all)
	return hint + "; given: " + strings.Join(all, ", ")
}

// blameLimits tells an expression that is wrong from one that is right and got a
// limit of the wrong type: with limits of any type it compiles. It says whether
// limits were to blame.
func (c *criteriaFile) blameLimits(u *use, text string, gives []*cel.Type) bool {
	names := slices.Sorted(maps.Keys(u.limits))
	if !c.compiles(names, nil, text, gives) {
		return false
	}
	blamed := false
	for _, name := range names {
		if c.compiles(names, map[string]any{name: u.limits[name]}, text, gives) {
			continue
		}
		var accepted []string
		for _, sample := range limitSamples {
			if c.compiles(names, map[string]any{name: sample}, text, gives) {
				kind, _ := celValue(sample)
				accepted = append(accepted, typeName(kind))
			}
		}
		kind, _ := celValue(u.limits[name])
		blamed = true
		u.format.Fault(u.path+".limit."+name, "the limit %s of %s is %s; accepted: %s",
			name, u.name, typeName(kind), strings.Join(accepted, ", "))
	}
	u.blamed = u.blamed || blamed
	return blamed
}

// compiles says whether an expression is right when the limits in typed have the
// types of those values, and the others any type.
func (c *criteriaFile) compiles(names []string, typed map[string]any, text string, gives []*cel.Type) bool {
	others := slices.DeleteFunc(slices.Clone(names), func(n string) bool { _, ok := typed[n]; return ok })
	env, err := withAnyLimits(c.env, others)
	if err != nil {
		return false
	}
	if env, err = withLimits(env, typed); err != nil {
		return false
	}
	_, wrong := compile(env, text, append(slices.Clone(gives), cel.DynType)...)
	return len(wrong) == 0
}
