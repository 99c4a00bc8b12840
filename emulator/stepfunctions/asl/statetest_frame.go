package asl

// frameOf returns the frame of a state, with the frames above it, and the machine that the
// state belongs to. It returns no frame if there is no such state.
func (m *Machine) frameOf(name string) (machine *Machine, root, leaf *frame) {
	root = &frame{}
	if leaf := m.definition.root.frameOf(name, root); leaf != nil {
		return m, root, leaf
	}

	for label := range m.definition.children {
		child, _ := m.Child(label)
		if leaf := child.definition.root.frameOf(name, root); leaf != nil {
			return child, root, leaf
		}
	}

	return m, nil, nil
}

// frameOf sets a frame that runs the flow to the state with a name, or to the state that
// contains it, and returns the frame of the state.
func (f *flow) frameOf(name string, at *frame) *frame {
	if _, ok := f.states[name]; ok {
		at.State = name

		return at
	}

	for _, outer := range sortedKeys(f.states) {
		var inner []*flow

		switch container := f.states[outer].(type) {
		case *parallelState:
			inner = container.branches
		case *mapState:
			inner = []*flow{container.processor}
		}

		for i, flow := range inner {
			child := &frame{Index: i, parent: at}
			if leaf := flow.frameOf(name, child); leaf != nil {
				at.State, at.Phase, at.Children = outer, phaseChildren, []*frame{child}

				return leaf
			}
		}
	}

	return nil
}
