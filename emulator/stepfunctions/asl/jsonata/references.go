package jsonata

import "slices"

// TopLevelNames returns the names that the expression reads from the context, and not from
// a variable: foo, but not $states.foo. Step Functions evaluates expressions without a
// context, so such a name is always undefined. Names inside of functions, predicates and
// later steps of a path have a context and do not count.
func (e *Expression) TopLevelNames() []string {
	var names []string

	e.node.topLevelNames(func(name string) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	})

	return names
}

func (n *node) topLevelNames(found func(name string)) {
	if n == nil {
		return
	}

	switch n.kind { //nolint:exhaustive // The other kinds contain no expression with the same context.
	case nameNode:
		found(n.text)
	case pathNode:
		if len(n.list) > 0 {
			n.list[0].topLevelNames(found)
		}
	case binaryNode, unaryNode, conditionNode, blockNode, applyNode, functionNode, partialNode:
		n.lhs.topLevelNames(found)
		n.rhs.topLevelNames(found)
		n.other.topLevelNames(found)

		for _, inner := range n.list {
			inner.topLevelNames(found)
		}

		for _, pair := range n.pairs {
			pair[0].topLevelNames(found)
			pair[1].topLevelNames(found)
		}
	case bindNode:
		n.rhs.topLevelNames(found)
	}
}
