package cloudwatch

import (
	"bytes"
	"encoding/json"
)

// Int is a whole number of a request. In the protocol AWS Query, it is a text.
type Int int64

// Float is a number of a request. In the protocol AWS Query, it is a text.
type Float float64

// Bool is a truth value of a request. In the protocol AWS Query, it is a text.
type Bool bool

// UnmarshalJSON implements [json.Unmarshaler].
func (v *Int) UnmarshalJSON(text []byte) error { return unquoted(text, (*int64)(v)) }

// UnmarshalJSON implements [json.Unmarshaler].
func (v *Float) UnmarshalJSON(text []byte) error { return unquoted(text, (*float64)(v)) }

// UnmarshalJSON implements [json.Unmarshaler].
func (v *Bool) UnmarshalJSON(text []byte) error { return unquoted(text, (*bool)(v)) }

func unquoted(text []byte, into any) error { return json.Unmarshal(bytes.Trim(text, `"`), into) }
