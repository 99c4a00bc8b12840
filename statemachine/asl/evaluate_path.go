package asl

import (
	"errors"
	"math"

	"github.com/blues/jsonata-go/jparse"
)

// errUnknownNode is a node that the parser has and this evaluator does not.
var errUnknownNode = errors.New("this part of an expression is not supported")

// push adds an item to a sequence.
func (e *evaluation) push(s *sequence, item any) error {
	if err := e.take(itemBytes); err != nil {
		return err
	}

	s.items = append(s.items, item)

	return nil
}

// pushAll adds the items of an array to a sequence.
func (e *evaluation) pushAll(s *sequence, items []any) error {
	if err := e.takeItems(len(items), itemBytes); err != nil {
		return err
	}

	s.items = append(s.items, items...)

	return nil
}

// items are the values of an array or a sequence; any other value is one item, and
// undefined none.
func items(value any) []any {
	switch value := value.(type) {
	case []any:
		return value
	case *sequence:
		return value.items
	case undefined:
		return nil
	default:
		return []any{value}
	}
}

// path evaluates steps, each for every item that the step before has given.
// https://docs.jsonata.org/path-operators
func (e *evaluation) path(node *jparse.PathNode, input any, vars *variables) (any, error) {
	current := []any{input}
	if list, ok := input.([]any); ok && !startsAbsolute(node.Steps[0]) {
		current = list
	}

	var result any = undefined{}

	for i, step := range node.Steps {
		var err error

		last := i == len(node.Steps)-1

		if _, isArray := step.(*jparse.ArrayNode); isArray && i == 0 {
			result, err = e.eval(step, current, vars)
		} else {
			result, err = e.pathStep(step, current, vars, isArray && last, last)
		}

		if err != nil {
			return nil, err
		}

		if current = items(result); len(current) == 0 {
			return result, nil
		}
	}

	if node.KeepArrays {
		return &sequence{items: items(result), keep: true}, nil
	}

	return result, nil
}

// startsAbsolute says whether a path begins with a variable, so that it is not
// evaluated for every item of the context.
func startsAbsolute(step jparse.Node) bool {
	if predicate, ok := step.(*jparse.PredicateNode); ok {
		step = predicate.Expr
	}

	_, ok := step.(*jparse.VariableNode)

	return ok
}

// pathStep evaluates a step for every item and flattens the results by one level.
// Keep leaves arrays as they are: an array constructor at the end of a path. The
// only result of the last step is not flattened, so that it stays an array.
func (e *evaluation) pathStep(step jparse.Node, current []any, vars *variables, keep, last bool) (any, error) {
	found := &sequence{}
	_, filtered := step.(*jparse.PredicateNode)

	for _, item := range current {
		value, err := e.evalRaw(step, item, vars)
		if err != nil {
			return nil, err
		}

		if !filtered { // A predicate's result is a sequence whose items are not unwrapped here.
			value = plain(value)
		}

		if _, none := value.(undefined); none {
			continue
		}

		if err := e.push(found, value); err != nil {
			return nil, err
		}
	}

	if last && len(found.items) == 1 {
		if list, ok := found.items[0].([]any); ok {
			return list, nil
		}
	}

	return e.flattenOnce(found.items, keep)
}

// flattenOnce puts the items of arrays and sequences into one sequence; with keep,
// arrays stay.
func (e *evaluation) flattenOnce(found []any, keep bool) (any, error) {
	results := &sequence{}

	for _, value := range found {
		var err error

		switch value := value.(type) {
		case *sequence:
			err = e.pushAll(results, value.items)
		case []any:
			if keep {
				err = e.push(results, value)
			} else {
				err = e.pushAll(results, value)
			}
		default:
			err = e.push(results, value)
		}

		if err != nil {
			return nil, err
		}
	}

	return results, nil
}

// member is an object's member, or those of the objects in an array.
func (e *evaluation) member(input any, name string) (any, error) {
	switch input := input.(type) {
	case map[string]any:
		if value, ok := input[name]; ok {
			return value, nil
		}

		return undefined{}, nil
	case []any:
		results := &sequence{}
		if err := e.members(input, name, results); err != nil {
			return nil, err
		}

		return results, nil
	default:
		return undefined{}, nil
	}
}

func (e *evaluation) members(list []any, name string, results *sequence) error {
	for _, item := range list {
		if err := e.step(); err != nil {
			return err
		}

		var err error

		switch item := item.(type) {
		case map[string]any:
			value, ok := item[name]
			if !ok {
				continue
			}

			if inner, isList := value.([]any); isList {
				err = e.pushAll(results, inner)
			} else {
				err = e.push(results, value)
			}
		case []any:
			err = e.members(item, name, results)
		}

		if err != nil {
			return err
		}
	}

	return nil
}

// wildcard is *: all members of an object, arrays flattened.
func (e *evaluation) wildcard(input any) (any, error) {
	results := &sequence{}

	switch input := input.(type) {
	case map[string]any:
		for _, name := range sortedKeys(input) {
			if err := e.flatten(input[name], results); err != nil {
				return nil, err
			}
		}
	case []any:
		if err := e.flatten(input, results); err != nil {
			return nil, err
		}
	}

	return results, nil
}

func (e *evaluation) flatten(value any, results *sequence) error {
	list, ok := value.([]any)
	if !ok {
		return e.push(results, value)
	}

	for _, item := range list {
		if err := e.step(); err != nil {
			return err
		}

		if err := e.flatten(item, results); err != nil {
			return err
		}
	}

	return nil
}

// descendants is **: the value and everything below it, but for arrays themselves.
func (e *evaluation) descendants(input any) (any, error) {
	results := &sequence{}

	return results, e.descend(input, results)
}

func (e *evaluation) descend(value any, results *sequence) error {
	if err := e.step(); err != nil {
		return err
	}

	switch value := value.(type) {
	case undefined:
		return nil
	case []any:
		for _, item := range value {
			if err := e.descend(item, results); err != nil {
				return err
			}
		}

		return nil
	case map[string]any:
		if err := e.push(results, value); err != nil {
			return err
		}

		for _, name := range sortedKeys(value) {
			if err := e.descend(value[name], results); err != nil {
				return err
			}
		}

		return nil
	default:
		return e.push(results, value)
	}
}

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

// timesChosen is how often what a predicate has given for item i chooses it: once
// for each of the positions that is its own, or once if it holds.
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

// itemAt is one item of a list; an array among the items is the result itself.
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

// fromEnd is an index, which counts from the end where it is negative.
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

// positionsOf are the indexes that a predicate has given, where all are numbers.
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
