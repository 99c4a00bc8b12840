package attribute

import (
	"cmp"
	"maps"
	"slices"
)

// Equal reports whether two values are equal: they have the same type and the same
// content (sets in any order, maps and lists deeply). A missing value, nil, is not equal
// to any value.
func Equal(a, b Value) bool {
	switch a := a.(type) {
	case nil:
		return false
	case List:
		other, same := b.(List)

		return same && slices.EqualFunc(a, other, Equal)
	case Map:
		other, same := b.(Map)

		return same && maps.EqualFunc(a, other, Equal)
	case StringSet:
		other, same := b.(StringSet)

		return same && slices.Equal(a, other)
	case NumberSet:
		other, same := b.(NumberSet)

		return same && slices.Equal(a, other)
	case BinarySet:
		other, same := b.(BinarySet)

		return same && slices.Equal(a, other)
	default: // The scalars are comparable types.
		return a == b
	}
}

// Compare orders two values. Only strings, numbers and binaries have an order, and only
// among values of the same type. ordered is false for all other values.
func Compare(a, b Value) (order int, ordered bool) {
	switch a := a.(type) {
	case String:
		other, same := b.(String)

		return cmp.Compare(a, other), same
	case Binary:
		other, same := b.(Binary)

		return cmp.Compare(a, other), same
	case Number:
		other, same := b.(Number)

		return a.Compare(other), same
	default:
		return 0, false
	}
}

// Elements lists the elements of a set as values. isSet is false for any other value.
func Elements(v Value) (elements []Value, isSet bool) {
	switch v := v.(type) {
	case StringSet:
		return widen(v), true
	case NumberSet:
		return widen(v), true
	case BinarySet:
		return widen(v), true
	default:
		return nil, false
	}
}

func widen[S ~[]E, E Value](set S) []Value {
	values := make([]Value, len(set))
	for i, element := range set {
		values[i] = element
	}

	return values
}

// Union returns the set of a's and b's elements. ok is false unless both are sets of one
// type.
func Union(a, b Value) (union Value, ok bool) {
	switch a := a.(type) {
	case StringSet:
		other, same := b.(StringSet)

		return sorted(slices.Concat(a, other), cmp.Compare), same
	case NumberSet:
		other, same := b.(NumberSet)

		return sorted(slices.Concat(a, other), Number.Compare), same
	case BinarySet:
		other, same := b.(BinarySet)

		return sorted(slices.Concat(a, other), cmp.Compare), same
	default:
		return nil, false
	}
}

// Difference returns the set of a's elements that are not in b, or nil if there are none,
// because a set is never empty. ok is false unless both are sets of one type.
func Difference(a, b Value) (difference Value, ok bool) {
	switch a := a.(type) {
	case StringSet:
		other, same := b.(StringSet)
		if left := without(a, other); len(left) > 0 {
			return left, same
		}

		return nil, same
	case NumberSet:
		other, same := b.(NumberSet)
		if left := without(a, other); len(left) > 0 {
			return left, same
		}

		return nil, same
	case BinarySet:
		other, same := b.(BinarySet)
		if left := without(a, other); len(left) > 0 {
			return left, same
		}

		return nil, same
	default:
		return nil, false
	}
}

func without[S ~[]E, E comparable](set, removed S) S {
	return slices.DeleteFunc(slices.Clone(set), func(e E) bool { return slices.Contains(removed, e) })
}

// sorted sorts in place and removes duplicates.
func sorted[S ~[]E, E comparable](elements S, order func(a, b E) int) S {
	slices.SortFunc(elements, order)

	return slices.Compact(elements)
}
