package jsonata

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// $formatInteger and $parseInteger support the pictures that JSONata documents: "w"
// (words), "I" (Roman numerals) and "A" (letters), each in either case, and decimal digits
// with grouping. ";o" turns words and decimals into ordinals.
// https://docs.jsonata.org/numeric-functions#formatinteger

func formatInteger(a *arguments) (any, error) {
	number, err := a.number(0)
	if err != nil {
		return nil, err
	}

	picture, err := a.picture(1)
	if err != nil {
		return nil, err
	}

	number = math.Floor(number)
	primary, modifier, _ := strings.Cut(picture, ";")
	ordinal := strings.HasPrefix(modifier, "o")

	magnitude := math.Abs(number)
	if magnitude >= maxInteger {
		return nil, a.wrong("a number below 1e15")
	}

	out, ok := formatMagnitude(int64(magnitude), primary, ordinal)
	if !ok {
		return nil, a.wrong(fmt.Sprintf("a picture of letters, Roman numerals, words or digits, not %q", picture))
	}

	if number < 0 {
		out = "-" + out
	}

	return out, nil
}

// maxInteger is the largest number that is spelled out. Larger float64 numbers are not
// exact enough.
const maxInteger = 1e15

func formatMagnitude(number int64, picture string, ordinal bool) (string, bool) {
	switch picture {
	case "w":
		return words(number, ordinal), true
	case "W":
		return strings.ToUpper(words(number, ordinal)), true
	case "Ww":
		return titled(words(number, ordinal)), true
	case "I":
		return strings.ToUpper(roman(number)), true
	case "i":
		return roman(number), true
	case "A":
		return strings.ToUpper(letters(number)), true
	case "a":
		return letters(number), true
	default:
		out, ok := decimal(number, picture)
		if ok && ordinal {
			out += ordinalSuffix(number)
		}

		return out, ok
	}
}

// titled capitalizes every word except "and".
func titled(text string) string {
	out := []byte(text)

	for i, c := range out {
		begins := i == 0 || out[i-1] == ' ' || out[i-1] == '-'
		if begins && c >= 'a' && c <= 'z' && !strings.HasPrefix(text[i:], "and ") {
			out[i] = c - 'a' + 'A'
		}
	}

	return string(out)
}

type numeral struct {
	value int64
	text  string
}

// romans returns the Roman numerals in standard form, the largest first.
func romans() []numeral {
	return []numeral{
		{1000, "m"}, {900, "cm"}, {500, "d"}, {400, "cd"}, {100, "c"}, {90, "xc"},
		{50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"},
	}
}

func roman(number int64) string {
	var out strings.Builder

	for _, n := range romans() {
		for number >= n.value {
			out.WriteString(n.text)
			number -= n.value
		}
	}

	return out.String()
}

// alphabet is the number of letters.
const alphabet = 26

// letters returns a letter count: a, b, … z, aa, ab, ….
func letters(number int64) string {
	var out []byte
	for ; number > 0; number = (number - 1) / alphabet {
		out = append(out, byte('a'+(number-1)%alphabet))
	}

	slices.Reverse(out)

	return string(out)
}

// decimal formats a number by a picture such as "000" or "#,##0".
func decimal(number int64, picture string) (string, bool) {
	least, group, ok := decimalPicture(picture)
	if !ok {
		return "", false
	}

	digits := strconv.FormatInt(number, 10)
	if missing := least - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}

	if group == 0 {
		return digits, true
	}

	for i := len(digits) - group; i > 0; i -= group {
		digits = digits[:i] + "," + digits[i:]
	}

	return digits, true
}

// decimalPicture returns the minimum number of digits, and the number of digits between two
// commas.
func decimalPicture(picture string) (int, int, bool) {
	least, group, last := 0, 0, -1

	for i, c := range picture {
		switch {
		case c >= '0' && c <= '9':
			least++
		case c == '#' && least == 0:
		case c == ',' && i > 0:
			last = i
		default:
			return 0, 0, false
		}
	}

	if last >= 0 {
		group = len(picture) - last - 1
	}

	return least, group, least > 0
}

func ordinalSuffix(number int64) string {
	const ten, hundred, eleven, thirteen = 10, 100, 11, 13

	if teens := number % hundred; teens >= eleven && teens <= thirteen {
		return "th"
	}

	switch number % ten {
	case 1:
		return "st"
	case 2:
		return "nd"
	case 3:
		return "rd"
	default:
		return "th"
	}
}
