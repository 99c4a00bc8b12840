package jsonata

// asPath returns a node as a path.
func asPath(n *node) *node {
	if n.kind == pathNode {
		return n
	}

	return &node{kind: pathNode, list: []*node{n}}
}

// lastStep returns the last step of a path, and any other node unchanged.
func lastStep(n *node) *node {
	if n.kind == pathNode {
		return n.list[len(n.list)-1]
	}

	return n
}

// path completes the operator dot, which adds a step to a path.
func (s *structure) path(n *node) (*node, error) {
	left, err := s.node(n.lhs)
	if err != nil {
		return nil, err
	}

	out := asPath(left)
	if left.kind == parentNode {
		out.seeking = []*slot{left.slot}
	}

	right, err := s.node(n.rhs)
	if err != nil {
		return nil, err
	}

	if right.kind == pathNode {
		out.list = append(out.list, right.list...)
	} else {
		for _, predicate := range right.predicates {
			right.stages = append(right.stages, stage{filter: predicate})
		}

		right.predicates = nil
		out.list = append(out.list, right)
	}

	for _, step := range out.list {
		switch step.kind { //nolint:exhaustive // Other nodes are steps as they are.
		case numberNode, valueNode:
			return nil, fault("S0213").about(step.value)
		case stringNode:
			step.kind = nameNode
		}

		if step.keepArray {
			out.keepSingleton = true
		}
	}

	for _, step := range []*node{out.list[0], lastStep(out)} {
		if step.kind == unaryNode && step.text == "[" {
			step.cons = true
		}
	}

	return out, out.resolve()
}

func (s *structure) predicate(n *node) (*node, error) {
	out, err := s.node(n.lhs)
	if err != nil {
		return nil, err
	}

	step := lastStep(out)
	if step.group != nil {
		return nil, fault("S0209")
	}

	predicate, err := s.node(n.rhs)
	if err != nil {
		return nil, err
	}

	if predicate.seeking != nil {
		for _, slot := range predicate.seeking {
			if slot.level != 1 {
				slot.level--
			} else if err := step.parent(slot); err != nil {
				return nil, err
			}
		}

		step.seek(predicate)
	}

	if out.kind == pathNode {
		step.stages = append(step.stages, stage{filter: predicate})
	} else {
		step.predicates = append(step.predicates, predicate)
	}

	return out, nil
}

func (s *structure) groupBy(n *node) (*node, error) {
	out, err := s.node(n.lhs)
	if err != nil {
		return nil, err
	}

	if out.group != nil {
		return nil, fault("S0210")
	}

	pairs, err := s.pairs(n.pairs)
	out.group = &node{kind: unaryNode, text: "{", pairs: pairs}

	return out, err
}

func (s *structure) orderBy(n *node) (*node, error) {
	left, err := s.node(n.lhs)
	if err != nil {
		return nil, err
	}

	out, step := asPath(left), &node{kind: sortNode}

	for _, term := range n.terms {
		expression, err := s.node(term.expression)
		if err != nil {
			return nil, err
		}

		step.seek(expression)
		step.terms = append(step.terms, sortTerm{descending: term.descending, expression: expression})
	}

	out.list = append(out.list, step)

	return out, out.resolve()
}

// focus completes the operator @, which binds the value of a step to a variable.
func (s *structure) focus(n *node) (*node, error) {
	out, err := s.node(n.lhs)
	if err != nil {
		return nil, err
	}

	step := lastStep(out)

	switch {
	case step.stages != nil || step.predicates != nil:
		return nil, fault("S0215")
	case step.kind == sortNode:
		return nil, fault("S0216")
	}

	if n.keepArray {
		step.keepArray = true
	}

	step.focus, step.tuple = n.rhs.text, true

	return out, nil
}

// position completes the operator #, which binds the position of a step to a variable.
func (s *structure) position(n *node) (*node, error) {
	out, err := s.node(n.lhs)
	if err != nil {
		return nil, err
	}

	step := lastStep(out)

	if out.kind != pathNode {
		out = asPath(out)

		for _, predicate := range step.predicates {
			step.stages = append(step.stages, stage{filter: predicate})
		}

		step.predicates = nil
	}

	if step.stages == nil {
		step.index = n.rhs.text
	} else {
		step.stages = append(step.stages, stage{index: n.rhs.text})
	}

	step.tuple = true

	return out, nil
}

// seek adds parents to those of the node: the parents that inner refers to but does not
// contain.
func (n *node) seek(inner *node) {
	n.seeking = append(n.seeking, inner.seeking...)

	if inner.kind == parentNode {
		n.seeking = append(n.seeking, inner.slot)
	}
}

// parent looks for the value of a slot in a step. It reduces the slot's level by the levels
// that the step contains.
func (n *node) parent(s *slot) error {
	switch n.kind {
	case nameNode, wildcardNode:
		if s.level--; s.level == 0 {
			if n.ancestor != nil {
				s.label = n.ancestor.label
			}

			n.ancestor, n.tuple = s, true
		}
	case parentNode:
		s.level++
	case blockNode:
		if last := len(n.list) - 1; last >= 0 {
			n.tuple = true

			return n.list[last].parent(s)
		}
	case pathNode:
		n.tuple = true

		for i := len(n.list) - 1; i == len(n.list)-1 || i >= 0 && s.level > 0; i-- {
			if err := n.list[i].parent(s); err != nil {
				return err
			}
		}
	default:
		return fault("S0217")
	}

	return nil
}

// resolve looks for the parents that the last step of a path refers to in the steps before.
func (n *node) resolve() error {
	last := lastStep(n)
	slots := append([]*slot(nil), last.seeking...)

	if last.kind == parentNode {
		slots = append(slots, last.slot)
	}

	for _, slot := range slots {
		for i := len(n.list) - 2; slot.level > 0; {
			if i < 0 {
				n.seeking = append(n.seeking, slot)

				break
			}

			step := n.list[i]
			// Steps that bind their value to a variable do not change the context.
			for i--; i >= 0 && step.focus != "" && n.list[i].focus != ""; i-- {
				step = n.list[i]
			}

			if err := step.parent(slot); err != nil {
				return err
			}
		}
	}

	return nil
}
