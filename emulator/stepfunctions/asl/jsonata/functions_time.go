package jsonata

import (
	"fmt"
	"math"
	"strings"

	"github.com/blues/jsonata-go/jlib"
	"github.com/blues/jsonata-go/jtypes"
)

// now implements $now(picture?, timezone?), by the machine's clock.
func now(a *arguments) (any, error) { return a.formatTime(a.e.scope.Now.UnixMilli(), 0) }

// millis implements $millis().
func millis(a *arguments) (any, error) { return float64(a.e.scope.Now.UnixMilli()), nil }

// maxMillis is the largest time of JavaScript's dates.
// https://tc39.es/ecma262/#sec-time-values-and-time-range
const maxMillis = 8.64e15

// fromMillis implements $fromMillis(number, picture?, timezone?).
func fromMillis(a *arguments) (any, error) {
	number, err := a.number(0)
	if err != nil {
		return nil, err
	}

	if math.Abs(number) > maxMillis {
		return nil, a.wrong(fmt.Sprintf("a number of milliseconds within %g", maxMillis))
	}

	return a.formatTime(int64(number), 1)
}

// formatTime formats a time. Argument i is the picture, and the next argument is the time
// zone.
func (a *arguments) formatTime(at int64, i int) (any, error) {
	var picture, zone jtypes.OptionalString

	if a.has(i) {
		text, err := a.datePicture(i)
		if err != nil {
			return nil, err
		}

		picture = jtypes.NewOptionalString(text)
	}

	if a.has(i + 1) {
		text, err := a.picture(i + 1)
		if err != nil {
			return nil, err
		}

		zone = jtypes.NewOptionalString(text)
	}

	out, err := jlib.FromMillis(at, picture, zone)
	if err != nil {
		return nil, fmt.Errorf("$%s: %w", a.name, err)
	}

	return out, nil
}

// datePicture returns a date picture. It rejects pictures that pad a component to more than
// 999 characters.
func (a *arguments) datePicture(i int) (string, error) {
	text, err := a.picture(i)
	if err != nil {
		return "", err
	}

	const maxDigits = 3

	for _, component := range strings.Split(text, "[")[1:] {
		component, _, _ = strings.Cut(component, "]")

		_, width, _ := strings.Cut(component, ",")
		for _, number := range strings.FieldsFunc(width, func(c rune) bool { return c < '0' || c > '9' }) {
			if len(number) > maxDigits {
				return "", a.wrong("a picture whose components are not wider than 999 characters")
			}
		}
	}

	return text, nil
}

// toMillis implements $toMillis(text, picture?).
func toMillis(a *arguments) (any, error) {
	text, err := a.picture(0)
	if err != nil {
		return nil, err
	}

	picture := jtypes.OptionalString{}

	if a.has(1) {
		chosen, err := a.datePicture(1)
		if err != nil {
			return nil, err
		}

		picture = jtypes.NewOptionalString(chosen)
	}

	out, err := jlib.ToMillis(text, picture, jtypes.OptionalString{})
	if err != nil {
		return nil, fmt.Errorf("$toMillis: %w", err)
	}

	return float64(out), nil
}
