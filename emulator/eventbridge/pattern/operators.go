package pattern

import (
	"encoding/json"
	"net/netip"
	"strings"
	"unicode/utf8"
)

// matcher is one comparison of a leaf. value is a string, a json.Number, a bool or null, or
// nil if the event does not have the field.
type matcher interface{ match(value any) bool }

// matchFunc is a matcher that is a function.
type matchFunc func(value any) bool

func (f matchFunc) match(value any) bool { return f(value) }

// parseMatcher reads an entry of a leaf's array: a literal, or an operator.
func parseMatcher(entry any, path []string) (matcher, error) {
	switch entry := entry.(type) {
	case string, bool, json.Number, null:
		return equal(entry), nil
	case map[string]any:
		if len(entry) != 1 {
			return nil, problem(path, "Only one key allowed in match expression")
		}

		for operator, operand := range entry {
			return parseOperator(operator, operand, path)
		}
	}

	return nil, problem(path, "Match value must be String, number, true, false, or null")
}

// equal compares literals. Numbers are equal if they are written in the same way. AWS says:
// "300, 300.0, and 3.0e2 are not considered equal".
func equal(literal any) matcher {
	return matchFunc(func(value any) bool { return value == literal })
}

// parseOperator reads one of the operators in AWS's table.
func parseOperator(operator string, operand any, path []string) (matcher, error) {
	switch operator {
	case "prefix":
		return parseAffix(operator, hasPrefix, operand, path)
	case "suffix":
		return parseAffix(operator, hasSuffix, operand, path)
	case "equals-ignore-case":
		return parseIgnoreCase(operand, path)
	case "wildcard":
		return parseWildcard(operand, path)
	case "anything-but":
		return parseAnythingBut(operand, path)
	case "numeric":
		return parseNumeric(operand, path)
	case "exists":
		return parseExists(operand, path)
	case "cidr":
		return parseCIDR(operand, path)
	default:
		return nil, problem(path, "Unrecognized match type %s", operator)
	}
}

// onStrings returns a matcher that only strings can pass.
func onStrings(test func(text string) bool) matcher {
	return matchFunc(func(value any) bool {
		text, ok := value.(string)

		return ok && test(text)
	})
}

// comparison reports whether the text has the affix, with or without regard to case.
type comparison func(text, affix string, ignoreCase bool) bool

func hasPrefix(text, affix string, ignoreCase bool) bool {
	if !ignoreCase {
		return strings.HasPrefix(text, affix)
	}

	for range utf8.RuneCountInString(affix) { // Upper and lower case can differ in bytes, but not in the number of characters.
		_, size := utf8.DecodeRuneInString(text)
		if size == 0 {
			return false
		}

		_, affixSize := utf8.DecodeRuneInString(affix)
		if !strings.EqualFold(text[:size], affix[:affixSize]) {
			return false
		}

		text, affix = text[size:], affix[affixSize:]
	}

	return true
}

func hasSuffix(text, affix string, ignoreCase bool) bool {
	if !ignoreCase {
		return strings.HasSuffix(text, affix)
	}

	runes, want := []rune(text), []rune(affix)

	return len(runes) >= len(want) && strings.EqualFold(string(runes[len(runes)-len(want):]), affix)
}

// parseAffix reads {"prefix": "x"} and {"prefix": {"equals-ignore-case": "x"}}.
func parseAffix(name string, has comparison, operand any, path []string) (matcher, error) {
	ignoreCase := false

	if nested, ok := operand.(map[string]any); ok && len(nested) == 1 {
		operand, ignoreCase = nested["equals-ignore-case"], true
	}

	affix, ok := operand.(string)
	if !ok {
		return nil, problem(path, "%s match pattern must be a string", name)
	}

	return onStrings(func(text string) bool { return has(text, affix, ignoreCase) }), nil
}

func parseIgnoreCase(operand any, path []string) (matcher, error) {
	want, ok := operand.(string)
	if !ok {
		return nil, problem(path, "equals-ignore-case match pattern must be a string")
	}

	return onStrings(func(text string) bool { return strings.EqualFold(text, want) }), nil
}

func parseWildcard(operand any, path []string) (matcher, error) {
	text, ok := operand.(string)
	if !ok {
		return nil, problem(path, "wildcard match pattern must be a string")
	}

	parts, err := splitWildcard(text, path)
	if err != nil {
		return nil, err
	}

	return onStrings(func(text string) bool { return matchParts(text, parts) }), nil
}

// splitWildcard splits a wildcard at its asterisks. \* and \\ are literal characters.
func splitWildcard(text string, path []string) ([]string, error) {
	parts := []string{""}

	for i := 0; i < len(text); i++ {
		last := len(parts) - 1

		switch c := text[i]; {
		case c == '\\':
			i++
			if i == len(text) || (text[i] != '*' && text[i] != '\\') {
				return nil, problem(path, "Invalid escape character in wildcard %q", text)
			}

			parts[last] += text[i : i+1]
		case c == '*' && i > 0 && text[i-1] == '*' && parts[last] == "":
			return nil, problem(path, "Consecutive wildcard characters in %q", text)
		case c == '*':
			parts = append(parts, "")
		default:
			parts[last] += text[i : i+1]
		}
	}

	return parts, nil
}

// matchParts reports whether the text consists of the parts, in this order, with any text
// between them. It matches each part at its first occurrence, which leaves the most text
// for the parts that follow.
func matchParts(text string, parts []string) bool {
	if len(parts) == 1 {
		return text == parts[0]
	}

	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(text, first) || len(text) < len(first)+len(last) || !strings.HasSuffix(text, last) {
		return false
	}

	text = text[len(first) : len(text)-len(last)]

	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}

		text = after
	}

	return true
}

func parseExists(operand any, path []string) (matcher, error) {
	want, ok := operand.(bool)
	if !ok {
		return nil, problem(path, "exists match pattern must be either true or false")
	}

	return matchFunc(func(value any) bool { return (value != nil) == want }), nil
}

func parseCIDR(operand any, path []string) (matcher, error) {
	text, _ := operand.(string)

	network, err := netip.ParsePrefix(text)
	if err != nil {
		return nil, problem(path, "Malformed CIDR %q", text)
	}

	return onStrings(func(text string) bool {
		address, err := netip.ParseAddr(text)

		return err == nil && network.Contains(address)
	}), nil
}
