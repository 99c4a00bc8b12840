package jsonata

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// toText implements $string(value, prettify?).
func toText(a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	return a.text(a.values[0], a.has(1) && a.values[1] == true)
}

// changed returns the result of change for the first argument. It deducts a number of bytes
// for each byte of the text from the budget first. The result is undefined if the argument
// is missing.
func (a *arguments) changed(growth int, change func(text string) (any, error)) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	text, err := a.string(0)
	if err != nil {
		return nil, err
	}

	if err := a.takeItems(len(text)+1, growth+1); err != nil {
		return nil, err
	}

	const bytesPerUnit = 64 // Bytes that a function reads in a step.
	if err := a.work(len(text) / bytesPerUnit); err != nil {
		return nil, err
	}

	return change(text)
}

func textLength(a *arguments) (any, error) {
	return a.changed(0, func(text string) (any, error) { return float64(characters(text)), nil })
}

// caseGrowth is the maximum growth of a text when its case changes: U+0390 becomes three
// characters.
const caseGrowth = 6

func uppercase(a *arguments) (any, error) {
	return a.changed(caseGrowth, func(text string) (any, error) { return cased(text, cases.Upper(language.Und), strings.ToUpper), nil })
}

func lowercase(a *arguments) (any, error) {
	return a.changed(caseGrowth, func(text string) (any, error) { return cased(text, cases.Lower(language.Und), strings.ToLower), nil })
}

// cased changes the case of a text. It uses the rules of Unicode, except for texts of
// ASCII, which do not need them, and for texts with lone surrogates, which are not valid
// UTF-8.
func cased(text string, unicode cases.Caser, simple func(string) string) string {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf && utf8.ValidString(text) {
			return unicode.String(text)
		}
	}

	return simple(text)
}

// trim implements $trim(text). It also replaces inner white space by one space.
func trim(a *arguments) (any, error) {
	const copies = 20 // The fields, and the joined text.

	return a.changed(copies, func(text string) (any, error) {
		return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\n\r", r) }), " "), nil
	})
}

// substring implements $substring(text, start, length?), in characters.
func substring(a *arguments) (any, error) {
	return a.changed(0, func(text string) (any, error) {
		start := 0.0

		if a.has(1) {
			var err error
			if start, err = a.number(1); err != nil {
				return nil, err
			}
		}

		size := float64(characters(text))
		end := size

		if size+start < 0 {
			start = 0
		}

		if a.has(2) {
			length, err := a.number(2)
			if err != nil {
				return nil, err
			}

			if length <= 0 || !a.has(1) {
				return "", nil
			}

			if end = start + length; start < 0 {
				end += size
			}
		}

		from, to := clamp(start, size), clamp(end, size)
		if from >= to {
			return "", nil
		}

		first := skipCharacters(text, from)

		return text[first : first+skipCharacters(text[first:], to-from)], nil
	})
}

// clamp returns a position as JavaScript's slice takes it: a negative one counts from the
// end.
func clamp(position, size float64) int {
	position = math.Trunc(position)
	if position < 0 {
		position += size
	}

	return int(max(0, min(position, size)))
}

func substringBefore(a *arguments) (any, error) {
	return a.cut(func(before, _ string) string { return before })
}

func substringAfter(a *arguments) (any, error) {
	return a.cut(func(_, after string) string { return after })
}

// cut returns a part of the first argument. If the first argument does not contain the
// second, the part is the whole text.
func (a *arguments) cut(part func(before, after string) string) (any, error) {
	return a.changed(0, func(text string) (any, error) {
		separator := "undefined" // JavaScript's text for a missing argument.

		if a.has(1) {
			var err error
			if separator, err = a.string(1); err != nil {
				return nil, err
			}
		}

		before, after, found := strings.Cut(text, separator)
		if !found {
			return text, nil
		}

		return part(before, after), nil
	})
}

// maxPad limits the width of $pad.
const maxPad = 10_000_000

// pad implements $pad(text, width, char?).
func pad(a *arguments) (any, error) {
	return a.changed(1, func(text string) (any, error) {
		if !a.has(1) {
			return text, nil
		}

		width, err := a.number(1)
		if err != nil {
			return nil, err
		}

		filler := " "

		if a.has(2) {
			if filler, err = a.string(2); err != nil {
				return nil, err
			}

			if filler == "" {
				filler = " "
			}
		}

		missing := math.Abs(width) - float64(characters(text))
		if missing <= 0 {
			return text, nil
		}

		if missing != math.Trunc(missing) || missing > maxPad {
			return nil, fmt.Errorf("$pad: the width must be a whole number of at most %d", maxPad) //nolint:err113 // A message.
		}

		padding, err := a.padding(filler, int(missing))
		if err != nil {
			return nil, err
		}

		if width > 0 {
			return glued(text, padding), nil
		}

		return glued(padding, text), nil
	})
}

// padding returns a number of characters, which repeat those of a filler.
func (a *arguments) padding(filler string, count int) (string, error) {
	size := characters(filler)
	bytes := len(filler)*(count/size) + len(filler)

	if err := a.takeItems(bytes, 2); err != nil {
		return "", err
	}

	return strings.Repeat(filler, count/size) + filler[:skipCharacters(filler, count%size)], nil
}

// join implements $join(array, separator?).
func join(a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	separator := ""

	if a.has(1) {
		var err error
		if separator, err = a.string(1); err != nil {
			return nil, err
		}
	}

	list := a.list(0)
	if err := a.takeItems(len(list), len(separator)+itemBytes); err != nil {
		return nil, err
	}

	texts := make([]string, len(list))

	for i, item := range list {
		text, ok := item.(string)
		if !ok {
			return nil, fault("T0412").about(a.values[0]).and("strings").at(a.name).argument(1)
		}

		if err := a.take(len(text)); err != nil {
			return nil, err
		}

		texts[i] = text
	}

	return strings.Join(texts, separator), a.work(len(list))
}
