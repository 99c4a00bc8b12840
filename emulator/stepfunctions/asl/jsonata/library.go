package jsonata

// builtin is a function of the library.
type builtin struct {
	name  string
	types *signature
	arity int // The number of parameters that the function shows to functions that call it.
	call  func(a *arguments) (any, error)
}

// library are the functions of JSONata 2.0.6, except $eval, and the functions that AWS adds.
// https://docs.jsonata.org/overview
// https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn
var library map[string]*builtin

func init() { //nolint:gochecknoinits // The functions use the library themselves.
	library = map[string]*builtin{}

	for _, table := range [][]entry{textFunctions, numberFunctions, listFunctions, objectFunctions, otherFunctions} {
		for _, f := range table {
			library[f.name] = &builtin{name: f.name, types: mustSignature(f.signature), arity: f.arity, call: f.call}
		}
	}
}

// entry is a line of the library's tables.
type entry struct {
	name      string
	signature string
	arity     int
	call      func(a *arguments) (any, error)
}

func mustSignature(text string) *signature {
	out, err := parseSignature(text)
	if err != nil {
		panic(err)
	}

	return out
}

var textFunctions = []entry{
	{"string", "<x-b?:s>", 1, toText},
	{"substring", "<s-nn?:s>", 3, substring},
	{"substringBefore", "<s-s:s>", 2, substringBefore},
	{"substringAfter", "<s-s:s>", 2, substringAfter},
	{"lowercase", "<s-:s>", 1, lowercase},
	{"uppercase", "<s-:s>", 1, uppercase},
	{"length", "<s-:n>", 1, textLength},
	{"trim", "<s-:s>", 1, trim},
	{"pad", "<s-ns?:s>", 3, pad},
	{"match", "<s-f<s:o>n?:a<o>>", 3, matchText},
	{"contains", "<s-(sf):b>", 2, contains},
	{"replace", "<s-(sf)(sf)n?:s>", 4, replace},
	{"split", "<s-(sf)n?:a<s>>", 3, split},
	{"join", "<a<s>s?:s>", 2, join},
	{"base64encode", "<s-:s>", 1, base64Encode},
	{"base64decode", "<s-:s>", 1, base64Decode},
	{"encodeUrlComponent", "<s-:s>", 1, encodeURLComponent},
	{"encodeUrl", "<s-:s>", 1, encodeURL},
	{"decodeUrlComponent", "<s-:s>", 1, decodeURLComponent},
	{"decodeUrl", "<s-:s>", 1, decodeURL},
	{"hash", "<s-s?:s>", 2, digest},
	{"parse", "<s-:x>", 1, parseJSON},
}

var numberFunctions = []entry{
	{"formatNumber", "<n-so?:s>", 3, formatNumber},
	{"formatBase", "<n-n?:s>", 2, formatBase},
	{"formatInteger", "<n-s:s>", 2, formatInteger},
	{"parseInteger", "<s-s:n>", 2, parseInteger},
	{"number", "<(nsb)-:n>", 1, toNumber},
	{"floor", "<n-:n>", 1, floor},
	{"ceil", "<n-:n>", 1, ceil},
	{"round", "<n-n?:n>", 2, round},
	{"abs", "<n-:n>", 1, absolute},
	{"sqrt", "<n-:n>", 1, squareRoot},
	{"power", "<n-n:n>", 2, raise},
	{"random", "<n?:n>", 0, random},
	{"sum", "<a<n>:n>", 1, sum},
	{"max", "<a<n>:n>", 1, largest},
	{"min", "<a<n>:n>", 1, smallest},
	{"average", "<a<n>:n>", 1, average},
	{"now", "<s?s?:s>", 2, now},
	{"millis", "<:n>", 0, millis},
	{"toMillis", "<s-s?:n>", 2, toMillis},
	{"fromMillis", "<n-s?s?:s>", 3, fromMillis},
	{"range", "<nnn:a>", 3, numberRange},
}

var listFunctions = []entry{
	{"count", "<a:n>", 1, countItems},
	{"append", "<xx:a>", 2, appendLists},
	{"sort", "<af?:a>", 2, sortItems},
	{"reverse", "<a:a>", 1, reverse},
	{"shuffle", "<a:a>", 1, shuffle},
	{"distinct", "<x:x>", 1, distinct},
	{"zip", "<a+>", 0, zip},
	{"map", "<af>", 2, mapItems},
	{"filter", "<af>", 2, filterItems},
	{"single", "<af?>", 2, singleItem},
	{"reduce", "<afj?:j>", 3, reduce},
	{"partition", "<an:a>", 2, partition},
}

var objectFunctions = []entry{
	{"sift", "<o-f?:o>", 2, sift},
	{"keys", "<x-:a<s>>", 1, keys},
	{"lookup", "<x-s:x>", 2, lookup},
	{"spread", "<x-:a<o>>", 1, spread},
	{"merge", "<a<o>:o>", 1, merge},
	{"each", "<o-f:a>", 2, each},
	{"clone", "<(oa)-:o>", 1, clone},
}

var otherFunctions = []entry{
	{"boolean", "<x-:b>", 1, toBoolean},
	{"not", "<x-:b>", 1, not},
	{"exists", "<x:b>", 1, exists},
	{"type", "<x:s>", 1, typeOf},
	{"error", "<s?:x>", 1, throw},
	{"assert", "<bs?:x>", 2, assert},
	{"uuid", "<:s>", 0, randomUUID},
}

// arguments are the arguments of a call of the library.
type arguments struct {
	*evaluation

	name   string
	values []any // At least as many as the function has parameters.
	input  any
	frame  *frame
}

// has reports whether an argument is given.
func (a *arguments) has(i int) bool { return i < len(a.values) && !isUndefined(a.values[i]) }

// string returns an argument that is a text.
func (a *arguments) string(i int) (string, error) {
	text, ok := a.values[i].(string)
	if !ok {
		return "", a.wrong(i)
	}

	return text, nil
}

// number returns an argument that is a number.
func (a *arguments) number(i int) (float64, error) {
	number, ok := a.values[i].(float64)
	if !ok {
		return 0, a.wrong(i)
	}

	return number, nil
}

// list returns an argument that is an array.
func (a *arguments) list(i int) []any {
	list, _ := items(a.values[i])

	return list
}

// wrong returns the error for an argument of the wrong type. The signature has excluded it,
// except in a partial application.
func (a *arguments) wrong(i int) error {
	return fault("T0410").about(a.values[i]).at(a.name).argument(i + 1)
}

// invokeWith calls a function that is an argument.
func (a *arguments) invokeWith(i int, args ...any) (any, error) {
	fn := a.values[i]
	if !isFunction(fn) {
		return nil, a.wrong(i)
	}

	return a.invoke(fn, args, nil, a.frame, nil)
}

// invokeItem calls the second argument with an item of the first argument, its position and
// the first argument, as far as the function has parameters for them.
func (a *arguments) invokeItem(item, position any) (any, error) {
	const function = 1 // The argument.

	whole := a.values[0]
	count := min(3, max(1, arity(a.values[function]))) //nolint:mnd // The item, its position and the whole.

	return a.invokeWith(function, []any{item, position, whole}[:count]...)
}
