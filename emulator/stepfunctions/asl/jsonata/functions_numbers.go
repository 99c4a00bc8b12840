package jsonata

import (
	"math"
	"regexp"
	"strconv"
	"strings"
)

// calculated returns the result of calculate for the first argument, or undefined.
func (a *arguments) calculated(calculate func(number float64) (any, error)) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	number, err := a.number(0)
	if err != nil {
		return nil, err
	}

	return calculate(number)
}

func floor(a *arguments) (any, error) {
	return a.calculated(func(number float64) (any, error) { return math.Floor(number), nil })
}

func ceil(a *arguments) (any, error) {
	return a.calculated(func(number float64) (any, error) { return math.Ceil(number), nil })
}

func absolute(a *arguments) (any, error) {
	return a.calculated(func(number float64) (any, error) { return math.Abs(number), nil })
}

func squareRoot(a *arguments) (any, error) {
	return a.calculated(func(number float64) (any, error) {
		if number < 0 {
			return nil, fault("D3060").about(number)
		}

		return math.Sqrt(number), nil
	})
}

// raise implements $power(base, exponent).
func raise(a *arguments) (any, error) {
	return a.calculated(func(number float64) (any, error) {
		exponent := math.NaN()

		if a.has(1) {
			var err error
			if exponent, err = a.number(1); err != nil {
				return nil, err
			}
		}

		result := math.Pow(number, exponent)
		if math.IsInf(result, 0) || math.IsNaN(result) {
			return nil, fault("D3061").about(number).and(exponent)
		}

		return result, nil
	})
}

// round implements $round(number, precision?). A half becomes the even number.
func round(a *arguments) (any, error) {
	return a.calculated(func(number float64) (any, error) {
		precision := 0.0

		if a.has(1) {
			var err error
			if precision, err = a.number(1); err != nil {
				return nil, err
			}
		}

		return roundTo(number, precision), nil
	})
}

// roundTo rounds a number to a number of decimal places.
func roundTo(number, places float64) float64 {
	if math.IsNaN(number) || math.IsInf(number, 0) {
		return number
	}

	if places != math.Trunc(places) || math.Abs(places) > 1e6 {
		return math.NaN()
	}

	out := shifted(math.RoundToEven(shifted(number, int(places))), -int(places))
	if out == 0 {
		return 0 // Not the negative zero.
	}

	return out
}

// shifted moves the decimal point of a number's text, which is more exact than a product.
func shifted(number float64, places int) float64 {
	if places == 0 {
		return number
	}

	mantissa, exponent, _ := strings.Cut(numberText(number), "e")
	from, _ := strconv.Atoi(exponent) // "" is 0.

	out, _ := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(from+places), 64) // Out of range is infinite.

	return out
}

// Texts that $number accepts.
// https://docs.jsonata.org/numeric-functions#number
var (
	decimalText = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$`)
	radixText   = regexp.MustCompile(`^0([xX][0-9A-Fa-f]+|[oO][0-7]+|[bB][01]+)$`)
)

// toNumber implements $number(value).
func toNumber(a *arguments) (any, error) {
	switch value := a.values[0].(type) {
	case undefined, float64:
		return value, nil
	case bool:
		if value {
			return 1.0, nil
		}

		return 0.0, nil
	case string:
		if number, ok := parseNumber(value); ok {
			return number, nil
		}
	}

	return nil, fault("D3030").about(a.values[0])
}

func parseNumber(text string) (float64, bool) {
	switch {
	case decimalText.MatchString(text):
		number, err := strconv.ParseFloat(text, 64)

		return number, err == nil || number == 0
	case radixText.MatchString(text):
		number, err := strconv.ParseUint(text, 0, 64)
		if err == nil {
			return float64(number), true
		}

		return parseLarge(text)
	default:
		return 0, false
	}
}

// parseLarge reads a whole number of more than 64 bits in another radix.
func parseLarge(text string) (float64, bool) {
	radix := map[byte]float64{'x': 16, 'o': 8, 'b': 2}[text[1]|' ']
	number := 0.0

	for _, digit := range text[2:] {
		value, err := strconv.ParseUint(string(digit), 16, 8)
		if err != nil {
			return 0, false
		}

		number = number*radix + float64(value)
	}

	return number, true
}

// formatBase implements $formatBase(number, radix?).
func formatBase(a *arguments) (any, error) {
	return a.calculated(func(number float64) (any, error) {
		radix := 10.0

		if a.has(1) {
			given, err := a.number(1)
			if err != nil {
				return nil, err
			}

			radix = roundTo(given, 0)
		}

		if radix < 2 || radix > 36 {
			return nil, fault("D3100").about(radix)
		}

		number = roundTo(number, 0)
		if math.Abs(number) >= 1<<53 {
			if radix == 10 {
				return numberText(number), nil
			}

			return bigText(number, int(radix)), nil
		}

		return strconv.FormatInt(int64(number), int(radix)), nil
	})
}

// aggregate returns the result of a function of all numbers, or undefined.
func (a *arguments) aggregate(calculate func(numbers []float64) float64, empty any) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	list := a.list(0)
	if len(list) == 0 {
		return empty, nil
	}

	const numberBytes = 8
	if err := a.takeItems(len(list), numberBytes); err != nil {
		return nil, err
	}

	if err := a.work(len(list)); err != nil {
		return nil, err
	}

	numbers := make([]float64, len(list))

	for i, item := range list {
		number, ok := item.(float64)
		if !ok {
			return nil, fault("T0412").about(a.values[0]).and("numbers").at(a.name).argument(1)
		}

		numbers[i] = number
	}

	return calculate(numbers), nil
}

func total(numbers []float64) float64 {
	out := 0.0
	for _, number := range numbers {
		out += number
	}

	return out
}

func sum(a *arguments) (any, error) { return a.aggregate(total, 0.0) }

func average(a *arguments) (any, error) {
	return a.aggregate(func(numbers []float64) float64 { return total(numbers) / float64(len(numbers)) }, undefined{})
}

func largest(a *arguments) (any, error) {
	return a.aggregate(func(numbers []float64) float64 {
		out := math.Inf(-1)
		for _, number := range numbers {
			out = math.Max(out, number)
		}

		return out
	}, undefined{})
}

func smallest(a *arguments) (any, error) {
	return a.aggregate(func(numbers []float64) float64 {
		out := math.Inf(1)
		for _, number := range numbers {
			out = math.Min(out, number)
		}

		return out
	}, undefined{})
}
