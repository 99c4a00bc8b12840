package attribute

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// MarshalJSON encodes an item in DynamoDB's JSON: {"name": {"S": "value"}}. The names are
// sorted, so equal items have equal bytes.
func (m Map) MarshalJSON() ([]byte, error) { return m.appendFields(nil), nil }

// AppendJSON appends the item's JSON in the form of [Map.MarshalJSON].
func (m Map) AppendJSON(dst []byte) []byte { return m.appendFields(dst) }

func (m Map) appendFields(dst []byte) []byte {
	dst = append(dst, '{')

	for i, name := range slices.Sorted(maps.Keys(m)) {
		if i > 0 {
			dst = append(dst, ',')
		}

		dst = append(appendText(dst, name), ':')
		dst = m[name].appendJSON(dst)
	}

	return append(dst, '}')
}

func (s String) appendJSON(dst []byte) []byte {
	return append(appendText(append(dst, `{"S":`...), string(s)), '}')
}

func (n Number) appendJSON(dst []byte) []byte {
	return append(append(append(dst, `{"N":"`...), n.String()...), `"}`...)
}

func (b Binary) appendJSON(dst []byte) []byte {
	return append(appendBase64(append(dst, `{"B":`...), b), '}')
}

func (b Bool) appendJSON(dst []byte) []byte {
	return append(strconv.AppendBool(append(dst, `{"BOOL":`...), bool(b)), '}')
}

func (Null) appendJSON(dst []byte) []byte { return append(dst, `{"NULL":true}`...) }

func (m Map) appendJSON(dst []byte) []byte {
	return append(m.appendFields(append(dst, `{"M":`...)), '}')
}

func (l List) appendJSON(dst []byte) []byte {
	return appendArray(append(dst, `{"L":`...), l, func(dst []byte, v Value) []byte { return v.appendJSON(dst) })
}

func (s StringSet) appendJSON(dst []byte) []byte {
	return appendArray(append(dst, `{"SS":`...), s,
		func(dst []byte, v String) []byte { return appendText(dst, string(v)) })
}

func (s NumberSet) appendJSON(dst []byte) []byte {
	return appendArray(append(dst, `{"NS":`...), s,
		func(dst []byte, v Number) []byte { return append(append(append(dst, '"'), v.String()...), '"') })
}

func (s BinarySet) appendJSON(dst []byte) []byte {
	return appendArray(append(dst, `{"BS":`...), s, appendBase64)
}

// appendArray also closes the surrounding object.
func appendArray[E any](dst []byte, elements []E, one func([]byte, E) []byte) []byte {
	dst = append(dst, '[')

	for i, element := range elements {
		if i > 0 {
			dst = append(dst, ',')
		}

		dst = one(dst, element)
	}

	return append(dst, `]}`...)
}

func appendText(dst []byte, text string) []byte {
	quoted, _ := json.Marshal(text)

	return append(dst, quoted...)
}

func appendBase64(dst []byte, b Binary) []byte {
	dst = append(dst, '"')
	dst = base64.StdEncoding.AppendEncode(dst, []byte(b))

	return append(dst, '"')
}
