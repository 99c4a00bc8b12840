package jsonata

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/blues/jsonata-go/jlib"
	"github.com/blues/jsonata-go/jtypes"
)

// toNumber implements $number(value), which also reads 0x, 0o and 0b.
func toNumber(a *arguments) (any, error) {
	switch value := a.values[0].(type) {
	case float64:
		return value, nil
	case bool:
		if value {
			return 1.0, nil
		}

		return 0.0, nil
	case string:
		if len(value) > 2 && value[0] == '0' && strings.ContainsRune("xXoObB", rune(value[1])) {
			number, err := strconv.ParseUint(value, 0, 64)
			if err != nil {
				return nil, fmt.Errorf("$number: %w", err)
			}

			return float64(number), nil
		}

		number, err := jlib.Number(jlib.StringNumberBool(reflect.ValueOf(value)))
		if err != nil {
			return nil, err
		}

		return finite(number)
	default:
		return nil, a.wrong("a number, a string or a boolean")
	}
}

// computed applies a function of one number.
func (a *arguments) computed(compute func(float64) float64) (any, error) {
	number, err := a.number(0)
	if err != nil {
		return nil, err
	}

	return finite(compute(number))
}

func absolute(a *arguments) (any, error) { return a.computed(math.Abs) }

func floor(a *arguments) (any, error) { return a.computed(math.Floor) }

func ceil(a *arguments) (any, error) { return a.computed(math.Ceil) }

func squareRoot(a *arguments) (any, error) { return a.computed(math.Sqrt) }

// maxPrecision is larger than the number of digits of any number.
const maxPrecision = 400

// round implements $round(number, precision?). A half is rounded to the even neighbor.
func round(a *arguments) (any, error) {
	precision := jtypes.OptionalInt{}

	if a.has(1) {
		digits, err := a.number(1)
		if err != nil {
			return nil, err
		}

		precision = jtypes.NewOptionalInt(int(max(-maxPrecision, min(maxPrecision, digits))))
	}

	return a.computed(func(x float64) float64 { return jlib.Round(x, precision) })
}

func power(a *arguments) (any, error) {
	exponent, err := a.number(1)
	if err != nil {
		return nil, err
	}

	return a.computed(func(x float64) float64 { return math.Pow(x, exponent) })
}

// folded combines the numbers of an array.
func (a *arguments) folded(combine func(so, next float64) float64) (any, error) {
	list := a.list(0)
	if len(list) == 0 {
		return undefined{}, nil
	}

	out := 0.0

	for i, item := range list {
		number, ok := item.(float64)
		if !ok {
			return nil, a.wrong("an array of numbers as argument 1")
		}

		if i == 0 {
			out = number
		} else {
			out = combine(out, number)
		}
	}

	return finite(out)
}

func sum(a *arguments) (any, error) {
	if len(a.list(0)) == 0 {
		return 0.0, nil
	}

	return a.folded(func(so, next float64) float64 { return so + next })
}

func largest(a *arguments) (any, error) {
	return a.folded(math.Max)
}

func smallest(a *arguments) (any, error) {
	return a.folded(math.Min)
}

func average(a *arguments) (any, error) {
	total, err := a.folded(func(so, next float64) float64 { return so + next })
	if number, ok := total.(float64); ok && err == nil {
		return number / float64(len(a.list(0))), nil
	}

	return total, err
}

// maxPicture limits the length of a picture of $formatNumber, $fromMillis and $toMillis,
// because their time and memory grow with it.
const maxPicture = 1000

// picture returns argument i, the description of a format.
func (a *arguments) picture(i int) (string, error) {
	text, err := a.text(i)
	if err != nil {
		return "", err
	}

	if len(text) > maxPicture {
		return "", a.wrong(fmt.Sprintf("a picture of at most %d bytes", maxPicture))
	}

	return text, a.e.take(maxPicture * itemBytes)
}

func formatNumber(a *arguments) (any, error) {
	number, err := a.number(0)
	if err != nil {
		return nil, err
	}

	picture, err := a.picture(1)
	if err != nil {
		return nil, err
	}

	options := jtypes.OptionalValue{}

	if a.has(2) {
		chosen, ok := a.values[2].(map[string]any)
		if !ok {
			return nil, a.wrong("an object as argument 3")
		}

		for name, value := range chosen {
			if text, ok := value.(string); !ok || len(text) > maxPicture {
				return nil, a.wrong("an object of short strings as argument 3, and not " + name)
			}
		}

		options.Set(reflect.ValueOf(chosen))
	}

	out, err := jlib.FormatNumber(number, picture, options)
	if err != nil {
		return nil, fmt.Errorf("$formatNumber: %w", err)
	}

	return out, nil
}

func formatBase(a *arguments) (any, error) {
	number, err := a.number(0)
	if err != nil {
		return nil, err
	}

	base := jtypes.OptionalFloat64{}

	if a.has(1) {
		chosen, err := a.number(1)
		if err != nil {
			return nil, err
		}

		base = jtypes.NewOptionalFloat64(chosen)
	}

	out, err := jlib.FormatBase(number, base)
	if err != nil {
		return nil, fmt.Errorf("$formatBase: %w", err)
	}

	return out, nil
}
