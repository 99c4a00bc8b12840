// Package attribute implements DynamoDB's data types: the ten types of values, their JSON
// form, their comparison, their size, and the encoding of key values as bytes that sort
// in DynamoDB's order.
//
// # Values
//
// A [Value] is immutable by convention: code that changes a value copies it first
// ([Map.Clone]). Sets are sorted and numbers have one canonical form, so equal values are
// equal structures.
//
// Source:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
package attribute

import "fmt"

// Kind names a data type by DynamoDB's descriptor.
type Kind string

// The ten data types.
const (
	KindString    Kind = "S"
	KindNumber    Kind = "N"
	KindBinary    Kind = "B"
	KindBool      Kind = "BOOL"
	KindNull      Kind = "NULL"
	KindList      Kind = "L"
	KindMap       Kind = "M"
	KindStringSet Kind = "SS"
	KindNumberSet Kind = "NS"
	KindBinarySet Kind = "BS"
)

// Value is one attribute value: String, Number, Binary, Bool, Null, List, Map,
// StringSet, NumberSet or BinarySet, and nothing else.
type Value interface {
	// Kind is the value's type, one of the ten.
	Kind() Kind
	// Size is the number of bytes that DynamoDB counts for the value.
	Size() int

	appendJSON(dst []byte) []byte
}

// The value types. Number is in a file of its own.
type (
	// String is Unicode text, compared by its UTF-8 bytes.
	String string
	// Binary is raw bytes, compared as unsigned bytes. It is a string, so that it is
	// immutable and comparable.
	Binary string
	// Bool is true or false.
	Bool bool
	// Null is the value for "no value".
	Null struct{}
	// List is an ordered collection of values of any type.
	List []Value
	// Map is a collection of named values. An item is a Map.
	Map map[string]Value
	// StringSet is a sorted set of strings, never empty.
	StringSet []String
	// NumberSet is a sorted set of numbers, never empty.
	NumberSet []Number
	// BinarySet is a sorted set of binaries, never empty.
	BinarySet []Binary
)

// Kind implements [Value].
func (String) Kind() Kind { return KindString }

// Kind implements [Value].
func (Number) Kind() Kind { return KindNumber }

// Kind implements [Value].
func (Binary) Kind() Kind { return KindBinary }

// Kind implements [Value].
func (Bool) Kind() Kind { return KindBool }

// Kind implements [Value].
func (Null) Kind() Kind { return KindNull }

// Kind implements [Value].
func (List) Kind() Kind { return KindList }

// Kind implements [Value].
func (Map) Kind() Kind { return KindMap }

// Kind implements [Value].
func (StringSet) Kind() Kind { return KindStringSet }

// Kind implements [Value].
func (NumberSet) Kind() Kind { return KindNumberSet }

// Kind implements [Value].
func (BinarySet) Kind() Kind { return KindBinarySet }

// Clone copies an item deeply: a change of the copy's maps and lists does not change the
// original.
func (m Map) Clone() Map {
	copied, _ := clone(m).(Map) // clone keeps the type.

	return copied
}

func clone(v Value) Value {
	switch v := v.(type) {
	case Map:
		copied := make(Map, len(v))
		for name, child := range v {
			copied[name] = clone(child)
		}

		return copied
	case List:
		copied := make(List, len(v))
		for i, child := range v {
			copied[i] = clone(child)
		}

		return copied
	default: // Scalars and sets are never changed in place.
		return v
	}
}

// Error is a value that DynamoDB rejects. The message has DynamoDB's text and is meant
// for a ValidationException.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func refuse(format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...)}
}
