package jsonata

import (
	"errors"
	"maps"

	"github.com/blues/jsonata-go/jparse"
)

var (
	errTransformInput  = errors.New("a transformation takes an object or an array")
	errTransformUpdate = errors.New("the update of a transformation must be an object")
	errTransformDelete = errors.New("the deletions of a transformation must be a string or an array of strings")
)

// transformation evaluates |…|…|. It returns a function that copies its argument and
// changes the objects in the copy that the pattern selects.
// https://docs.jsonata.org/other-operators#-------transform
func (e *evaluation) transformation(node *jparse.ObjectTransformationNode, vars *variables) (any, error) {
	native := func(a *arguments) (any, error) {
		if !a.has(0) {
			return undefined{}, nil
		}

		copied, err := a.e.deepCopy(a.values[0])
		if err != nil {
			return nil, err
		}

		switch copied.(type) {
		case map[string]any, []any:
		default:
			return nil, errTransformInput
		}

		matches, err := a.e.eval(node.Pattern, copied, vars)
		if err != nil {
			return nil, err
		}

		for _, match := range items(matches) {
			if object, ok := match.(map[string]any); ok {
				if err := a.e.change(node, object, vars); err != nil {
					return nil, err
				}
			}
		}

		return copied, nil
	}

	return &function{name: "transform", arity: 1, native: native}, e.take(frameBytes)
}

// change applies the update and the deletions to one object of the copy.
func (e *evaluation) change(node *jparse.ObjectTransformationNode, object map[string]any, vars *variables) error {
	update, err := e.eval(node.Updates, object, vars)
	if err != nil {
		return err
	}

	switch update := update.(type) {
	case undefined:
	case map[string]any:
		// The update is copied, because it can contain the object itself. Without a copy,
		// the result would be infinitely nested.
		copied, err := e.deepCopy(update)
		if err != nil {
			return err
		}

		if added, ok := copied.(map[string]any); ok {
			maps.Copy(object, added)
		}
	default:
		return errTransformUpdate
	}

	if node.Deletes == nil {
		return nil
	}

	deletes, err := e.eval(node.Deletes, object, vars)
	if err != nil {
		return err
	}

	for _, name := range items(deletes) {
		text, ok := name.(string)
		if !ok {
			return errTransformDelete
		}

		delete(object, text)
	}

	return nil
}

// deepCopy copies arrays and objects.
func (e *evaluation) deepCopy(value any) (any, error) {
	if err := e.step(); err != nil {
		return nil, err
	}

	switch value := value.(type) {
	case []any:
		if err := e.takeItems(len(value), itemBytes); err != nil {
			return nil, err
		}

		out := make([]any, len(value))

		for i, item := range value {
			var err error
			if out[i], err = e.deepCopy(item); err != nil {
				return nil, err
			}
		}

		return out, nil
	case map[string]any:
		if err := e.takeItems(len(value)+1, memberBytes); err != nil {
			return nil, err
		}

		out := make(map[string]any, len(value))

		for name, item := range value {
			var err error
			if out[name], err = e.deepCopy(item); err != nil {
				return nil, err
			}
		}

		return out, nil
	default:
		return value, nil
	}
}
