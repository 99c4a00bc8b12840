package jsonata

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/blues/jsonata-go/jparse"
)

var (
	errKeyType      = errors.New("a key of an object must be a string")
	errKeyTwice     = errors.New("more than one pair of an object constructor has the key")
	errRangeBounds  = errors.New("both sides of the range operator .. must be whole numbers")
	errRangeSize    = fmt.Errorf("a range has at most %d values", maxRange)
	errSortType     = errors.New("an order-by clause must return numbers or strings")
	errSortMismatch = errors.New("an order-by clause returns both numbers and strings")
)

// array evaluates an array constructor. It flattens the values of its expressions by one
// level, except those of expressions that are array constructors themselves.
func (e *evaluation) array(node *jparse.ArrayNode, input any, vars *variables) (any, error) {
	out := &sequence{items: []any{}}

	for _, item := range node.Items {
		value, err := e.eval(item, input, vars)
		if err != nil {
			return nil, err
		}

		if _, constructed := item.(*jparse.ArrayNode); constructed {
			err = e.push(out, value)
		} else {
			err = e.pushAll(out, items(value))
		}

		if err != nil {
			return nil, err
		}
	}

	return out.items, nil
}

// interval evaluates the range operator.
func (e *evaluation) interval(node *jparse.RangeNode, input any, vars *variables) (any, error) {
	var bounds [2]float64

	for i, side := range []jparse.Node{node.LHS, node.RHS} {
		value, err := e.eval(side, input, vars)
		if err != nil {
			return nil, err
		}

		if _, none := value.(undefined); none {
			return undefined{}, nil
		}

		number, ok := value.(float64)
		if !ok || number != float64(int64(number)) {
			return nil, errRangeBounds
		}

		bounds[i] = number
	}

	first, last := bounds[0], bounds[1]
	if first > last {
		return undefined{}, nil
	}

	if last-first >= maxRange {
		return nil, errRangeSize
	}

	count := int(last-first) + 1
	if err := e.takeItems(count, itemBytes); err != nil {
		return nil, err
	}

	out := make([]any, count)
	for i := range out {
		out[i] = first + float64(i)
	}

	return &sequence{items: out}, nil
}

// object evaluates an object constructor.
func (e *evaluation) object(node *jparse.ObjectNode, input any, vars *variables) (any, error) {
	list, ok := input.([]any)
	if !ok || len(list) == 0 {
		list = []any{input}
	}

	return e.grouped(node, list, vars)
}

// group evaluates an object constructor that groups the items of a path.
func (e *evaluation) group(node *jparse.GroupNode, input any, vars *variables) (any, error) {
	value, err := e.eval(node.Expr, input, vars)
	if err != nil {
		return nil, err
	}

	return e.object(node.ObjectNode, value, vars)
}

// pairItems are the items with the same key.
type pairItems struct {
	pair  int
	items []any
	whole bool // All items, because the key is a literal.
}

func (e *evaluation) grouped(node *jparse.ObjectNode, list []any, vars *variables) (any, error) {
	groups := map[string]*pairItems{}

	for i, pair := range node.Pairs {
		if literal, ok := pair[0].(*jparse.StringNode); ok {
			if err := e.addToGroup(groups, literal.Value, i, nil); err != nil {
				return nil, err
			}

			groups[literal.Value].whole = true

			continue
		}

		for _, item := range list {
			key, err := e.eval(pair[0], item, vars)
			if err != nil {
				return nil, err
			}

			if _, none := key.(undefined); none {
				continue
			}

			name, ok := key.(string)
			if !ok {
				return nil, errKeyType
			}

			if err := e.addToGroup(groups, name, i, item); err != nil {
				return nil, err
			}
		}
	}

	return e.groupValues(node, groups, list, vars)
}

func (e *evaluation) addToGroup(groups map[string]*pairItems, name string, pair int, item any) error {
	group, ok := groups[name]

	switch {
	case !ok:
		group = &pairItems{pair: pair}
		groups[name] = group
	case group.pair != pair:
		return fmt.Errorf("%w %q", errKeyTwice, name)
	}

	group.items = append(group.items, item)

	return e.take(2*memberBytes + len(name))
}

func (e *evaluation) groupValues(node *jparse.ObjectNode, groups map[string]*pairItems, list []any, vars *variables) (any, error) {
	out := map[string]any{}

	for _, name := range slices.Sorted(maps.Keys(groups)) {
		group := groups[name]

		chosen := group.items
		if group.whole {
			chosen = list
		}

		var context any = chosen
		if len(chosen) == 1 {
			context = chosen[0]
		}

		value, err := e.eval(node.Pairs[group.pair][1], context, vars)
		if err != nil {
			return nil, err
		}

		if _, none := value.(undefined); !none {
			out[name] = value
		}
	}

	return out, nil
}

// sortBy evaluates the order-by operator ^( … ).
func (e *evaluation) sortBy(node *jparse.SortNode, input any, vars *variables) (any, error) {
	value, err := e.eval(node.Expr, input, vars)
	if err != nil {
		return nil, err
	}

	if _, none := value.(undefined); none {
		return value, nil
	}

	list := items(value)
	if err := e.takeItems(len(list)*(len(node.Terms)+2), itemBytes); err != nil {
		return nil, err
	}

	type row struct {
		item any
		keys []any
	}

	rows := make([]row, len(list))

	for i, item := range list {
		rows[i] = row{item: item, keys: make([]any, len(node.Terms))}

		for j, term := range node.Terms {
			if rows[i].keys[j], err = e.eval(term.Expr, item, vars); err != nil {
				return nil, err
			}
		}
	}

	var failed error

	slices.SortStableFunc(rows, func(a, b row) int {
		for j, term := range node.Terms {
			order, err := e.order(a.keys[j], b.keys[j], term.Dir == jparse.SortDescending)
			if err != nil && failed == nil {
				failed = err
			}

			if order != 0 {
				return order
			}
		}

		return 0
	})

	if failed != nil {
		return nil, failed
	}

	out := &sequence{items: make([]any, len(rows))}
	for i := range rows {
		out.items[i] = rows[i].item
	}

	return out, nil
}

// order compares two keys of an order-by clause. An undefined key is always last.
func (e *evaluation) order(a, b any, descending bool) (int, error) {
	if err := e.step(); err != nil {
		return 0, err
	}

	_, noA := a.(undefined)
	_, noB := b.(undefined)

	switch {
	case noA && noB:
		return 0, nil
	case noA:
		return 1, nil
	case noB:
		return -1, nil
	}

	var result int

	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		if !ok {
			return 0, errSortMismatch
		}

		result = cmp.Compare(a, b)
	case string:
		b, ok := b.(string)
		if !ok {
			return 0, errSortMismatch
		}

		result = strings.Compare(a, b)
	default:
		return 0, errSortType
	}

	if descending {
		return -result, nil
	}

	return result, nil
}
