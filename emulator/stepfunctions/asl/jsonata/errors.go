package jsonata

import (
	"strconv"
	"strings"
)

// failure is an error of the reference implementation: its code, and the insertions of the
// code's message.
type failure struct {
	code    string
	token   any // The operator or the function. nil if it is not known.
	value   any
	value2  any
	index   int
	message string // The whole message, for $error and $assert.
}

// fault returns a failure without insertions. Methods of failure add these.
func fault(code string) *failure {
	return &failure{code: code, value: undefined{}, value2: undefined{}}
}

func (f *failure) about(value any) *failure {
	f.value = value

	return f
}

func (f *failure) and(value any) *failure {
	f.value2 = value

	return f
}

func (f *failure) at(token string) *failure {
	f.token = token

	return f
}

func (f *failure) argument(index int) *failure {
	f.index = index

	return f
}

// Error implements error. The text is that of the reference implementation.
func (f *failure) Error() string {
	if f.message != "" {
		return f.code + ": " + f.message
	}

	token := f.token
	if token == nil {
		token = undefined{}
	}

	name, _ := token.(string)

	return f.code + ": " + strings.NewReplacer(
		"{{{token}}}", name,
		"{{token}}", inserted(token),
		"{{value}}", inserted(f.value),
		"{{value2}}", inserted(f.value2),
		"{{exp}}", inserted(f.value2),
		"{{type}}", inserted(f.value2),
		"{{index}}", strconv.Itoa(f.index),
	).Replace(messages[f.code])
}

// maxInserted limits the JSON of a value in a message.
const maxInserted = 8 << 10

// inserted returns a value as JSON, as messages show it.
func inserted(value any) string {
	switch {
	case isUndefined(value):
		return "undefined"
	case isFunction(value):
		return "a function"
	case jsonSize(value, maxInserted) > maxInserted:
		return "a value of more than " + strconv.Itoa(maxInserted) + " bytes"
	}

	text, err := appendJSON(nil, value)
	if err != nil {
		return err.Error()
	}

	return string(text)
}

// jsonSize returns the approximate size of a value's JSON. It stops when the size exceeds
// limit.
func jsonSize(value any, limit int) int {
	size := 2

	switch value := value.(type) {
	case string:
		return size + len(value)
	case *Object:
		for name, member := range value.All() {
			if size += len(name) + jsonSize(member, limit-size); size > limit {
				return size
			}
		}
	default:
		list, _ := items(value)
		for _, item := range list {
			if size += jsonSize(item, limit-size); size > limit {
				return size
			}
		}
	}

	return size
}

// named adds the token to a failure that has none.
func named(err error, token any) error {
	if f, ok := err.(*failure); ok && f.token == nil { //nolint:errorlint // A failure is never wrapped inside this package.
		f.token = token
	}

	return err
}
