package dynamodb

import (
	"strconv"
	"strings"

	"triptych/emulator/dynamodb/attribute"
)

// operand translates a literal, a parameter or a path.
func (p *statementParser) operand() (string, error) {
	token := p.peek()
	yes := true

	switch {
	case token.kind == '\'':
		p.next()

		return p.value(attribute.JSON{S: &token.text}), nil
	case token.kind == 's' && token.text == "?":
		p.next()

		if p.used == len(p.parameters) {
			return "", validation("Number of parameters in request and statement don't match.")
		}

		p.used++

		return p.value(p.parameters[p.used-1]), nil
	case token.kind == 'w' && (token.text[0] == '-' || token.text[0] >= '0' && token.text[0] <= '9'):
		p.next()

		return p.value(attribute.JSON{N: &token.text}), nil
	case p.word("TRUE"):
		return p.value(attribute.JSON{BOOL: &yes}), nil
	case p.word("FALSE"):
		no := false

		return p.value(attribute.JSON{BOOL: &no}), nil
	case p.word("NULL"):
		return p.value(attribute.JSON{NULL: &yes}), nil
	default:
		return p.path()
	}
}

func (p *statementParser) value(value attribute.JSON) string {
	name := ":v" + strconv.Itoa(len(p.values))
	p.values[name] = value

	return name
}

// path translates a path: names, with or without quotes, and indexes.
func (p *statementParser) path() (string, error) {
	var path strings.Builder

	for {
		token := p.next()
		if token.kind != 'w' && token.kind != '"' || token.text == "" {
			return "", badStatement("want the name of an attribute at %q", token.text)
		}

		path.WriteString(p.name(token.text))

		for len(p.tokens) > 2 && p.peek().text == "[" && p.peek().kind == 's' && p.tokens[2].text == "]" {
			if _, err := strconv.ParseUint(p.tokens[1].text, 10, 16); err != nil {
				return "", badStatement("want an index at %q", p.tokens[1].text)
			}

			path.WriteString("[" + p.tokens[1].text + "]")
			p.tokens = p.tokens[3:]
		}

		if !p.sign(".") {
			return path.String(), nil
		}

		path.WriteByte('.')
	}
}

func (p *statementParser) name(attribute string) string {
	for placeholder, name := range p.names {
		if name == attribute {
			return placeholder
		}
	}

	placeholder := "#n" + strconv.Itoa(len(p.names))
	p.names[placeholder] = attribute

	return placeholder
}
