package cloudwatch

import (
	"bytes"
	"encoding/json"
)

// Int, Float and Bool are values of requests. In the protocol AWS Query, they are texts.
type (
	Int   int64
	Float float64
	Bool  bool
)

// UnmarshalJSON implements [json.Unmarshaler].
func (v *Int) UnmarshalJSON(text []byte) error { return unquoted(text, (*int64)(v)) }

// UnmarshalJSON implements [json.Unmarshaler].
func (v *Float) UnmarshalJSON(text []byte) error { return unquoted(text, (*float64)(v)) }

// UnmarshalJSON implements [json.Unmarshaler].
func (v *Bool) UnmarshalJSON(text []byte) error { return unquoted(text, (*bool)(v)) }

func unquoted(text []byte, into any) error { return json.Unmarshal(bytes.Trim(text, `"`), into) }
