package dynamodb

import (
	"slices"
	"strings"
)

// functions has the functions of a WHERE clause, which are those of expressions.
var functions = map[string]bool{"begins_with": true, "contains": true, "attribute_type": true, "size": true}

// filter translates a WHERE clause.
func (p *statementParser) filter() (string, error) { //nolint:cyclop,gocyclo // One case for each part of the grammar.
	var out []string

	depth := 0

	for token := p.peek(); token.kind != 0; token = p.peek() {
		lower := strings.ToLower(token.text)
		isWord := token.kind == 'w'

		switch {
		case isWord && lower == "order":
			return "", badStatement("the emulator does not support ORDER BY")
		case isWord && (lower == "and" || lower == "or" || lower == "not" || lower == "between" || lower == "in"):
			p.next()

			out = append(out, strings.ToUpper(lower))
		case isWord && lower == "is":
			p.next()

			not := p.word("NOT")
			if len(out) == 0 || !p.word("MISSING") {
				return "", badStatement("want IS MISSING or IS NOT MISSING")
			}

			name := "attribute_not_exists"
			if not {
				name = "attribute_exists"
			}

			out[len(out)-1] = name + "(" + out[len(out)-1] + ")"
		case isWord && functions[lower] && len(p.tokens) > 1 && p.tokens[1].text == "(":
			p.next()

			out = append(out, lower)
		case token.kind == 's' && token.text == "!=":
			p.next()

			out = append(out, "<>")
		case token.kind == 's' && (token.text == "[" || token.text == "("):
			p.next()

			depth++

			out = append(out, "(")
		case token.kind == 's' && (token.text == "]" || token.text == ")"):
			p.next()

			depth--

			out = append(out, ")")
		case token.kind == 's' && slices.Contains([]string{"=", "<>", "<", "<=", ">", ">=", ","}, token.text):
			p.next()

			out = append(out, token.text)
		default:
			operand, err := p.operand()
			if err != nil {
				return "", err
			}

			out = append(out, operand)
		}
	}

	if depth != 0 {
		return "", badStatement("the parentheses do not match")
	}

	return strings.Join(out, " "), nil
}
