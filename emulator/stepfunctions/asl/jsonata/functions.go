package jsonata

import (
	"fmt"
	"slices"
	"strings"

	"github.com/blues/jsonata-go/jparse"
)

// The functions of JSONata 2.0.6, the version that AWS uses, and the functions that AWS
// adds.
// https://docs.jsonata.org/overview
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn

// arguments are the arguments of a call, as plain values. Undefined arguments are absent.
type arguments struct {
	e      *evaluation
	name   string
	input  any // The context of the call.
	values []any
	there  []bool
}

func newArguments(e *evaluation, name string, args []any, input any) *arguments {
	a := &arguments{e: e, name: name, input: input, values: make([]any, len(args)), there: make([]bool, len(args))}

	for i, arg := range args {
		if _, none := arg.(undefined); !none {
			a.values[i], a.there[i] = arg, true
		}
	}

	return a
}

// argumentError is the error for a call with wrong arguments.
type argumentError struct{ function, expected string }

func (e *argumentError) Error() string {
	return fmt.Sprintf("the function $%s expects %s", e.function, e.expected)
}

func (a *arguments) wrong(expected string) error {
	return &argumentError{function: a.name, expected: expected}
}

// has reports whether argument i is present and defined.
func (a *arguments) has(i int) bool { return i < len(a.there) && a.there[i] }

// raw returns argument i, or undefined.
func (a *arguments) raw(i int) any {
	if a.has(i) {
		return a.values[i]
	}

	return undefined{}
}

// all returns all arguments, including the undefined ones.
func (a *arguments) all() []any {
	out := make([]any, len(a.values))
	for i := range out {
		out[i] = a.raw(i)
	}

	return out
}

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

// list returns argument i as an array; nil if it is absent.
func (a *arguments) list(i int) []any { return items(a.raw(i)) }

func (a *arguments) function(i int) (*function, error) {
	if a.has(i) {
		if fn, ok := a.values[i].(*function); ok {
			return fn, nil
		}
	}

	return nil, a.wrong(fmt.Sprintf("a function as argument %d", i+1))
}

// builtin is a function of the library.
type builtin func(a *arguments) (any, error)

// param is the type of one parameter, in the letters of JSONata's signatures.
// https://docs.jsonata.org/embedding-extending#function-signature-syntax
type param struct {
	types    string
	items    string // The type of an array's items; "" means any.
	optional bool
	context  bool // If the argument is omitted, the context is used.
	variadic bool
}

// typedParam returns a parameter of a signature in an expression.
func typedParam(p jparse.Param) param {
	out := param{
		types:    strings.Trim(p.Type.String(), "()"),
		optional: p.Option == jparse.ParamOptional,
		context:  p.Option == jparse.ParamContextable,
		variadic: p.Option == jparse.ParamVariadic,
	}

	if len(p.SubParams) == 1 && out.types == "a" {
		out.items = strings.Trim(p.SubParams[0].Type.String(), "()")
	}

	return out
}

// signature parses parameters such as "s-nn?" or "a<s>s?".
func signature(text string) []param {
	out := []param{}

	for len(text) > 0 {
		var p param

		if text[0] == '(' {
			p.types, text, _ = strings.Cut(text[1:], ")")
		} else {
			p.types, text = text[:1], text[1:]
		}

		if strings.HasPrefix(text, "<") {
			p.items, text, _ = strings.Cut(text[1:], ">")
		}

		if rest := strings.TrimLeft(text, "-?+"); rest != text {
			p.context, p.optional, p.variadic = text[0] == '-', text[0] == '?', text[0] == '+'
			text = rest
		}

		out = append(out, p)
	}

	return out
}

// required returns the number of required arguments, including those that the context can
// replace.
func required(params []param) int {
	return len(slices.DeleteFunc(slices.Clone(params), func(p param) bool { return p.optional }))
}

// typeLetter returns the letter of a value's type.
func typeLetter(value any) string {
	switch value.(type) {
	case string:
		return "s"
	case float64:
		return "n"
	case bool:
		return "b"
	case nil:
		return "l"
	case []any:
		return "a"
	case map[string]any:
		return "o"
	case *function:
		return "f"
	default:
		return "m"
	}
}

// fits reports whether a parameter accepts a value. An array parameter accepts every value,
// which then is its only item. Undefined fits every parameter.
func (p *param) fits(value any) bool {
	letter := typeLetter(value)

	switch {
	case letter == "m", strings.Contains(p.types, "x"), strings.Contains(p.types, letter), strings.Contains(p.types, "a"):
		return true
	default:
		return letter != "f" && strings.Contains(p.types, "j")
	}
}

// withContext inserts the context before the arguments if it replaces the first argument.
func withContext(params []param, args []any, input any) []any {
	if len(params) == 0 || !params[0].context || typeLetter(input) == "m" || !params[0].fits(input) {
		return args
	}

	missing := len(args) < required(params)
	shifted := len(args) > 0 && len(args) < len(params) && !params[0].fits(args[0])

	if missing || shifted {
		return append([]any{input}, args...)
	}

	return args
}

// bindArguments checks arguments against a signature and adds the omitted ones.
func (e *evaluation) bindArguments(fn *function, args []any, input any) ([]any, error) {
	params := fn.params
	args = withContext(params, args, input)
	variadic := len(params) > 0 && params[len(params)-1].variadic

	if len(args) > len(params) && !variadic || len(args) < required(params) {
		return nil, &argumentError{function: fn.name, expected: fmt.Sprintf("%d arguments, and has %d", required(params), len(args))}
	}

	out := slices.Clone(args)

	for i, arg := range out {
		p := &params[min(i, len(params)-1)]
		if !p.fits(arg) {
			return nil, &argumentError{function: fn.name, expected: fmt.Sprintf("a %s as argument %d", typeWords(p.types), i+1)}
		}

		if p.types != "a" || typeLetter(arg) == "m" {
			continue
		}

		out[i] = items(arg)

		if err := e.checkItems(fn, p, items(arg), i); err != nil {
			return nil, err
		}
	}

	return out, nil
}

func (e *evaluation) checkItems(fn *function, p *param, list []any, i int) error {
	if p.items == "" || p.items == "x" {
		return nil
	}

	if err := e.work(len(list)); err != nil {
		return err
	}

	for _, item := range list {
		if !strings.Contains(p.items, typeLetter(item)) {
			return &argumentError{function: fn.name, expected: fmt.Sprintf("an array of %ss as argument %d", typeWords(p.items), i+1)}
		}
	}

	return nil
}

// typeWords returns the words for the letters of a signature.
func typeWords(letters string) string {
	names := map[rune]string{
		's': "string", 'n': "number", 'b': "boolean", 'l': "null", 'a': "array", 'o': "object", 'f': "function", 'j': "JSON value", 'x': "value",
	}

	var out []string
	for _, letter := range letters {
		out = append(out, names[letter])
	}

	return strings.Join(out, " or ")
}
