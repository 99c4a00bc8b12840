package jsonata

import (
	"errors"
	"math"
	"strings"
)

var (
	errSortItems  = errors.New("$sort without a function takes an array of numbers or an array of strings")
	errReduceArgs = errors.New("the function of $reduce must take at least two arguments")
)

func count(a *arguments) (any, error) { return float64(len(a.list(0))), nil }

// appendLists implements $append(array, array).
func appendLists(a *arguments) (any, error) {
	switch {
	case !a.has(0):
		return a.raw(1), nil
	case !a.has(1):
		return a.raw(0), nil
	}

	first, second := a.list(0), a.list(1)
	if err := a.e.takeItems(len(first)+len(second), itemBytes); err != nil {
		return nil, err
	}

	return append(append(make([]any, 0, len(first)+len(second)), first...), second...), nil
}

// copied returns a copy of the first argument, an array.
func (a *arguments) copied() ([]any, error) {
	list := a.list(0)
	if err := a.e.takeItems(len(list), itemBytes); err != nil {
		return nil, err
	}

	return append(make([]any, 0, len(list)), list...), nil
}

func reverse(a *arguments) (any, error) {
	list, err := a.copied()
	if err != nil {
		return nil, err
	}

	for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
		list[i], list[j] = list[j], list[i]
	}

	return list, nil
}

func shuffle(a *arguments) (any, error) {
	list, err := a.copied()
	if err != nil {
		return nil, err
	}

	for i := len(list) - 1; i > 0; i-- {
		j := int(a.e.scope.Random.Float64() * float64(i+1))
		list[i], list[j] = list[j], list[i]
	}

	return list, nil
}

// sortList implements $sort(array, function?). The function reports whether its first
// argument comes after its second argument.
func sortList(a *arguments) (any, error) {
	list, err := a.copied()
	if err != nil {
		return nil, err
	}

	if err := a.e.takeItems(len(list), itemBytes); err != nil {
		return nil, err
	}

	after := a.naturallyAfter

	if a.has(1) {
		fn, err := a.function(1)
		if err != nil {
			return nil, err
		}

		after = func(x, y any) (bool, error) {
			value, err := a.e.call(fn, []any{x, y}, a.input)
			if err != nil {
				return false, err
			}

			return a.e.truthy(value)
		}
	} else if err := sortable(list); err != nil {
		return nil, err
	}

	if err := a.mergeSort(list, make([]any, len(list)), after); err != nil {
		return nil, err
	}

	return list, nil
}

// sortable returns an error if the values have no natural order.
func sortable(list []any) error {
	numbers, texts := 0, 0

	for _, item := range list {
		switch item.(type) {
		case float64:
			numbers++
		case string:
			texts++
		}
	}

	if numbers != len(list) && texts != len(list) {
		return errSortItems
	}

	return nil
}

func (a *arguments) naturallyAfter(x, y any) (bool, error) {
	if number, ok := x.(float64); ok {
		other, _ := y.(float64)

		return number > other, a.e.step()
	}

	text, _ := x.(string)
	other, _ := y.(string)

	return strings.Compare(text, other) > 0, a.e.step()
}

// mergeSort sorts a list. The sort is stable. spare has the length of the list.
func (a *arguments) mergeSort(list, spare []any, after func(x, y any) (bool, error)) error {
	middle := len(list) / 2
	if middle == 0 {
		return nil
	}

	for _, half := range [][2]int{{0, middle}, {middle, len(list)}} {
		if err := a.mergeSort(list[half[0]:half[1]], spare[half[0]:half[1]], after); err != nil {
			return err
		}
	}

	left, right := 0, middle

	for i := range spare {
		takeRight := left == middle

		if !takeRight && right < len(list) {
			var err error
			if takeRight, err = after(list[left], list[right]); err != nil {
				return err
			}
		}

		if takeRight {
			spare[i] = list[right]
			right++
		} else {
			spare[i] = list[left]
			left++
		}
	}

	copy(list, spare)

	return nil
}

// distinct implements $distinct(array), which keeps the first of equal values.
func distinct(a *arguments) (any, error) {
	list, ok := a.values[0].([]any)
	if !ok || len(list) <= 1 {
		return a.values[0], nil
	}

	seen := map[string]bool{}
	out := &sequence{}

	for _, item := range list {
		text, err := a.e.textOf(item, false)
		if err != nil {
			return nil, err
		}

		key := typeLetter(item) + text
		if seen[key] {
			continue
		}

		if err := a.e.take(len(key) + memberBytes); err != nil {
			return nil, err
		}

		seen[key] = true

		if err := a.e.push(out, item); err != nil {
			return nil, err
		}
	}

	return out.items, nil
}

// zip implements $zip(array, …): the first items, the second items, and so on.
func zip(a *arguments) (any, error) {
	length := math.MaxInt

	for i := range a.values {
		length = min(length, len(a.list(i)))
	}

	if len(a.values) == 0 {
		length = 0
	}

	if err := a.e.takeItems(length, (len(a.values)+1)*itemBytes); err != nil {
		return nil, err
	}

	out := make([]any, length)

	for i := range out {
		tuple := make([]any, len(a.values))
		for j := range tuple {
			tuple[j] = a.list(j)[i]
		}

		out[i] = tuple
	}

	return out, nil
}

// callWith calls a function with as many of the arguments as it accepts.
func (a *arguments) callWith(fn *function, args ...any) (any, error) {
	return a.e.call(fn, args[:max(1, min(fn.arity, len(args)))], a.input)
}

func mapItems(a *arguments) (any, error) {
	fn, err := a.function(1)
	if err != nil {
		return nil, err
	}

	out := &sequence{}
	list := a.list(0)

	for i, item := range list {
		value, err := a.callWith(fn, item, float64(i), list)
		if err != nil {
			return nil, err
		}

		if _, none := value.(undefined); none {
			continue
		}

		if err := a.e.push(out, value); err != nil {
			return nil, err
		}
	}

	return out, nil
}

// chosen returns the items for which a function returns true.
func (a *arguments) chosen(fn *function) (*sequence, error) {
	out := &sequence{}
	list := a.list(0)

	for i, item := range list {
		value, err := a.callWith(fn, item, float64(i), list)
		if err != nil {
			return nil, err
		}

		yes, err := a.e.truthy(value)
		if err != nil {
			return nil, err
		}

		if !yes {
			continue
		}

		if err := a.e.push(out, item); err != nil {
			return nil, err
		}
	}

	return out, nil
}

func filterItems(a *arguments) (any, error) {
	fn, err := a.function(1)
	if err != nil {
		return nil, err
	}

	return a.chosen(fn)
}

// single implements $single(array, function?): the only item, or an error.
func single(a *arguments) (any, error) {
	found := &sequence{items: a.list(0)}

	if a.has(1) {
		fn, err := a.function(1)
		if err != nil {
			return nil, err
		}

		if found, err = a.chosen(fn); err != nil {
			return nil, err
		}
	}

	if len(found.items) != 1 {
		return nil, a.wrong("exactly one value that matches")
	}

	return found.items[0], nil
}

func reduce(a *arguments) (any, error) {
	fn, err := a.function(1)
	if err != nil {
		return nil, err
	}

	const least = 2
	if fn.arity < least {
		return nil, errReduceArgs
	}

	list := a.list(0)
	value, first := a.raw(2), 0

	if !a.has(2) {
		if len(list) == 0 {
			return undefined{}, nil
		}

		value, first = list[0], 1
	}

	for i := first; i < len(list); i++ {
		if value, err = a.callWith(fn, value, list[i], float64(i), list); err != nil {
			return nil, err
		}
	}

	return value, nil
}
