package jsonata

// group are the items for which a pair of an object constructor returned the same key.
type group struct {
	data  any
	owned bool // data is an array of the group.
	pair  int
}

// groups evaluates an object constructor or a group-by: for each item, the pairs return a
// key. The value of a key is evaluated for all of its items together.
// https://docs.jsonata.org/sorting-grouping#grouping
func (e *evaluation) groups(n *node, input any, f *frame) (any, error) {
	list := listed(input)
	if len(list) == 0 {
		list = []any{undefined{}}
	}

	reduce := hasTuples(input)
	found := NewObject(len(n.pairs))

	for _, item := range list {
		if err := e.keys(n, found, item, f); err != nil {
			return nil, err
		}
	}

	out := NewObject(found.Len())

	for key, value := range found.ordered().All() {
		g, _ := value.(*group)
		context, inner := g.data, f

		if reduce {
			t, err := e.reduced(listed(g.data))
			if err != nil {
				return nil, err
			}

			context = t.context
			if inner, err = e.tupleFrame(f, t); err != nil {
				return nil, err
			}
		}

		value, err := e.eval(n.pairs[g.pair][1], context, inner)
		if err != nil {
			return nil, err
		}

		if !isUndefined(value) {
			out.Set(key, value)
		}
	}

	return out, nil
}

// keys adds an item to the groups of its keys.
func (e *evaluation) keys(n *node, found *Object, item any, f *frame) error {
	context := item

	if t, ok := item.(*tuple); ok {
		context = t.context

		var err error
		if f, err = e.tupleFrame(f, t); err != nil {
			return err
		}
	}

	for i, pair := range n.pairs {
		value, err := e.eval(pair[0], context, f)
		if err != nil {
			return err
		}

		key, ok := value.(string)
		if !ok {
			if isUndefined(value) {
				continue
			}

			return fault("T1003").about(value)
		}

		other, ok := found.Get(key)
		if !ok {
			found.Set(key, &group{data: item, pair: i})

			if err := e.take(memberBytes + len(key)); err != nil {
				return err
			}

			continue
		}

		g, _ := other.(*group)
		if g.pair != i {
			return fault("D1009").about(key)
		}

		if g.data, g.owned, err = e.appended(g.data, g.owned, item); err != nil {
			return err
		}
	}

	return nil
}
