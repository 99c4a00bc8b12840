package jsonata

import (
	"cmp"
	"encoding/json"
	"iter"
	"maps"
	"slices"
	"strconv"
)

// Object is a JSON object whose members keep their order.
type Object struct {
	names  []string
	values []any
	index  map[string]int // The position of each member; nil in a small object.
}

// indexedMembers is the number of members from which an object has an index.
const indexedMembers = 12

// NewObject returns an empty object with room for size members.
func NewObject(size int) *Object {
	return &Object{names: make([]string, 0, size), values: make([]any, 0, size)}
}

// FromMap returns an object with the members of a map, in alphabetical order. Maps inside
// become objects, too.
func FromMap(members map[string]any) *Object {
	out := NewObject(len(members))

	for _, name := range slices.Sorted(maps.Keys(members)) {
		value := members[name]
		if inner, ok := value.(map[string]any); ok {
			value = FromMap(inner)
		}

		out.Set(name, value)
	}

	return out
}

// Len returns the number of members.
func (o *Object) Len() int { return len(o.names) }

// Get returns a member, and whether it exists.
func (o *Object) Get(name string) (any, bool) {
	if i := o.find(name); i >= 0 {
		return o.values[i], true
	}

	return nil, false
}

func (o *Object) find(name string) int {
	if o.index != nil {
		if i, ok := o.index[name]; ok {
			return i
		}

		return -1
	}

	return slices.Index(o.names, name)
}

// Set sets a member. A new member is the last one.
func (o *Object) Set(name string, value any) {
	if i := o.find(name); i >= 0 {
		o.values[i] = value

		return
	}

	o.names, o.values = append(o.names, name), append(o.values, value)

	switch {
	case o.index != nil:
		o.index[name] = len(o.names) - 1
	case len(o.names) >= indexedMembers:
		o.reindex()
	}
}

// Delete removes a member.
func (o *Object) Delete(name string) {
	i := o.find(name)
	if i < 0 {
		return
	}

	o.names, o.values = slices.Delete(o.names, i, i+1), slices.Delete(o.values, i, i+1)

	if o.index != nil {
		o.reindex()
	}
}

func (o *Object) reindex() {
	o.index = make(map[string]int, len(o.names))
	for i, name := range o.names {
		o.index[name] = i
	}
}

// All returns the members in their order.
func (o *Object) All() iter.Seq2[string, any] {
	return func(yield func(string, any) bool) {
		for i, name := range o.names {
			if !yield(name, o.values[i]) {
				return
			}
		}
	}
}

// MarshalJSON implements json.Marshaler.
func (o *Object) MarshalJSON() ([]byte, error) { return Encode(o) }

var _ json.Marshaler = (*Object)(nil)

// ordered moves the members whose names are array indices to the front, in the order of
// their numbers, and returns the object. JavaScript's objects have this order.
// https://tc39.es/ecma262/#sec-ordinaryownpropertykeys
func (o *Object) ordered() *Object {
	if !slices.ContainsFunc(o.names, func(name string) bool { return arrayIndex(name) >= 0 }) {
		return o
	}

	type member struct {
		name  string
		value any
		at    int64
	}

	members := make([]member, len(o.names))
	for i, name := range o.names {
		members[i] = member{name, o.values[i], arrayIndex(name)}
	}

	slices.SortStableFunc(members, func(a, b member) int {
		switch {
		case a.at >= 0 && b.at >= 0:
			return cmp.Compare(a.at, b.at)
		case a.at >= 0:
			return -1
		case b.at >= 0:
			return 1
		default:
			return 0
		}
	})

	for i, m := range members {
		o.names[i], o.values[i] = m.name, m.value
	}

	if o.index != nil {
		o.reindex()
	}

	return o
}

// maxArrayIndex is JavaScript's largest array index.
const maxArrayIndex = 1<<32 - 2

// arrayIndex returns the number that a name is the decimal form of, or -1.
func arrayIndex(name string) int64 {
	if name == "" || name[0] < '0' || name[0] > '9' || name[0] == '0' && len(name) > 1 || len(name) > len("4294967294") {
		return -1
	}

	number, err := strconv.ParseInt(name, 10, 64)
	if err != nil || number > maxArrayIndex {
		return -1
	}

	return number
}
