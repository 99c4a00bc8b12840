package expression

import "triptych/emulator/dynamodb/attribute"

// node is a part of a parsed expression: one of the types below. isOperand and
// isCondition tell which nodes are operands (they have a value) and which are conditions
// (they are true or false). A call can be either.
type node interface{ isNode() }

type (
	// pathNode is a document path. raw is the written form; binding sets path, the
	// resolved form.
	pathNode struct {
		raw  []rawStep
		path Path
	}
	// valueNode is a :placeholder. Binding sets the value.
	valueNode struct {
		placeholder string
		value       attribute.Value
	}
	// callNode is function(arguments).
	callNode struct {
		function  string
		arguments []node
	}
	// groupNode is ( inner ).
	groupNode struct{ inner node }
	// comparisonNode is left = right, or another comparison.
	comparisonNode struct {
		operator    string
		left, right node
	}
	// betweenNode is operand BETWEEN low AND high.
	betweenNode struct{ operand, low, high node }
	// inNode is operand IN (choices).
	inNode struct {
		operand node
		choices []node
	}
	// logicalNode is left AND right, or left OR right.
	logicalNode struct {
		operator    string // keywordAnd or keywordOr
		left, right node
	}
	// notNode is NOT inner.
	notNode struct{ inner node }
	// sumNode is left + right, or left - right; only SET has it.
	sumNode struct {
		operator    string // "+" or "-"
		left, right node
	}
)

func (*pathNode) isNode()       {}
func (*valueNode) isNode()      {}
func (*callNode) isNode()       {}
func (*groupNode) isNode()      {}
func (*comparisonNode) isNode() {}
func (*betweenNode) isNode()    {}
func (*inNode) isNode()         {}
func (*logicalNode) isNode()    {}
func (*notNode) isNode()        {}
func (*sumNode) isNode()        {}

// ungroup removes parentheses.
func ungroup(n node) node {
	for {
		group, grouped := n.(*groupNode)
		if !grouped {
			return n
		}

		n = group.inner
	}
}

func isOperand(n node) bool {
	switch ungroup(n).(type) {
	case *pathNode, *valueNode, *callNode:
		return true
	default:
		return false
	}
}

func isCondition(n node) bool {
	switch ungroup(n).(type) {
	case *comparisonNode, *betweenNode, *inNode, *logicalNode, *notNode, *callNode:
		return true
	default:
		return false
	}
}

// parser walks the tokens of one expression.
type parser struct {
	text      string
	tokens    []token
	at        int
	operators int
	redundant bool // ((…)) was seen
}

// newParser rejects text that is empty or too long.
func newParser(text string) (*parser, error) {
	switch {
	case text == "":
		return nil, refuse("The expression can not be empty;")
	case len(text) > MaxBytes:
		return nil, refuse("Expression size has exceeded the maximum allowed size; expression size: %d", len(text))
	default:
		return &parser{text: text, tokens: tokenize(text)}, nil
	}
}

func (p *parser) current() token { return p.tokens[p.at] }

// next moves to the next token. It stays at the end.
func (p *parser) next() {
	if p.current().kind != tokenEnd {
		p.at++
	}
}

// takeSign moves on if the current token is the sign.
func (p *parser) takeSign(sign string) bool {
	if !p.current().isSign(sign) {
		return false
	}

	p.at++

	return true
}

// takeKeyword moves on if the current token is the keyword.
func (p *parser) takeKeyword(word string) bool {
	if !p.current().isKeyword(word) {
		return false
	}

	p.at++

	return true
}

// expectSign returns a syntax error unless the current token is the sign.
func (p *parser) expectSign(sign string) error {
	if !p.takeSign(sign) {
		return p.syntaxError()
	}

	return nil
}

// syntaxError names the current token, and shows it with its neighbors.
func (p *parser) syntaxError() error {
	wrong := p.current()
	from, to := wrong.start, wrong.end

	if p.at > 0 {
		from = p.tokens[p.at-1].start
	}

	switch {
	case wrong.kind == tokenEnd && p.at > 0:
		to = p.tokens[p.at-1].end
	case wrong.kind != tokenEnd && p.tokens[p.at+1].kind != tokenEnd:
		to = p.tokens[p.at+1].end
	}

	return refuse("Syntax error; token: %q, near: %q", wrong.text, p.text[from:to])
}

// countOperator enforces the limit on the operators of an expression.
func (p *parser) countOperator() error {
	p.operators++
	if p.operators > MaxOperators {
		return refuse("The expression contains too many operators; operator count: %d", MaxOperators+1)
	}

	return nil
}

// finish returns an error if tokens follow the complete expression.
func (p *parser) finish() error {
	switch {
	case p.current().kind != tokenEnd:
		return p.syntaxError()
	case p.redundant:
		return refuse("The expression has redundant parentheses;")
	default:
		return nil
	}
}

// call parses the arguments of a function whose name has been read. argument parses one
// of them; it differs between conditions and updates.
func (p *parser) call(function string, argument func() (node, error)) (node, error) {
	if err := p.countOperator(); err != nil {
		return nil, err
	}

	if err := p.expectSign("("); err != nil {
		return nil, err
	}

	arguments, err := list(p, argument)
	if err != nil {
		return nil, err
	}

	return &callNode{function: function, arguments: arguments}, p.expectSign(")")
}

// list parses one or more elements separated by commas.
func list[T any](p *parser, element func() (T, error)) ([]T, error) {
	var elements []T

	for {
		one, err := element()
		if err != nil {
			return nil, err
		}

		elements = append(elements, one)

		if !p.takeSign(",") {
			return elements, nil
		}
	}
}
