package dynamodb

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"triptych/emulator/dynamodb/attribute"
)

// maxStatementBytes limits a statement.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html
const maxStatementBytes = 8192

type statementInput struct {
	Statement      string
	Parameters     []attribute.JSON
	ConsistentRead bool
	Limit          *int
	NextToken      string

	ReturnValuesOnConditionCheckFailure string
}

type statementOutput struct {
	Items            []attribute.Map
	NextToken        string        `json:",omitempty"`
	LastEvaluatedKey attribute.Map `json:",omitempty"`
}

// executeStatement answers ExecuteStatement for SELECT: it becomes a Scan with a filter.
// Statements that write are rejected.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
func (s *Service) executeStatement(ctx context.Context, in statementInput) (statementOutput, error) {
	if in.Statement == "" || len(in.Statement) > maxStatementBytes {
		return statementOutput{}, validation("1 validation error detected: Value at 'statement' failed to satisfy constraint: "+
			"Member must have length between 1 and %d", maxStatementBytes)
	}

	tokens, err := readStatement(in.Statement)
	if err != nil {
		return statementOutput{}, err
	}

	p := &statementParser{tokens: tokens, parameters: in.Parameters, names: map[string]string{}, values: attribute.JSONMap{}}

	read, err := p.statement()
	if err != nil {
		return statementOutput{}, err
	}

	read.ConsistentRead, read.Limit = in.ConsistentRead, in.Limit

	if in.NextToken != "" {
		text, err := base64.StdEncoding.DecodeString(in.NextToken)
		if err != nil || json.Unmarshal(text, &read.ExclusiveStartKey) != nil {
			return statementOutput{}, validation("Invalid NextToken")
		}
	}

	t, err := s.tableFor(ctx, "PartiQLSelect", read.TableName, read.indexName())
	if err != nil {
		return statementOutput{}, err
	}

	found, err := s.scanTable(t, scanInput{read})
	if err != nil {
		return statementOutput{}, err
	}

	out := statementOutput{Items: found.Items}

	if found.LastEvaluatedKey != nil {
		text, err := json.Marshal(found.LastEvaluatedKey)
		if err != nil {
			return statementOutput{}, err
		}

		out.NextToken, out.LastEvaluatedKey = base64.StdEncoding.EncodeToString(text), found.LastEvaluatedKey
	}

	return out, nil
}

// statementToken is a word, a sign, a name in double quotes, or a text in single quotes.
type statementToken struct {
	kind byte // 'w', 's', '"' or '\''
	text string
}

func badStatement(format string, args ...any) error {
	return validation("Statement wasn't well formed, can't be processed: "+format, args...)
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

func (p *statementParser) statement() (paging, error) { //nolint:cyclop,gocyclo // One case for each part of the grammar.
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
