package jsonata

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// format writes a whole number.
func (p *integerPicture) format(number float64) (string, error) {
	sign := ""
	if number < 0 {
		sign = "-"
	}

	number = math.Abs(number)
	if math.IsInf(number, 0) || math.IsNaN(number) {
		return "", fault("D1001").about(number)
	}

	switch p.primary {
	case letterNumbering:
		if p.letters == upperCase {
			return sign + letters(number, 'A'), nil
		}

		return sign + letters(number, 'a'), nil
	case romanNumbering:
		const most = 1_000_000
		if number > most {
			return "", fmt.Errorf("$formatInteger: a Roman number is at most %d", most) //nolint:err113 // A message.
		}

		return sign + p.cased(roman(number)), nil
	case wordNumbering:
		return sign + p.cased(numberWords(number, false, p.ordinal)), nil
	case decimalNumbering:
		return sign + p.decimal(numberText(number)), nil
	default:
		return "", fault("D3130").about(p.token)
	}
}

func (p *integerPicture) cased(text string) string {
	switch p.letters {
	case upperCase:
		return strings.ToUpper(text)
	case titleCase:
		return text
	default:
		return strings.ToLower(text)
	}
}

// decimal writes the digits of a number.
func (p *integerPicture) decimal(text string) string {
	if missing := min(p.mandatory, maxPicture) - len(text); missing > 0 {
		text = strings.Repeat("0", missing) + text
	}

	digits := []rune(text)
	if p.zero != '0' {
		for i := range digits {
			digits[i] += p.zero - '0'
		}
	}

	out := string(p.grouped(digits))
	if p.ordinal {
		out += ordinalEnd(out)
	}

	return out
}

func (p *integerPicture) grouped(digits []rune) []rune {
	if p.regular > 0 {
		for at := len(digits) - p.regular; at > 0; at -= p.regular {
			digits = slices.Insert(digits, at, []rune(p.separators[0].text)...)
		}

		return digits
	}

	for _, s := range slices.Backward(p.separators) {
		// A separator before all digits stays there.
		at := max(0, len(digits)-s.position)
		digits = slices.Insert(digits, at, []rune(s.text)...)
	}

	return digits
}

func ordinalEnd(digits string) string {
	ends := map[byte]string{'1': "st", '2': "nd", '3': "rd"}

	end, ok := ends[digits[len(digits)-1]]
	if !ok || len(digits) > 1 && digits[len(digits)-2] == '1' {
		return "th"
	}

	return end
}
