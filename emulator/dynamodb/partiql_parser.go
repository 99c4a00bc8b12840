package dynamodb

import (
	"strings"

	"triptych/emulator/dynamodb/attribute"
)

// statementParser translates a statement to a request with expressions.
type statementParser struct {
	tokens     []statementToken
	parameters []attribute.JSON
	used       int // parameters
	names      map[string]string
	values     attribute.JSONMap
}

func (p *statementParser) peek() statementToken {
	if len(p.tokens) == 0 {
		return statementToken{}
	}

	return p.tokens[0]
}

func (p *statementParser) next() statementToken {
	token := p.peek()
	if len(p.tokens) > 0 {
		p.tokens = p.tokens[1:]
	}

	return token
}

// word accepts a keyword.
func (p *statementParser) word(keyword string) bool {
	token := p.peek()
	if token.kind != 'w' || !strings.EqualFold(token.text, keyword) {
		return false
	}

	p.next()

	return true
}

func (p *statementParser) sign(text string) bool {
	if token := p.peek(); token.kind != 's' || token.text != text {
		return false
	}

	p.next()

	return true
}

func (p *statementParser) statement() (paging, error) { //nolint:cyclop // One case for each part of the grammar.
	var read paging

	if !p.word("SELECT") {
		return read, validation("the emulator's DynamoDB supports only the PartiQL statement SELECT, not %s", p.peek().text)
	}

	if !p.sign("*") {
		var columns []string

		for first := true; first || p.sign(","); first = false {
			path, err := p.path()
			if err != nil {
				return read, err
			}

			columns = append(columns, path)
		}

		text := strings.Join(columns, ", ")
		read.ProjectionExpression = &text
	}

	if !p.word("FROM") {
		return read, badStatement("want FROM at %q", p.peek().text)
	}

	if read.TableName = p.next().text; read.TableName == "" {
		return read, badStatement("the name of the table is missing")
	}

	if p.sign(".") {
		index := p.next().text
		read.IndexName = &index
	} else {
		for p.sign("-") { // A name without quotes may have hyphens.
			read.TableName += "-" + p.next().text
		}
	}

	if p.word("WHERE") {
		filter, err := p.filter()
		if err != nil {
			return read, err
		}

		read.FilterExpression = &filter
	}

	if token := p.peek(); token.kind != 0 {
		return read, badStatement("the emulator does not support this part of a SELECT: %q", token.text)
	}

	if p.used != len(p.parameters) {
		return read, validation("Number of parameters in request and statement don't match.")
	}

	if len(p.names) > 0 {
		read.ExpressionAttributeNames = &p.names
	}

	if len(p.values) > 0 {
		read.ExpressionAttributeValues = &p.values
	}

	return read, nil
}
