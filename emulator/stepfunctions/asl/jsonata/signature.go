package jsonata

import "strings"

// signature are the types of a function's parameters.
// https://docs.jsonata.org/embedding-extending#function-signature-syntax
type signature struct{ params []param }

// param is the type of one parameter, in the letters of JSONata's signatures.
type param struct {
	kind     byte   // The letter, or '(' for a choice.
	letters  string // The types of arguments that it takes. m is a missing value.
	subtype  string // The type of an array's items; "" means any.
	optional bool
	context  bool // A missing argument is replaced by the context.
	repeated bool
}

// lettersOf returns the types of arguments that a letter of a signature allows.
func lettersOf(kind byte) string {
	switch kind {
	case 's', 'n', 'b', 'l', 'o':
		return string(kind) + "m"
	case 'a', 'x':
		return "asnblfom"
	case 'f':
		return "f"
	case 'j':
		return "asnblom"
	default:
		return ""
	}
}

// parseSignature parses a signature such as "<s-nn?:s>".
func parseSignature(text string) (*signature, error) {
	out := &signature{}

	for i := 1; i < len(text) && text[i] != ':'; i++ {
		last := len(out.params) - 1

		if letters := lettersOf(text[i]); letters != "" {
			out.params = append(out.params, param{kind: text[i], letters: letters})

			continue
		}

		switch c := text[i]; c {
		case '(':
			end := closing(text, i, '(', ')')

			choice := text[i+1 : end]
			if strings.Contains(choice, "<") {
				return nil, fault("S0402").about(choice)
			}

			out.params = append(out.params, param{kind: c, letters: choice + "m"})
			i = end
		case '<':
			if last < 0 || out.params[last].kind != 'a' && out.params[last].kind != 'f' {
				return nil, fault("S0401")
			}

			end := closing(text, i, '<', '>')
			out.params[last].subtype = text[i+1 : end]
			i = end
		case '-', '?', '+':
			if last < 0 {
				continue
			}

			out.params[last].context = out.params[last].context || c == '-'
			out.params[last].optional = out.params[last].optional || c != '+'
			out.params[last].repeated = out.params[last].repeated || c == '+'
		}
	}

	return out, nil
}

// closing returns the position of the bracket that closes the one at start.
func closing(text string, start int, opening, closing byte) int {
	depth := 1

	for i := start + 1; i < len(text); i++ {
		switch text[i] {
		case closing:
			if depth--; depth == 0 {
				return i
			}
		case opening:
			depth++
		}
	}

	return len(text)
}

// letter returns the letter of a value's type.
func letter(value any) byte {
	switch value.(type) {
	case string:
		return 's'
	case float64:
		return 'n'
	case bool:
		return 'b'
	case nil:
		return 'l'
	case []any, *array:
		return 'a'
	case undefined:
		return 'm'
	default:
		if isFunction(value) {
			return 'f'
		}

		return 'o'
	}
}

// validate checks arguments and returns them with the context in the place of missing ones,
// and with arrays in the place of single values.
func (s *signature) validate(args []any, context any) ([]any, error) {
	letters := make([]byte, len(args))
	for i, arg := range args {
		letters[i] = letter(arg)
	}

	counts, ok := match(s.params, string(letters), false)
	if !ok {
		return nil, s.mismatch(args, string(letters))
	}

	out := make([]any, 0, len(s.params))
	next := 0

	for i := range s.params {
		p := &s.params[i]

		if counts[i] == 0 && p.context {
			if strings.IndexByte(p.letters, letter(context)) < 0 {
				return nil, fault("T0411").about(context).argument(next + 1)
			}

			out = append(out, context)

			continue
		}

		if counts[i] == 0 {
			out = append(out, argumentAt(args, next))
			next++

			continue
		}

		for range counts[i] {
			arg, err := p.accept(args[next], next)
			if err != nil {
				return nil, err
			}

			out = append(out, arg)
			next++
		}
	}

	return out, nil
}

func argumentAt(args []any, i int) any {
	if i < len(args) {
		return args[i]
	}

	return undefined{}
}

// mismatch returns the error for arguments that do not fit.
func (s *signature) mismatch(args []any, letters string) error {
	good := 0

	for i := range s.params {
		counts, ok := match(s.params[:i+1], letters, true)
		if !ok {
			break
		}

		good = 0
		for _, count := range counts {
			good += count
		}
	}

	out := fault("T0410").argument(good + 1)
	if good < len(args) {
		out.value = args[good]
	}

	return out
}

// accept returns an argument. A parameter that is an array makes other values its only item.
func (p *param) accept(arg any, i int) (any, error) {
	if p.kind != 'a' || isUndefined(arg) {
		return arg, nil
	}

	list, isList := items(arg)
	ok := true

	if p.subtype != "" {
		if !isList {
			ok = string(letter(arg)) == p.subtype
		} else if len(list) > 0 {
			first := letter(list[0])
			ok = first == p.subtype[0]

			for _, item := range list {
				ok = ok && letter(item) == first
			}
		}
	}

	switch {
	case !ok:
		return nil, fault("T0412").about(arg).and(plural(p.subtype)).argument(i + 1)
	case isList:
		return arg, nil
	default:
		return []any{arg}, nil
	}
}

// plural returns the name of the type that a letter stands for.
func plural(letter string) any {
	names := map[string]string{"a": "arrays", "b": "booleans", "f": "functions", "n": "numbers", "o": "objects", "s": "strings"}
	if name, ok := names[letter]; ok {
		return name
	}

	return undefined{}
}
