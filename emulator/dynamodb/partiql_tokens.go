package dynamodb

import (
	"strings"
	"unicode"
)

// statementToken is a word, a sign, a name in double quotes, or a text in single quotes.
type statementToken struct {
	kind byte // 'w', 's', '"' or '\''
	text string
}

func readStatement(text string) ([]statementToken, error) { //nolint:gocognit // It reads one token after the other.
	var tokens []statementToken

	for text = strings.TrimLeftFunc(text, unicode.IsSpace); text != ""; text = strings.TrimLeftFunc(text, unicode.IsSpace) {
		first := text[0]

		switch {
		case first == '"' || first == '\'':
			var value strings.Builder

			end := 1

			for ; end < len(text); end++ {
				if text[end] != first {
					value.WriteByte(text[end])

					continue
				}

				if end+1 < len(text) && text[end+1] == first { // A doubled quote is one.
					value.WriteByte(first)

					end++

					continue
				}

				break
			}

			if end == len(text) {
				return nil, badStatement("a quote has no end")
			}

			tokens = append(tokens, statementToken{first, value.String()})
			text = text[end+1:]
		case isWord(rune(first)) || first == '-' && len(text) > 1 && text[1] >= '0' && text[1] <= '9':
			number := first >= '0' && first <= '9' || first == '-'
			end := 1 + strings.IndexFunc(text[1:], func(r rune) bool { return !isWord(r) && (!number || r != '.' && r != '+') })

			if end == 0 {
				end = len(text)
			}

			tokens = append(tokens, statementToken{'w', text[:end]})
			text = text[end:]
		default:
			end := 1
			if len(text) > 1 && (text[:2] == "<=" || text[:2] == ">=" || text[:2] == "<>" || text[:2] == "!=") {
				end = 2
			}

			tokens = append(tokens, statementToken{'s', text[:end]})
			text = text[end:]
		}
	}

	return tokens, nil
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }
