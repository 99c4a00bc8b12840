package jsonata

import "fmt"

// structure completes the tree that the parser returns: it joins the steps of paths, attaches
// predicates to their steps, finds the values that parent operators refer to, and marks the
// calls at the end of functions.
type structure struct{ labels int }

func (s *structure) node(n *node) (*node, error) {
	out, err := s.completed(n)
	if err != nil {
		return nil, err
	}

	if n.keepArray {
		out.keepArray = true
	}

	return out, nil
}

func (s *structure) completed(n *node) (*node, error) {
	switch n.kind {
	case binaryNode:
		return s.binary(n)
	case unaryNode:
		return s.unary(n)
	case functionNode, partialNode:
		return s.call(n)
	case lambdaNode:
		return s.lambda(n)
	case conditionNode:
		return s.condition(n)
	case transformNode:
		return s.transform(n)
	case blockNode:
		return s.block(n)
	case nameNode:
		return &node{kind: pathNode, list: []*node{n}, keepSingleton: n.keepArray}, nil
	case parentNode:
		s.labels++

		return &node{kind: parentNode, slot: &slot{label: fmt.Sprintf("!%d", s.labels), level: 1}}, nil
	case operatorNode:
		return s.operator(n)
	case endNode:
		return nil, fault("S0207").at("(end)")
	default:
		return n, nil
	}
}

// operator completes tokens that are parsed as operators but are not: the names and, or
// and in, and the ? of a partial application.
func (s *structure) operator(n *node) (*node, error) {
	switch n.text {
	case "and", "or", "in":
		n.kind = nameNode

		return s.node(n)
	case "?":
		return n, nil
	default:
		return nil, fault("S0201").at(n.text)
	}
}

func (s *structure) binary(n *node) (*node, error) {
	switch n.text {
	case ".":
		return s.path(n)
	case "[":
		return s.predicate(n)
	case "{":
		return s.groupBy(n)
	case "^":
		return s.orderBy(n)
	case "@":
		return s.focus(n)
	case "#":
		return s.position(n)
	}

	left, err := s.node(n.lhs)
	if err != nil {
		return nil, err
	}

	right, err := s.node(n.rhs)
	if err != nil {
		return nil, err
	}

	out := &node{kind: binaryNode, text: n.text, lhs: left, rhs: right}

	switch n.text {
	case ":=":
		out.kind = bindNode
		out.seek(right)
	case "~>":
		out.kind = applyNode
		out.keepArray = left.keepArray || right.keepArray
	default:
		out.seek(left)
		out.seek(right)
	}

	return out, nil
}

func (s *structure) unary(n *node) (*node, error) {
	out := &node{kind: unaryNode, text: n.text}

	switch n.text {
	case "[":
		return out, s.all(out, n.list)
	case "{":
		pairs, err := s.pairs(n.pairs)
		for _, pair := range pairs {
			out.seek(pair[0])
			out.seek(pair[1])
		}

		out.pairs = pairs

		return out, err
	}

	inner, err := s.node(n.lhs)
	if err != nil {
		return nil, err
	}

	if number, ok := inner.value.(float64); ok && inner.kind == numberNode {
		inner.value = -number

		return inner, nil
	}

	out.lhs = inner
	out.seek(inner)

	return out, nil
}

// all completes expressions and adds them to the list of out.
func (s *structure) all(out *node, list []*node) error {
	for _, item := range list {
		inner, err := s.node(item)
		if err != nil {
			return err
		}

		out.seek(inner)
		out.list = append(out.list, inner)
	}

	return nil
}

func (s *structure) pairs(pairs [][2]*node) ([][2]*node, error) {
	out := make([][2]*node, len(pairs))

	for i, pair := range pairs {
		for side, inner := range pair {
			var err error
			if out[i][side], err = s.node(inner); err != nil {
				return nil, err
			}
		}
	}

	return out, nil
}

func (s *structure) call(n *node) (*node, error) {
	out := &node{kind: n.kind}

	if err := s.all(out, n.list); err != nil {
		return nil, err
	}

	callee, err := s.node(n.callee)
	out.callee = callee

	return out, err
}

func (s *structure) lambda(n *node) (*node, error) {
	body, err := s.node(n.body)
	if err != nil {
		return nil, err
	}

	return &node{kind: lambdaNode, list: n.list, types: n.types, body: tailCalls(body)}, nil
}

// tailCalls replaces the calls at the end of a function's body. A function that calls itself
// there can repeat without limit, because the calls do not nest.
func tailCalls(n *node) *node {
	switch n.kind { //nolint:exhaustive // Other nodes end with no call.
	case functionNode:
		if n.predicates == nil {
			return &node{kind: lambdaNode, thunk: true, body: n}
		}
	case conditionNode:
		n.rhs = tailCalls(n.rhs)
		if n.other != nil {
			n.other = tailCalls(n.other)
		}
	case blockNode:
		if last := len(n.list) - 1; last >= 0 {
			n.list[last] = tailCalls(n.list[last])
		}
	}

	return n
}

func (s *structure) condition(n *node) (*node, error) {
	out := &node{kind: conditionNode}

	for _, part := range []struct {
		from *node
		to   **node
	}{{n.lhs, &out.lhs}, {n.rhs, &out.rhs}, {n.other, &out.other}} {
		if part.from == nil {
			continue
		}

		inner, err := s.node(part.from)
		if err != nil {
			return nil, err
		}

		*part.to = inner
		out.seek(inner)
	}

	return out, nil
}

func (s *structure) transform(n *node) (*node, error) {
	out := &node{kind: transformNode}

	var err error
	if out.lhs, err = s.node(n.lhs); err != nil {
		return nil, err
	}

	if out.rhs, err = s.node(n.rhs); err != nil {
		return nil, err
	}

	if n.other != nil {
		out.other, err = s.node(n.other)
	}

	return out, err
}

func (s *structure) block(n *node) (*node, error) {
	out := &node{kind: blockNode}

	if err := s.all(out, n.list); err != nil {
		return nil, err
	}

	for _, part := range out.list {
		if part.cons || part.kind == pathNode && part.list[0].cons {
			out.cons = true
		}
	}

	return out, nil
}
