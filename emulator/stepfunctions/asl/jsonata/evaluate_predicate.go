package jsonata

import (
	"math"

	"github.com/blues/jsonata-go/jparse"
)

// predicate filters a value by position or by condition.
func (e *evaluation) predicate(node *jparse.PredicateNode, input any, vars *variables) (any, error) {
	value, err := e.eval(node.Expr, input, vars)
	if err != nil {
		return nil, err
	}

	for _, filter := range node.Filters {
		if value, err = e.filter(filter, items(value), vars); err != nil {
			return nil, err
		}
	}

	return value, nil
}

func (e *evaluation) filter(filter jparse.Node, list []any, vars *variables) (any, error) {
	if number, ok := filter.(*jparse.NumberNode); ok {
		return e.itemAt(list, number.Value)
	}

	results := &sequence{}

	for i, item := range list {
		found, err := e.eval(filter, item, vars)
		if err != nil {
			return nil, err
		}

		times, err := e.timesChosen(found, i, len(list))
		if err != nil {
			return nil, err
		}

		for range times {
			if err := e.push(results, item); err != nil {
				return nil, err
			}
		}
	}

	return results, nil
}

// timesChosen returns how many times a predicate's result selects item i: once for each
// position that is equal to i, or once if the condition is true.
func (e *evaluation) timesChosen(found any, i, length int) (int, error) {
	positions, isPosition, err := e.positionsOf(found)
	if err != nil {
		return 0, err
	}

	if !isPosition {
		yes, err := e.truthy(found)
		if err != nil || !yes {
			return 0, err
		}

		return 1, nil
	}

	times := 0

	for _, position := range positions {
		if fromEnd(position, length) == i {
			times++
		}
	}

	return times, e.work(len(positions))
}

// itemAt returns one item of a list. If the item is an array, it is the result itself.
func (e *evaluation) itemAt(list []any, position float64) (any, error) {
	results := &sequence{}

	i := fromEnd(position, len(list))
	if i < 0 || i >= len(list) {
		return results, nil
	}

	if inner, ok := list[i].([]any); ok {
		return inner, nil
	}

	return results, e.push(results, list[i])
}

// fromEnd returns an index. A negative position counts from the end.
func fromEnd(position float64, length int) int {
	position = math.Floor(position)
	if position < 0 {
		position += float64(length)
	}

	if position < 0 || position >= float64(length) {
		return -1
	}

	return int(position)
}

// positionsOf returns the positions in a predicate's result, if all its values are numbers.
func (e *evaluation) positionsOf(value any) ([]float64, bool, error) {
	switch value := value.(type) {
	case float64:
		return []float64{value}, true, nil
	case []any:
		if err := e.takeItems(len(value), itemBytes); err != nil {
			return nil, false, err
		}

		out := make([]float64, len(value))

		for i, item := range value {
			number, ok := item.(float64)
			if !ok {
				return nil, false, nil
			}

			out[i] = number
		}

		return out, len(value) > 0, nil
	default:
		return nil, false, nil
	}
}
