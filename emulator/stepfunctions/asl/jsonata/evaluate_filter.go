package jsonata

import "math"

// filter applies a predicate: a position, positions or a condition.
// https://docs.jsonata.org/predicate
func (e *evaluation) filter(predicate *node, value any, f *frame) (any, error) {
	out := &array{sequence: true, tuples: hasTuples(value)}
	list := listed(value)

	if number, ok := predicate.value.(float64); ok && predicate.kind == numberNode {
		return e.position(out, list, number)
	}

	for i, item := range list {
		context, env := item, f

		if t, ok := item.(*tuple); ok {
			context = t.context

			var err error
			if env, err = e.tupleFrame(f, t); err != nil {
				return nil, err
			}
		}

		selected, err := e.eval(predicate, context, env)
		if err != nil {
			return nil, err
		}

		times, err := e.selects(selected, i, len(list))
		if err != nil {
			return nil, err
		}

		for range times {
			if err := e.push(out, item); err != nil {
				return nil, err
			}
		}
	}

	return out, nil
}

// position returns the item at a position.
func (e *evaluation) position(out *array, list []any, number float64) (any, error) {
	at := math.Floor(number)
	if at < 0 {
		at += float64(len(list))
	}

	if at < 0 || at >= float64(len(list)) || isUndefined(list[int(at)]) {
		return out, nil
	}

	item := list[int(at)]
	if _, isList := items(item); isList {
		return item, nil
	}

	return out, e.push(out, item)
}

// selects returns how often the result of a predicate selects item i.
func (e *evaluation) selects(result any, i, length int) (int, error) {
	positions, isList := items(result)
	if number, ok, err := numeric(result); err != nil {
		return 0, err
	} else if ok {
		positions, isList = []any{number}, true
	}

	if isList {
		if err := e.work(len(positions)); err != nil {
			return 0, err
		}

		times, all, err := count(positions, i, length)
		if err != nil || all {
			return times, err
		}
	}

	holds, err := e.truth(result)
	if holds {
		return 1, err
	}

	return 0, err
}

// count returns how often positions contain i. all reports whether the positions are
// numbers.
func count(positions []any, i, length int) (times int, all bool, err error) {
	all = true

	for _, position := range positions {
		number, ok, err := numeric(position)
		if err != nil {
			return 0, false, err
		}

		if !ok {
			all = false

			continue
		}

		at := math.Floor(number)
		if at < 0 {
			at += float64(length)
		}

		if at == float64(i) {
			times++
		}
	}

	return times, all, nil
}

// truth returns the truth of a value. undefined is false.
// https://docs.jsonata.org/boolean-functions#boolean
func (e *evaluation) truth(value any) (bool, error) {
	switch value := value.(type) {
	case bool:
		return value, nil
	case string:
		return value != "", nil
	case float64:
		number, _, err := numeric(value)

		return number != 0, err
	case nil, undefined:
		return false, nil
	case *Object:
		return value.Len() > 0, nil
	}

	list, isList := items(value)
	if !isList {
		return true, nil // A function.
	}

	if e.depth++; e.depth > maxEvaluationDepth {
		return false, errEvaluationDepth
	}
	defer func() { e.depth-- }()

	some := false

	for _, item := range list {
		if err := e.step(); err != nil {
			return false, err
		}

		holds, err := e.truth(item)
		if err != nil {
			return false, err
		}

		if some = some || holds; some {
			break
		}
	}

	return some, nil
}
