package jsonata

import (
	"errors"
	"strings"
)

var errNesting = errors.New("the expression nests too deeply: 5000 levels are allowed")

// infix parses the rest of an expression after its left side and an operator.
func (p *parser) infix(left *node, operator string) (*node, error) {
	switch operator {
	case "(":
		return p.call(left)
	case "[":
		return p.filter(left)
	case "{":
		pairs, err := p.object()

		return &node{kind: binaryNode, text: "{", lhs: left, pairs: pairs}, err
	case "^":
		return p.orderBy(left)
	case "?":
		return p.condition(left)
	case ":=":
		if left.kind != variableNode {
			return nil, fault("S0212").with(left.shown())
		}

		right, err := p.expression(power(operator) - 1)

		return &node{kind: binaryNode, text: operator, lhs: left, rhs: right}, err
	case "@", "#":
		right, err := p.expression(power(operator))
		if err == nil && right.kind != variableNode {
			err = fault("S0214").at(operator)
		}

		return &node{kind: binaryNode, text: operator, lhs: left, rhs: right}, err
	default:
		right, err := p.expression(power(operator))

		return &node{kind: binaryNode, text: operator, lhs: left, rhs: right}, err
	}
}

// shown returns a node's value for messages.
func (n *node) shown() any {
	switch n.kind {
	case numberNode, valueNode:
		return n.value
	case functionNode, partialNode:
		return "("
	case conditionNode:
		return "?"
	case blockNode:
		return "("
	case endNode:
		return "(end)"
	default:
		return n.text
	}
}

// call parses the arguments of a call, or the definition of a function.
func (p *parser) call(left *node) (*node, error) {
	out := &node{kind: functionNode, callee: left}

	for p.token.id() != ")" || len(out.list) > 0 {
		if p.token.id() == "?" {
			out.kind = partialNode
			out.list = append(out.list, operand(p.token))

			if err := p.advance("?", false); err != nil {
				return nil, err
			}
		} else {
			argument, err := p.expression(0)
			if err != nil {
				return nil, err
			}

			out.list = append(out.list, argument)
		}

		if p.token.id() != "," {
			break
		}

		if err := p.advance(",", false); err != nil {
			return nil, err
		}
	}

	if err := p.advance(")", true); err != nil {
		return nil, err
	}

	if left.kind == nameNode && (left.text == "function" || left.text == "λ") {
		return p.lambda(out.list)
	}

	return out, nil
}

// lambda parses the signature and the body of a function.
func (p *parser) lambda(parameters []*node) (*node, error) {
	out := &node{kind: lambdaNode, list: parameters}

	for i, parameter := range parameters {
		if parameter.kind != variableNode {
			return nil, fault("S0208").with(parameter.shown()).about(float64(i + 1))
		}
	}

	if p.token.id() == "<" {
		if err := p.signature(out); err != nil {
			return nil, err
		}
	}

	if err := p.advance("{", false); err != nil {
		return nil, err
	}

	var err error
	if out.body, err = p.expression(0); err != nil {
		return nil, err
	}

	return out, p.advance("}", false)
}

func (p *parser) signature(out *node) error {
	var text strings.Builder

	text.WriteByte('<')

	for depth := 1; depth > 0 && p.token.id() != "{" && p.token.kind != endToken; {
		if err := p.advance("", false); err != nil {
			return err
		}

		switch p.token.id() {
		case ">":
			depth--
		case "<":
			depth++
		}

		if shown, ok := p.token.shown().(string); ok && p.token.kind != endToken {
			text.WriteString(shown)
		}
	}

	if err := p.advance(">", false); err != nil {
		return err
	}

	types, err := parseSignature(text.String())
	out.types = types

	return err
}

// filter parses a predicate. An empty one keeps arrays of one value.
func (p *parser) filter(left *node) (*node, error) {
	if p.token.id() == "]" {
		step := left
		for step.kind == binaryNode && step.text == "[" {
			step = step.lhs
		}

		step.keepArray = true

		return left, p.advance("]", false)
	}

	predicate, err := p.expression(0)
	if err != nil {
		return nil, err
	}

	return &node{kind: binaryNode, text: "[", lhs: left, rhs: predicate}, p.advance("]", true)
}

func (p *parser) orderBy(left *node) (*node, error) {
	if err := p.advance("(", false); err != nil {
		return nil, err
	}

	out := &node{kind: binaryNode, text: "^", lhs: left}

	for {
		term := sortTerm{descending: p.token.id() == ">"}

		if p.token.id() == "<" || p.token.id() == ">" {
			if err := p.advance("", false); err != nil {
				return nil, err
			}
		}

		var err error
		if term.expression, err = p.expression(0); err != nil {
			return nil, err
		}

		out.terms = append(out.terms, term)

		if p.token.id() != "," {
			return out, p.advance(")", false)
		}

		if err := p.advance(",", false); err != nil {
			return nil, err
		}
	}
}

func (p *parser) condition(left *node) (*node, error) {
	out := &node{kind: conditionNode, lhs: left}

	var err error
	if out.rhs, err = p.expression(0); err != nil {
		return nil, err
	}

	if p.token.id() == ":" {
		if err := p.advance(":", false); err != nil {
			return nil, err
		}

		out.other, err = p.expression(0)
	}

	return out, err
}
