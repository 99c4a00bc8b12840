package jsonata

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// formatNumber implements $formatNumber(number, picture, options?).
// https://docs.jsonata.org/numeric-functions#formatnumber
func formatNumber(a *arguments) (any, error) {
	return a.calculated(func(number float64) (any, error) {
		text, err := a.picture(1)
		if err != nil {
			return nil, err
		}

		symbols, err := symbolsOf(a.values[2])
		if err != nil {
			return nil, err
		}

		pictures := strings.Split(text, symbols.pattern)
		if len(pictures) > 2 { //nolint:mnd // Positive and negative.
			return nil, fault("D3080")
		}

		parts := make([]*subPicture, len(pictures))
		for i, picture := range pictures {
			parts[i] = newSubPicture(symbols, picture)
			if err := parts[i].check(); err != nil {
				return nil, err
			}

			parts[i].analyze()
		}

		picture := parts[0]
		if number < 0 {
			picture = parts[len(parts)-1]
			if len(parts) == 1 {
				picture.prefix = symbols.minus + picture.prefix
			}
		}

		return picture.format(number), nil
	})
}

// format writes a number.
// https://www.w3.org/TR/xpath-functions-31/#formatting-the-number
func (p *subPicture) format(number float64) string {
	switch {
	case strings.Contains(p.text, p.percent):
		number *= 100
	case strings.Contains(p.text, p.perMille):
		number *= 1000
	}

	exponent := 0
	if p.minExponent > 0 {
		number, exponent = p.scaled(number)
	}

	text := strconv.FormatFloat(math.Abs(roundTo(number, float64(p.maxFraction))), 'f', p.maxFraction, 64)
	integer, fraction, _ := strings.Cut(text, ".")
	integer, fraction = strings.TrimLeft(integer, "0"), strings.TrimRight(fraction, "0")

	integer = strings.Repeat("0", max(0, p.minInteger-len(integer))) + integer
	fraction += strings.Repeat("0", max(0, p.minFraction-len(fraction)))

	out := p.groupInteger(integer)
	if fraction != "" && strings.Contains(p.text, p.decimal) {
		out += p.decimal + p.groupFraction(fraction)
	}

	if p.minExponent > 0 {
		digits := strconv.Itoa(max(exponent, -exponent))
		out += p.exponent

		if exponent < 0 {
			out += p.minus
		}

		out += p.translated(strings.Repeat("0", max(0, p.minExponent-len(digits))) + digits)
	}

	return p.prefix + out + p.suffix
}

// scaled returns the mantissa and the exponent of a number.
func (p *subPicture) scaled(number float64) (float64, int) {
	most, least := math.Pow(10, float64(p.scaling)), math.Pow(10, float64(p.scaling-1))
	exponent := 0

	const steps = 700 // The range of numbers.

	size := math.Abs(number)
	if size == 0 {
		return 0, 0
	}

	for ; size < least && exponent > -steps; exponent-- {
		size *= 10
	}

	for ; size > most && exponent < steps; exponent++ {
		size /= 10
	}

	return size, exponent
}

// groupInteger inserts the separators of the integer part.
func (p *subPicture) groupInteger(digits string) string {
	out := []rune(p.translated(digits))
	grouping := []rune(p.grouping)

	if p.regular > 0 {
		for at := len(out) - p.regular; at > 0; at -= p.regular {
			out = slices.Insert(out, at, grouping...)
		}

		return string(out)
	}

	size := len(out)

	for i, group := range p.integerGroups {
		at := size + i - group
		// The reference implementation counts from the end of the number, which has a
		// decimal separator, if the number has too few digits.
		if at < 0 {
			at = max(0, len(out)+1+at)
		}

		out = slices.Insert(out, min(at, len(out)), grouping...)
	}

	return string(out)
}

// groupFraction inserts the separators of the fractional part. As in the reference
// implementation, a separator counts as a character for the next one.
func (p *subPicture) groupFraction(digits string) string {
	out := []rune(p.translated(digits))

	for _, group := range p.fractionGroups {
		out = slices.Insert(out, min(group, len(out)), []rune(p.grouping)...)
	}

	return string(out)
}

// translated writes digits with the picture's zero.
func (p *subPicture) translated(digits string) string {
	if p.zero == "0" {
		return digits
	}

	zero, _ := utf8.DecodeRuneInString(p.zero)

	return strings.Map(func(r rune) rune { return zero + r - '0' }, digits)
}
