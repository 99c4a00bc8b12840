package jsonata

// transformer is the function of the transform operator.
// https://docs.jsonata.org/other-operators#--transform
type transformer struct {
	node  *node
	frame *frame
}

var transformerTypes = mustSignature("<(oa):o>")

// transformed returns a copy of a value in which the objects that the pattern finds are
// updated.
func (e *evaluation) transformed(t *transformer, value any) (any, error) {
	if isUndefined(value) {
		return undefined{}, nil
	}

	clone := e.variable("clone", undefined{}, t.frame)
	if !isFunction(clone) {
		return nil, fault("T2013")
	}

	out, err := e.invoke(clone, []any{value}, nil, t.frame, nil)
	if err != nil {
		return nil, err
	}

	found, err := e.eval(t.node.lhs, out, t.frame)
	if err != nil || isUndefined(found) {
		return out, err
	}

	for _, item := range listed(found) {
		if err := e.update(t, item); err != nil {
			return nil, err
		}

		if err := e.remove(t, item); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// update merges the update clause into an object.
func (e *evaluation) update(t *transformer, item any) error {
	update, err := e.eval(t.node.rhs, item, t.frame)
	if err != nil || isUndefined(update) {
		return err
	}

	members, ok := update.(*Object)
	if !ok {
		return fault("T2011").about(update)
	}

	object, ok := item.(*Object)
	if !ok {
		return nil
	}

	if err := e.takeItems(members.Len(), memberBytes); err != nil {
		return err
	}

	if err := e.work(members.Len() + object.Len()); err != nil {
		return err
	}

	for name, value := range members.All() {
		object.Set(name, value)
	}

	object.ordered()

	return nil
}

// remove removes the members that the delete clause names.
func (e *evaluation) remove(t *transformer, item any) error {
	if t.node.other == nil {
		return nil
	}

	names, err := e.eval(t.node.other, item, t.frame)
	if err != nil || isUndefined(names) {
		return err
	}

	list := listed(names)
	if err := e.work(len(list)); err != nil {
		return err
	}

	for _, name := range list {
		if _, ok := name.(string); !ok {
			return fault("T2012").about(names)
		}
	}

	object, ok := item.(*Object)
	if !ok {
		return nil
	}

	for _, name := range list {
		text, _ := name.(string)
		object.Delete(text)

		if err := e.work(object.Len()); err != nil {
			return err
		}
	}

	return nil
}
