package jsonata

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// numbering is the way in which a picture writes a whole number.
type numbering int

const (
	decimalNumbering numbering = iota
	letterNumbering
	romanNumbering
	wordNumbering
	otherNumbering // A sequence that is not supported.
)

// letterCase is the case of letters.
type letterCase int

const (
	lowerCase letterCase = iota
	upperCase
	titleCase
)

// integerPicture is a parsed picture of a whole number.
// https://www.w3.org/TR/xpath-functions-31/#formatting-integers
type integerPicture struct {
	primary    numbering
	letters    letterCase
	ordinal    bool
	zero       rune // The zero of the digits.
	mandatory  int
	optional   int
	regular    int // The distance of the separators, if they are all equal and equally spaced.
	separators []separator
	token      string
}

// separator is a grouping separator, with the number of digits after it.
type separator struct {
	position int
	text     string
}

// maxPicture limits a picture, and the width of a number.
const maxPicture = 1000

// picture returns an argument that is a picture.
func (a *arguments) picture(i int) (string, error) {
	text, err := a.string(i)
	if err == nil && len(text) > maxPicture {
		err = a.expects(fmt.Sprintf("a picture of at most %d bytes", maxPicture))
	}

	return text, err
}

// formatInteger implements $formatInteger(number, picture).
// https://docs.jsonata.org/numeric-functions#formatinteger
func formatInteger(a *arguments) (any, error) {
	return a.calculated(func(number float64) (any, error) {
		text, err := a.picture(1)
		if err != nil {
			return nil, err
		}

		picture, err := parseIntegerPicture(text)
		if err != nil {
			return nil, err
		}

		return picture.format(math.Floor(number))
	})
}

// digitZeros are the zeros of the decimal digits of Unicode's basic plane.
var digitZeros = []rune{
	'0', 0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x1090,
	0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
}

// zeroOf returns the zero of the digits that r belongs to, or 0.
func zeroOf(r rune) rune {
	for _, zero := range digitZeros {
		if r >= zero && r <= zero+9 {
			return zero
		}
	}

	return 0
}

func parseIntegerPicture(text string) (*integerPicture, error) {
	out := &integerPicture{zero: '0'}
	primary := text

	if i := strings.LastIndexByte(text, ';'); i >= 0 {
		primary = text[:i]
		out.ordinal = strings.HasPrefix(text[i+1:], "o")
	}

	switch primary {
	case "A", "a":
		out.primary = letterNumbering
	case "I", "i":
		out.primary = romanNumbering
	case "W", "Ww", "w":
		out.primary = wordNumbering
	default:
		return out, out.digits(primary)
	}

	switch primary {
	case "A", "I", "W":
		out.letters = upperCase
	case "Ww":
		out.letters = titleCase
	}

	return out, nil
}

// digits reads a pattern of digits and separators, from its end.
func (p *integerPicture) digits(text string) error {
	p.zero = 0
	position := 0

	for len(text) > 0 {
		r, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]

		switch zero := zeroOf(r); {
		case zero != 0:
			if p.zero != 0 && p.zero != zero {
				return fault("D3131")
			}

			p.zero = zero
			p.mandatory++
			position++
		case r == '#':
			p.optional++
			position++
		default:
			p.separators = append(p.separators, separator{position: position, text: string(r)})
		}

		p.token = string(r) + p.token
	}

	if p.mandatory == 0 {
		p.primary = otherNumbering

		return nil
	}

	positions := make([]int, len(p.separators))
	for i, s := range p.separators {
		positions[i] = s.position

		if s.text != p.separators[0].text {
			return nil
		}
	}

	p.regular = spacing(positions)

	return nil
}

// spacing returns the distance of positions if they are equally spaced, and 0 otherwise.
func spacing(positions []int) int {
	factor := 0

	for _, position := range positions {
		for a, b := position, factor; ; a, b = b, a%b {
			if b == 0 {
				factor = a

				break
			}
		}
	}

	for i := range positions {
		if !slices.Contains(positions, (i+1)*factor) {
			return 0
		}
	}

	return factor
}

// bigText returns a whole number that is not exact in 64 bits in a radix.
func bigText(number float64, radix int) string {
	whole, _ := new(big.Float).SetFloat64(number).Int(nil)

	return whole.Text(radix)
}

// parseInteger implements $parseInteger(text, picture).
func parseInteger(a *arguments) (any, error) {
	return a.changed(0, func(text string) (any, error) {
		pattern, err := a.picture(1)
		if err != nil {
			return nil, err
		}

		picture, err := parseIntegerPicture(pattern)
		if err != nil {
			return nil, err
		}

		return picture.parse(text)
	})
}

// parse reads a whole number.
func (p *integerPicture) parse(text string) (float64, error) {
	switch p.primary {
	case letterNumbering:
		if p.letters == upperCase {
			return lettersNumber(text, 'A'), nil
		}

		return lettersNumber(text, 'a'), nil
	case romanNumbering:
		if p.letters == upperCase {
			return romanNumber(text), nil
		}

		return romanNumber(strings.ToUpper(text)), nil
	case wordNumbering:
		return wordsNumber(strings.ToLower(text)), nil
	case decimalNumbering:
		return p.parseDecimal(text), nil
	default:
		return 0, fault("D3130").about(p.token)
	}
}

func (p *integerPicture) parseDecimal(text string) float64 {
	const end = 2
	if p.ordinal && len(text) >= end {
		text = text[:len(text)-end]
	}

	if p.regular > 0 {
		text = strings.ReplaceAll(text, ",", "") // As in the reference implementation, whatever the separator is.
	} else {
		for _, s := range p.separators {
			text = strings.ReplaceAll(text, s.text, "")
		}
	}

	digits := strings.Map(func(r rune) rune {
		if p.zero != '0' {
			return r - p.zero + '0'
		}

		return r
	}, text)

	return leadingInteger(digits)
}

// leadingInteger returns the whole number at the start of a text, as JavaScript's parseInt
// does.
func leadingInteger(text string) float64 {
	text = strings.TrimLeft(text, " \t\n\r\v\f")
	size := len(text) - len(strings.TrimLeft(strings.TrimLeft(text, "+-"), "0123456789"))

	number, err := strconv.ParseFloat(text[:size], 64)
	if err != nil && !math.IsInf(number, 0) {
		return math.NaN()
	}

	return number
}
