package jsonata

// This file parses expressions by the operators' precedence (V. Pratt, "Top down operator
// precedence", 1973), into the tree that [structure.node] then completes.

// maxNesting limits the nesting of an expression, because the parser uses the stack.
const maxNesting = 5_000

// power returns how tightly an infix operator binds. 0 means that it is not infix.
func power(operator string) int {
	switch operator {
	case "[", "(", "@", "#":
		return 80
	case ".":
		return 75
	case "{":
		return 70
	case "*", "/", "%":
		return 60
	case "+", "-", "&":
		return 50
	case "=", "<", ">", "^", "!=", "<=", ">=", "~>", "in":
		return 40
	case "and":
		return 30
	case "or":
		return 25
	case "?":
		return 20
	case ":=":
		return 10
	default:
		return 0
	}
}

// unaryPower is the precedence of the operand of a minus.
const unaryPower = 70

type parser struct {
	lexer lexer
	token token
	depth int
}

// parse returns the tree of an expression.
func parse(source string) (*node, error) {
	p := &parser{lexer: lexer{source: source}}

	if err := p.advance("", false); err != nil {
		return nil, err
	}

	out, err := p.expression(0)
	if err != nil {
		return nil, err
	}

	if p.token.kind != endToken {
		return nil, fault("S0201").with(p.token.shown())
	}

	return out, nil
}

func (f *failure) with(token any) *failure {
	f.token = token

	return f
}

// advance reads the next token. If id is not empty, the current token must be id.
func (p *parser) advance(id string, afterOperand bool) error {
	if id != "" && p.token.id() != id {
		code := "S0202"
		if p.token.kind == endToken {
			code = "S0203"
		}

		return fault(code).about(id).with(p.token.shown())
	}

	var err error
	if p.token, err = p.lexer.next(afterOperand); err != nil {
		return err
	}

	if p.token.kind == operatorToken && (p.token.text == "!" || p.token.text == "~") {
		return fault("S0204").at(p.token.text)
	}

	return nil
}

// expression parses an expression whose operators bind more tightly than the given power.
func (p *parser) expression(least int) (*node, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, errNesting
	}
	defer func() { p.depth-- }()

	first := p.token

	if err := p.advance("", true); err != nil {
		return nil, err
	}

	left, err := p.prefix(first)

	for err == nil && p.token.kind == operatorToken && power(p.token.text) > least {
		operator := p.token.text
		if err = p.advance("", false); err == nil {
			left, err = p.infix(left, operator)
		}
	}

	return left, err
}

// operand returns the node of a token that is an expression by itself.
func operand(t token) *node {
	out := &node{text: t.text, value: t.value}

	switch t.kind {
	case nameToken:
		out.kind = nameNode
	case variableToken:
		out.kind = variableNode
	case stringToken:
		out.kind = stringNode
	case numberToken:
		out.kind = numberNode
	case valueToken:
		out.kind = valueNode
	case regexToken:
		out.kind = regexNode
	case operatorToken:
		out.kind = operatorNode
	case endToken:
		out.kind = endNode
	}

	return out
}

// prefix parses an expression that begins with a token.
func (p *parser) prefix(t token) (*node, error) {
	if t.kind != operatorToken {
		return operand(t), nil
	}

	switch t.text {
	case "and", "or", "in":
		return operand(t), nil
	case "*":
		return &node{kind: wildcardNode, text: t.text}, nil
	case "**":
		return &node{kind: descendantNode, text: t.text}, nil
	case "%":
		return &node{kind: parentNode, text: t.text}, nil
	case "-":
		inner, err := p.expression(unaryPower)

		return &node{kind: unaryNode, text: "-", lhs: inner}, err
	case "(":
		return p.block()
	case "[":
		return p.array()
	case "{":
		pairs, err := p.object()

		return &node{kind: unaryNode, text: "{", pairs: pairs}, err
	case "|":
		return p.transform()
	default:
		return nil, fault("S0211").at(t.text)
	}
}
