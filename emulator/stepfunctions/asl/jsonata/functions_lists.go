package jsonata

func countItems(a *arguments) (any, error) { return float64(len(a.list(0))), nil }

// appendLists implements $append(a, b).
func appendLists(a *arguments) (any, error) {
	out, _, err := a.appended(a.values[0], false, a.values[1])

	return out, err
}

// sortItems implements $sort(array, function?).
func sortItems(a *arguments) (any, error) {
	if !a.has(0) || len(a.list(0)) <= 1 {
		return a.values[0], nil
	}

	list := &array{items: a.list(0)}

	if a.has(1) {
		return a.sorted(list, func(left, right any) (bool, error) {
			after, err := a.invokeWith(1, left, right)

			return truthy(after), err
		})
	}

	if err := a.sortable(list.items); err != nil {
		return nil, err
	}

	return a.sorted(list, func(left, right any) (bool, error) {
		order, _ := ordering(left, right)

		return order > 0, nil
	})
}

// sortable checks that items are all numbers or all strings.
func (a *arguments) sortable(list []any) error {
	if err := a.work(len(list)); err != nil {
		return err
	}

	_, text := list[0].(string)

	for _, item := range list {
		_, isNumber, err := numeric(item)
		if err != nil {
			return err
		}

		if _, isText := item.(string); isText != text || isNumber == text {
			return fault("D3070")
		}
	}

	return nil
}

// truthy reports whether JavaScript's if takes a value as true.
func truthy(value any) bool {
	switch value := value.(type) {
	case nil, undefined:
		return false
	case bool:
		return value
	case string:
		return value != ""
	case float64:
		return value != 0 && value == value // NaN is false.
	default:
		return true
	}
}

func reverse(a *arguments) (any, error) {
	list := a.list(0)
	if len(list) <= 1 {
		return a.values[0], nil
	}

	if err := a.takeItems(len(list), itemBytes); err != nil {
		return nil, err
	}

	out := &array{items: make([]any, len(list))}
	for i, item := range list {
		out.items[len(list)-1-i] = item
	}

	return out, a.work(len(list))
}

// shuffle implements $shuffle(array).
func shuffle(a *arguments) (any, error) {
	list := a.list(0)
	if len(list) <= 1 {
		return a.values[0], nil
	}

	if err := a.takeItems(len(list), itemBytes); err != nil {
		return nil, err
	}

	out := &array{items: append([]any(nil), list...)}

	for i := len(list) - 1; i > 0; i-- {
		j := int(a.scope.Random.Float64() * float64(i+1))
		out.items[i], out.items[j] = out.items[j], out.items[i]
	}

	return out, a.work(len(list))
}

// distinct implements $distinct(array).
func distinct(a *arguments) (any, error) {
	list, isList := items(a.values[0])
	if !isList || len(list) <= 1 {
		return a.values[0], nil
	}

	_, isSequence := asSequence(a.values[0])
	out := &array{sequence: isSequence}
	known := map[any]bool{} // The values that can be compared at once.

	for _, item := range list {
		var found bool

		switch item.(type) {
		case string, float64, bool, nil:
			found = known[item]
			known[item] = true
		default:
			var err error
			if found, err = a.contains(out.items, item); err != nil {
				return nil, err
			}
		}

		if found {
			continue
		}

		if err := a.push(out, item); err != nil {
			return nil, err
		}

		if err := a.takeItems(1, memberBytes); err != nil {
			return nil, err
		}
	}

	return out, a.work(len(list))
}

func (a *arguments) contains(list []any, item any) (bool, error) {
	for _, other := range list {
		if equal, err := a.equal(item, other); err != nil || equal {
			return equal, err
		}
	}

	return false, nil
}

// zip implements $zip(array, …).
func zip(a *arguments) (any, error) {
	length := -1

	for i := range a.values {
		if size := len(a.list(i)); length < 0 || size < length {
			length = size
		}
	}

	out := &array{}

	for i := range max(0, length) {
		if err := a.takeItems(len(a.values)+2, itemBytes); err != nil {
			return nil, err
		}

		if err := a.step(); err != nil {
			return nil, err
		}

		row := &array{items: make([]any, len(a.values))}
		for j := range a.values {
			row.items[j] = a.list(j)[i]
		}

		if err := a.push(out, row); err != nil {
			return nil, err
		}
	}

	return out, nil
}
