package logs

import (
	"strings"
	"unicode"
)

// parsePattern parses a filter pattern: terms, or a JSON pattern in braces. Patterns of
// space-delimited events and regular expressions are rejected.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
func parsePattern(text string) (func(message string) bool, error) {
	text = strings.TrimSpace(text)

	const maxPatternBytes = 1024

	switch {
	case len(text) > maxPatternBytes:
		return nil, invalid("filterPattern must have at most %d characters", maxPatternBytes)
	case text == "":
		return func(string) bool { return true }, nil
	case strings.HasPrefix(text, "{"):
		return parseJSONPattern(text)
	case strings.HasPrefix(text, "["):
		return nil, invalid("Invalid filter pattern: the emulator does not support patterns of space-delimited events: %s", text)
	case strings.HasPrefix(text, "%"):
		return nil, invalid("Invalid filter pattern: the emulator does not support regular expressions: %s", text)
	default:
		return parseTerms(text)
	}
}

// parseTerms parses terms: a message must contain each of them, none of those with "-", and
// at least one of those with "?". On AWS, terms with "?" are ignored if there are others.
func parseTerms(text string) (func(message string) bool, error) {
	var required, excluded, optional []string

	for text != "" {
		sign := text[0]
		if sign == '-' || sign == '?' {
			text = text[1:]
		}

		term, rest, err := cutTerm(text)
		if err != nil {
			return nil, err
		}

		switch sign {
		case '-':
			excluded = append(excluded, term)
		case '?':
			optional = append(optional, term)
		default:
			required = append(required, term)
		}

		text = strings.TrimLeftFunc(rest, unicode.IsSpace)
	}

	return func(message string) bool {
		for _, term := range required {
			if !strings.Contains(message, term) {
				return false
			}
		}

		for _, term := range excluded {
			if strings.Contains(message, term) {
				return false
			}
		}

		found := len(optional) == 0 || len(required) > 0
		for _, term := range optional {
			found = found || strings.Contains(message, term)
		}

		return found
	}, nil
}

// cutTerm cuts a word, or a text in quotes, from the beginning of a pattern.
func cutTerm(text string) (term, rest string, err error) {
	if !strings.HasPrefix(text, `"`) {
		end := strings.IndexFunc(text, unicode.IsSpace)
		if end < 0 {
			end = len(text)
		}

		if end == 0 {
			return "", "", invalid("Invalid filter pattern: a sign without a term")
		}

		return text[:end], text[end:], nil
	}

	var quoted strings.Builder

	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '\\' && i+1 < len(text):
			i++
			quoted.WriteByte(text[i])
		case text[i] == '"':
			return quoted.String(), text[i+1:], nil
		default:
			quoted.WriteByte(text[i])
		}
	}

	return "", "", invalid("Invalid filter pattern: a quote has no end")
}
