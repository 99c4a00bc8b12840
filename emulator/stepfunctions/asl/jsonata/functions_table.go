package jsonata

import "sync"

// libraryFunction is a built-in function with its signature. Most functions return
// undefined if their first argument is undefined.
type libraryFunction struct {
	signature string
	always    bool // The function is also called if its first argument is undefined.
	call      builtin
}

// shared is the library of all evaluations. Its functions are never changed.
var shared struct {
	once      sync.Once
	functions map[string]*function
}

// library returns the functions of the library, by name.
func library() map[string]*function {
	shared.once.Do(func() { shared.functions = makeLibrary() })

	return shared.functions
}

// makeLibrary returns the functions that every expression has, by name.
func makeLibrary() map[string]*function {
	out := map[string]*function{}

	for _, group := range []map[string]libraryFunction{textFunctions(), numberFunctions(), listFunctions(), objectFunctions(), otherFunctions()} {
		for name, f := range group {
			call := f.call
			if !f.always {
				call = unlessUndefined(f.call)
			}

			params := signature(f.signature)
			out[name] = &function{name: name, params: params, arity: max(1, required(params)), native: call}
		}
	}

	return out
}

func unlessUndefined(call builtin) builtin {
	return func(a *arguments) (any, error) {
		if !a.has(0) {
			return undefined{}, nil
		}

		return call(a)
	}
}

func textFunctions() map[string]libraryFunction {
	return map[string]libraryFunction{
		"string":             {signature: "x-b?", call: toText},
		"length":             {signature: "s-", call: textLength},
		"substring":          {signature: "s-nn?", call: substring},
		"substringBefore":    {signature: "s-s", call: substringBefore},
		"substringAfter":     {signature: "s-s", call: substringAfter},
		"uppercase":          {signature: "s-", call: uppercase},
		"lowercase":          {signature: "s-", call: lowercase},
		"trim":               {signature: "s-", call: trim},
		"pad":                {signature: "s-ns?", call: pad},
		"contains":           {signature: "s-(sf)", call: containsText},
		"split":              {signature: "s-(sf)n?", call: split},
		"join":               {signature: "a<s>s?", call: join},
		"match":              {signature: "s-fn?", call: matchAll},
		"replace":            {signature: "s-(sf)(sf)n?", call: replaceAll},
		"base64encode":       {signature: "s-", call: base64Encode},
		"base64decode":       {signature: "s-", call: base64Decode},
		"encodeUrl":          {signature: "s-", call: encodeURL},
		"encodeUrlComponent": {signature: "s-", call: encodeURLComponent},
		"decodeUrl":          {signature: "s-", call: decodeURL},
		"decodeUrlComponent": {signature: "s-", call: decodeURL},
		"hash":               {signature: "ss", call: digest},
		"parse":              {signature: "s-", call: parseJSON},
	}
}

func numberFunctions() map[string]libraryFunction {
	return map[string]libraryFunction{
		"number":        {signature: "(nsb)-", call: toNumber},
		"abs":           {signature: "n-", call: absolute},
		"floor":         {signature: "n-", call: floor},
		"ceil":          {signature: "n-", call: ceil},
		"round":         {signature: "n-n?", call: round},
		"power":         {signature: "n-n", call: power},
		"sqrt":          {signature: "n-", call: squareRoot},
		"random":        {signature: "n?", always: true, call: random},
		"formatNumber":  {signature: "n-so?", call: formatNumber},
		"formatBase":    {signature: "n-n?", call: formatBase},
		"formatInteger": {signature: "n-s", call: formatInteger},
		"parseInteger":  {signature: "s-s", call: parseInteger},
		"sum":           {signature: "a<n>", call: sum},
		"max":           {signature: "a<n>", call: largest},
		"min":           {signature: "a<n>", call: smallest},
		"average":       {signature: "a<n>", call: average},
		"now":           {signature: "s?s?", always: true, call: now},
		"millis":        {signature: "", always: true, call: millis},
		"fromMillis":    {signature: "n-s?s?", call: fromMillis},
		"toMillis":      {signature: "s-s?", call: toMillis},
		"range":         {signature: "nnn", call: numberRange},
	}
}

func listFunctions() map[string]libraryFunction {
	return map[string]libraryFunction{
		"count":     {signature: "a", always: true, call: count},
		"append":    {signature: "xx", always: true, call: appendLists},
		"sort":      {signature: "af?", call: sortList},
		"reverse":   {signature: "a", call: reverse},
		"shuffle":   {signature: "a", call: shuffle},
		"distinct":  {signature: "x", call: distinct},
		"zip":       {signature: "a+", always: true, call: zip},
		"map":       {signature: "af", call: mapItems},
		"filter":    {signature: "af", call: filterItems},
		"reduce":    {signature: "afj?", call: reduce},
		"single":    {signature: "af?", call: single},
		"partition": {signature: "an", call: partition},
	}
}

func objectFunctions() map[string]libraryFunction {
	return map[string]libraryFunction{
		"keys":   {signature: "x-", call: keys},
		"lookup": {signature: "x-s", call: lookupMember},
		"spread": {signature: "x-", call: spread},
		"merge":  {signature: "a<o>", call: merge},
		"sift":   {signature: "o-f?", call: sift},
		"each":   {signature: "o-f", call: each},
		"clone":  {signature: "(oa)-", call: clone},
	}
}

func otherFunctions() map[string]libraryFunction {
	return map[string]libraryFunction{
		"boolean": {signature: "x-", call: toBoolean},
		"not":     {signature: "x-", call: not},
		"exists":  {signature: "x", always: true, call: exists},
		"type":    {signature: "x", call: typeOf},
		"error":   {signature: "x?", always: true, call: throw},
		"assert":  {signature: "bx?", always: true, call: assert},
		"uuid":    {signature: "", always: true, call: randomUUID},
	}
}
