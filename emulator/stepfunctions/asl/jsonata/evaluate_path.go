package jsonata

import (
	"errors"

	"github.com/blues/jsonata-go/jparse"
)

// errUnknownNode is the error for a node of the parser that this evaluator does not
// support.
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

// items returns the values of an array or a sequence. Any other value is a single item, and
// undefined is no item.
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

// path evaluates its steps, each for every item of the previous step's result.
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

// startsAbsolute reports whether a path begins with a variable. Such a path is not
// evaluated for every item of the context.
func startsAbsolute(step jparse.Node) bool {
	if predicate, ok := step.(*jparse.PredicateNode); ok {
		step = predicate.Expr
	}

	_, ok := step.(*jparse.VariableNode)

	return ok
}

// pathStep evaluates a step for every item and flattens the results by one level. With
// keep, arrays are not flattened, for an array constructor at the end of a path. If the
// last step has a single result, the result is not flattened, so that it stays an array.
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

// flattenOnce adds the items of arrays and sequences to one sequence. With keep, it adds
// arrays unchanged.
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
