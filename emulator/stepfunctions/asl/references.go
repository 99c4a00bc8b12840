package asl

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
)

// VariableReferences returns the names of the variables that each state of a definition
// refers to, sorted, by the name of the state. States without references are missing. $states,
// functions, and the variables of an expression itself are no references.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachine.html
func VariableReferences(definition []byte) map[string][]string {
	out := map[string][]string{}

	var machine any
	if json.Unmarshal(definition, &machine) == nil {
		referencesOfFlow(machine, out)
	}

	return out
}

// referencesOfFlow adds the references of the states of a flow, and of the flows in them.
func referencesOfFlow(flow any, out map[string][]string) {
	fields, _ := flow.(map[string]any)
	states, _ := fields["States"].(map[string]any)

	for name, value := range states {
		state, _ := value.(map[string]any)

		var names []string

		for field, value := range state {
			switch field {
			case "Comment", "Type", "Resource", "Next":
			case "ItemProcessor", "Iterator":
				referencesOfFlow(value, out)
			case "Branches":
				branches, _ := value.([]any)
				for _, branch := range branches {
					referencesOfFlow(branch, out)
				}
			default:
				names = append(names, referencesOfValue(value)...)
			}
		}

		if len(names) > 0 {
			slices.Sort(names)
			out[name] = slices.Compact(names)
		}
	}
}

func referencesOfValue(value any) []string {
	var names []string

	switch value := value.(type) {
	case string:
		if strings.HasPrefix(value, expressionOpen) && strings.HasSuffix(value, expressionClose) {
			names = referencesOf(strings.TrimSuffix(strings.TrimPrefix(value, expressionOpen), expressionClose))
		}
	case []any:
		for _, item := range value {
			names = append(names, referencesOfValue(item)...)
		}
	case map[string]any:
		for _, member := range value {
			names = append(names, referencesOfValue(member)...)
		}
	}

	return names
}

// referencesOf returns the names of the variables in an expression that it does not bind
// itself, by := or as the parameters of a function. It reads only the tokens: a name that
// is bound anywhere in the expression is no reference.
func referencesOf(expression string) []string {
	var (
		names []string
		bound = map[string]bool{"": true, "$": true, "states": true}
		rest  = []rune(expression)
	)

	for at := 0; at < len(rest); at++ {
		switch rest[at] {
		case '"', '\'', '`':
			at = endOfText(rest, at)
		case '/':
			at = endOfComment(rest, at)
		case '$':
			name, after := nameAt(rest, at+1)
			at = after - 1

			switch next := strings.TrimLeftFunc(string(rest[after:min(len(rest), after+maxLookAhead)]), unicode.IsSpace); {
			case strings.HasPrefix(next, ":="):
				bound[name] = true
			case !strings.HasPrefix(next, "("): // A variable is never a function.
				names = append(names, name)
			}
		case 'f', 'λ':
			word, after := nameAt(rest, at)
			at = after - 1

			if word == "function" || word == "λ" {
				at = bindParameters(rest, after, bound)
			}
		default:
			if isNamePart(rest[at]) {
				_, after := nameAt(rest, at)
				at = after - 1
			}
		}
	}

	return slices.DeleteFunc(names, func(name string) bool { return bound[name] || isFunction(name) })
}

// maxLookAhead limits the distance from a name to the operator after it.
const maxLookAhead = 64

// bindParameters marks the parameters of a function as bound and returns the end of their
// list.
func bindParameters(rest []rune, at int, bound map[string]bool) int {
	for ; at < len(rest) && rest[at] != ')'; at++ {
		if rest[at] == '$' {
			name, after := nameAt(rest, at+1)
			bound[name] = true
			at = after - 1
		}
	}

	return at
}

func nameAt(rest []rune, at int) (name string, after int) {
	after = at
	for after < len(rest) && isNamePart(rest[after]) {
		after++
	}

	return string(rest[at:after]), after
}

func isNamePart(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) }

// endOfText returns the position of the quote that ends a text.
func endOfText(rest []rune, at int) int {
	quote := rest[at]

	for at++; at < len(rest) && rest[at] != quote; at++ {
		if rest[at] == '\\' {
			at++
		}
	}

	return at
}

// endOfComment returns the last position of a comment or of a regular expression, or at
// itself for a division.
func endOfComment(rest []rune, at int) int {
	if at+1 < len(rest) && rest[at+1] == '*' {
		if end := strings.Index(string(rest[at+2:]), "*/"); end >= 0 {
			return at + 2 + len([]rune(string(rest[at+2:])[:end])) + 1
		}

		return len(rest)
	}

	before := strings.TrimRightFunc(string(rest[:at]), unicode.IsSpace)
	if before != "" && !strings.ContainsRune("([{,;:?&|=<>~+-*", rune(before[len(before)-1])) {
		return at // A division: a value is before it.
	}

	return endOfText(rest, at)
}
