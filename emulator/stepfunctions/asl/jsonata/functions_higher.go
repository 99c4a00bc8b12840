package jsonata

// mapItems implements $map(array, function).
func mapItems(a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	out := &array{sequence: true}

	for i, item := range a.list(0) {
		value, err := a.invokeItem(item, float64(i))
		if err != nil {
			return nil, err
		}

		if isUndefined(value) {
			continue
		}

		if err := a.push(out, value); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// filterItems implements $filter(array, function).
func filterItems(a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	out := &array{sequence: true}

	for i, item := range a.list(0) {
		value, err := a.invokeItem(item, float64(i))
		if err != nil {
			return nil, err
		}

		holds, err := a.truth(value)
		if err != nil {
			return nil, err
		}

		if !holds {
			continue
		}

		if err := a.push(out, item); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// singleItem implements $single(array, function?).
func singleItem(a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	var found any = undefined{}

	matches := 0

	for i, item := range a.list(0) {
		holds := true

		if a.has(1) {
			value, err := a.invokeItem(item, float64(i))
			if err != nil {
				return nil, err
			}

			if holds, err = a.truth(value); err != nil {
				return nil, err
			}
		}

		if !holds {
			continue
		}

		if matches++; matches > 1 {
			return nil, fault("D3138")
		}

		found = item
	}

	if matches == 0 {
		return nil, fault("D3139")
	}

	return found, nil
}

// reduce implements $reduce(array, function, initial?).
func reduce(a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	parameters := arity(a.values[1])
	if parameters < 2 {
		return nil, fault("D3050")
	}

	list, first := a.list(0), 0
	result := a.values[2]

	if isUndefined(result) && len(list) > 0 {
		result, first = list[0], 1
	}

	for i := first; i < len(list); i++ {
		args := []any{result, list[i], float64(i), a.values[0]}

		var err error
		if result, err = a.invokeWith(1, args[:min(len(args), parameters)]...); err != nil {
			return nil, err
		}
	}

	return result, nil
}
