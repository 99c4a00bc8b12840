package dynamodb

import (
	"slices"
	"strings"
	"unicode"
)

// statementToken is a word, a sign, a name in double quotes, or a text in single quotes.
type statementToken struct {
	kind byte // 'w', 's', '"' or '\''
	text string
}

func readStatement(text string) ([]statementToken, error) {
	var tokens []statementToken

	for text = strings.TrimLeftFunc(text, unicode.IsSpace); text != ""; text = strings.TrimLeftFunc(text, unicode.IsSpace) {
		var (
			token  statementToken
			length int
		)

		switch first := text[0]; {
		case first == '"' || first == '\'':
			if token, length = readQuoted(text); length == 0 {
				return nil, badStatement("a quote has no end")
			}
		case isWord(rune(first)) || first == '-' && len(text) > 1 && isDigit(text[1]):
			length = wordLength(text)
			token = statementToken{'w', text[:length]}
		default:
			length = signLength(text)
			token = statementToken{'s', text[:length]}
		}

		tokens = append(tokens, token)
		text = text[length:]
	}

	return tokens, nil
}

// readQuoted returns the quoted text at the beginning of a text, and its length with both
// quotes. A doubled quote stands for one. The length is 0 if the text has no end.
func readQuoted(text string) (statementToken, int) {
	var value strings.Builder

	quote := text[0]

	for at := 1; at < len(text); at++ {
		if text[at] == quote {
			if at+1 == len(text) || text[at+1] != quote {
				return statementToken{quote, value.String()}, at + 1
			}

			at++
		}

		value.WriteByte(text[at])
	}

	return statementToken{}, 0
}

// wordLength returns the length of the word or number at the beginning of a text.
func wordLength(text string) int {
	number := isDigit(text[0]) || text[0] == '-'

	end := strings.IndexFunc(text[1:], func(r rune) bool { return !isWord(r) && (!number || r != '.' && r != '+') })
	if end < 0 {
		return len(text)
	}

	return 1 + end
}

// signLength returns the length of the operator at the beginning of a text.
func signLength(text string) int {
	if len(text) > 1 && slices.Contains([]string{"<=", ">=", "<>", "!="}, text[:2]) {
		return len("<=")
	}

	return 1
}

func isDigit(letter byte) bool { return letter >= '0' && letter <= '9' }

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }
