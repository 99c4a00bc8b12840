package expression

import "triptych/emulator/dynamodb/attribute"

// node is a piece of a parsed expression: one of the types below. Which are
// operands (they have a value) and which are conditions (they hold or not) is
// decided by isOperand and isCondition; a call can be either.
type node interface{ isNode() }

type (
	// pathNode is a document path; raw is what was written, path (set by
	// binding) what it means.
	pathNode struct {
		raw  []rawStep
		path Path
	}
	// valueNode is a :placeholder; binding sets the value.
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
	// comparisonNode is left = right, and the like.
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
	// sumNode is left + right, or left - right, in SET only.
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

// ungroup strips parentheses.
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

// newParser refuses what is empty or too long.
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

// next goes on, but never passes the end.
func (p *parser) next() {
	if p.current().kind != tokenEnd {
		p.at++
	}
}

// takeSign goes on if the sign stands here.
func (p *parser) takeSign(sign string) bool {
	if !p.current().isSign(sign) {
		return false
	}

	p.at++

	return true
}

// takeKeyword goes on if the keyword stands here.
func (p *parser) takeKeyword(word string) bool {
	if !p.current().isKeyword(word) {
		return false
	}

	p.at++

	return true
}

// expectSign is a syntax error unless the sign stands here.
func (p *parser) expectSign(sign string) error {
	if !p.takeSign(sign) {
		return p.syntaxError()
	}

	return nil
}

// syntaxError names the current token, and shows it with its neighbours.
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

// countOperator keeps the expression under the limit of operators.
func (p *parser) countOperator() error {
	p.operators++
	if p.operators > MaxOperators {
		return refuse("The expression contains too many operators; operator count: %d", MaxOperators+1)
	}

	return nil
}

// finish is reached when the grammar is satisfied: nothing may follow.
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

// call parses the arguments of a function whose name has been read, each by
// argument, which differs between conditions and updates.
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

// list parses one or more elements with commas between them.
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
