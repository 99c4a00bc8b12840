package jsonata

// keys implements $keys(value).
func keys(a *arguments) (any, error) {
	found := NewObject(0)
	if err := a.collectKeys(found, a.values[0]); err != nil {
		return nil, err
	}

	out := &array{sequence: true}

	for name := range found.ordered().All() {
		if err := a.push(out, name); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// collectKeys adds the names of an object, or of the objects of an array, to found.
func (a *arguments) collectKeys(found *Object, value any) error {
	if err := a.step(); err != nil {
		return err
	}

	if a.depth++; a.depth > maxEvaluationDepth {
		return errEvaluationDepth
	}
	defer func() { a.depth-- }()

	if object, ok := value.(*Object); ok {
		if err := a.takeItems(object.Len(), memberBytes); err != nil {
			return err
		}

		for name := range object.All() {
			found.Set(name, nil)
		}

		return a.work(object.Len())
	}

	list, _ := items(value)
	for _, item := range list {
		if err := a.collectKeys(found, item); err != nil {
			return err
		}
	}

	return nil
}

// lookup implements $lookup(object, name).
func lookup(a *arguments) (any, error) {
	name, ok := a.values[1].(string)
	if !ok {
		return undefined{}, nil
	}

	return a.member(a.values[0], name)
}

// spread implements $spread(value): an object for each member of an object.
func spread(a *arguments) (any, error) { return a.spreadValue(a.values[0]) }

func (a *arguments) spreadValue(value any) (any, error) {
	if err := a.step(); err != nil {
		return nil, err
	}

	if a.depth++; a.depth > maxEvaluationDepth {
		return nil, errEvaluationDepth
	}
	defer func() { a.depth-- }()

	if list, isList := items(value); isList {
		var out any = &array{sequence: true}

		owned := false

		for _, item := range list {
			part, err := a.spreadValue(item)
			if err != nil {
				return nil, err
			}

			if out, owned, err = a.appended(out, owned, part); err != nil {
				return nil, err
			}
		}

		return out, nil
	}

	object, ok := value.(*Object)
	if !ok {
		return value, nil
	}

	out := &array{sequence: true}

	for name, member := range object.All() {
		if err := a.take(2 * memberBytes); err != nil {
			return nil, err
		}

		part := NewObject(1)
		part.Set(name, member)

		if err := a.push(out, part); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// merge implements $merge(array of objects).
func merge(a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	out := NewObject(0)

	for _, item := range a.list(0) {
		object, ok := item.(*Object)
		if !ok {
			continue
		}

		if err := a.takeItems(object.Len()+1, memberBytes); err != nil {
			return nil, err
		}

		if err := a.work(object.Len() + 1); err != nil {
			return nil, err
		}

		for name, value := range object.All() {
			out.Set(name, value)
		}
	}

	return out.ordered(), nil
}

// sift implements $sift(object, function).
func sift(a *arguments) (any, error) {
	object, ok := a.values[0].(*Object)
	if !ok {
		return undefined{}, nil
	}

	out := NewObject(0)

	for name, value := range object.All() {
		result, err := a.invokeItem(value, name)
		if err != nil {
			return nil, err
		}

		holds, err := a.truth(result)
		if err != nil {
			return nil, err
		}

		if !holds {
			continue
		}

		if err := a.take(memberBytes); err != nil {
			return nil, err
		}

		out.Set(name, value)
	}

	if out.Len() == 0 {
		return undefined{}, nil
	}

	return out, nil
}

// each implements $each(object, function).
func each(a *arguments) (any, error) {
	out := &array{sequence: true}

	object, ok := a.values[0].(*Object)
	if !ok {
		return out, nil
	}

	for name, value := range object.All() {
		result, err := a.invokeItem(value, name)
		if err != nil {
			return nil, err
		}

		if isUndefined(result) {
			continue
		}

		if err := a.push(out, result); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// clone implements $clone(value).
func clone(a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	text, err := a.text(a.values[0], false)
	if err != nil {
		return nil, err
	}

	return a.decoded(text)
}

// decoded reads JSON. It deducts the size of the value from the budget first.
func (a *arguments) decoded(text string) (any, error) {
	// An empty array of two bytes becomes a slice header in an interface.
	if err := a.takeItems(len(text), itemBytes); err != nil {
		return nil, err
	}

	return Decode([]byte(text))
}
