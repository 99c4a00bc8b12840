package asl

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/blues/jsonata-go/jtypes"
)

// The functions that jsonata-go lacks or that differ from JSONata 2.0.6, which is
// what AWS runs, and those that AWS adds.
// https://docs.jsonata.org/overview
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn

// arguments are a call's, as plain JSON values; undefined ones are absent.
type arguments struct {
	name   string
	values []any
	there  []bool
}

// argumentError is a call with the wrong arguments.
type argumentError struct{ function, expected string }

func (e *argumentError) Error() string {
	return fmt.Sprintf("the function $%s expects %s", e.function, e.expected)
}

func (a *arguments) wrong(expected string) error {
	return &argumentError{function: a.name, expected: expected}
}

// has says whether argument i is there and defined.
func (a *arguments) has(i int) bool { return i < len(a.there) && a.there[i] }

func (a *arguments) text(i int) (string, error) {
	if a.has(i) {
		if text, ok := a.values[i].(string); ok {
			return text, nil
		}
	}

	return "", a.wrong(fmt.Sprintf("a string as argument %d", i+1))
}

func (a *arguments) number(i int) (float64, error) {
	if a.has(i) {
		if number, ok := a.values[i].(float64); ok {
			return number, nil
		}
	}

	return 0, a.wrong(fmt.Sprintf("a number as argument %d", i+1))
}

// undefined is the result of a function that has none.
type undefined struct{}

// builtin is a function on plain values.
type builtin func(r *run, a *arguments) (any, error)

// Names that are needed more than once.
const (
	nameString = "string"
	nameMatch  = "match"
	namePad    = "pad"
)

// builtins are all functions on plain values, by name.
func builtins() map[string]builtin {
	return map[string]builtin{
		"partition": partition, "range": numberRange, "hash": digest, "random": random, "uuid": uuid, "parse": parseJSON,
		nameString: toText, "number": toNumber, "assert": assert, "clone": clone, "not": not, "now": now, "millis": millis,
		namePad: pad, "encodeUrl": encodeURL, "encodeUrlComponent": encodeURLComponent, "error": throw,
		"formatInteger": formatInteger, "parseInteger": parseInteger,
	}
}

// higher are the functions that take functions, or whose library version only needs
// its result put right.
var higher = map[string]func(args []reflect.Value) (reflect.Value, error){ //nolint:gochecknoglobals // A table.
	"map":     mapItems,
	"filter":  filterItems,
	nameMatch: matchAll,
	"single":  single,
	"keys":    keys,
	"each":    each,
	"spread":  spread,
}

var builtinTable = builtins() //nolint:gochecknoglobals // A table.

// usesContext are the functions that take the context value when they are called
// without arguments.
var usesContext = map[string]bool{ //nolint:gochecknoglobals // A table.
	nameString: true, "number": true, "not": true, "encodeUrl": true, "encodeUrlComponent": true,
}

// callable makes a function known to jsonata-go. One is made for every evaluation,
// since it holds the context of its call.
type callable struct {
	name    string
	run     *run
	plain   builtin
	raw     func(args []reflect.Value) (reflect.Value, error)
	context reflect.Value
}

// function finds a function by its name.
func (r *run) function(name string) (any, bool) {
	if plain, ok := builtinTable[name]; ok {
		return &callable{name: name, run: r, plain: plain}, true
	}

	if raw, ok := higher[name]; ok {
		return &callable{name: name, run: r, raw: raw}, true
	}

	return nil, false
}

// Name implements jtypes.Callable.
func (c *callable) Name() string { return c.name }

// ParamCount implements jtypes.Callable.
func (c *callable) ParamCount() int { return 1 }

// SetContext is how jsonata-go hands over the context value.
func (c *callable) SetContext(context reflect.Value) { c.context = context }

// Call implements jtypes.Callable.
func (c *callable) Call(args []reflect.Value) (reflect.Value, error) {
	if len(args) == 0 && usesContext[c.name] {
		args = []reflect.Value{c.context}
	}

	if c.name == namePad && len(args) > 0 && jtypes.IsNumber(args[0]) { // The text is the context.
		args = append([]reflect.Value{c.context}, args...)
	}

	if c.raw != nil {
		return c.raw(args)
	}

	in := &arguments{name: c.name, values: make([]any, len(args)), there: make([]bool, len(args))}

	for i, arg := range args {
		if !arg.IsValid() {
			continue
		}

		value, err := fromQuery(arg.Interface())
		if err != nil && c.name != nameString { // $string of a function is "".
			return reflect.Value{}, fmt.Errorf("$%s: %w", c.name, err)
		}

		if errors.Is(err, errFunction) {
			value = ""
		}

		in.values[i], in.there[i] = value, true
	}

	out, err := c.plain(c.run, in)
	if err != nil {
		return reflect.Value{}, err
	}

	if _, none := out.(undefined); none {
		return reflect.Value{}, nil
	}

	return reflect.ValueOf(toQuery(out)), nil
}

// MarshalJSON lets the library print a function as it prints its own.
func (c *callable) MarshalJSON() ([]byte, error) { return []byte(`""`), nil }

// marshalPlain is JSON for $string: JavaScript's, with numbers to 15 digits.
func marshalPlain(value any, indent bool) (string, error) {
	text, err := encode(rounded(value))
	if err != nil || !indent {
		return string(text), err
	}

	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return "", fmt.Errorf("indent: %w", err)
	}

	pretty, err := json.MarshalIndent(tree, "", "  ")
	if err != nil {
		return "", fmt.Errorf("indent: %w", err)
	}

	return string(pretty), nil
}
