package attribute

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"
)

// Limits of a Number.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-data-types-numbers
const (
	MaxNumberDigits   = 38
	MaxNumberExponent = 125  // of the first digit: 9.99…E+125
	MinNumberExponent = -130 // 1E-130
)

// Number is an exact decimal. Its fields are canonical: == is numeric equality.
//
// The value is d.ddd × 10^exponent with the digits of `digits`, which has no zero at
// either end. Zero has no digits, exponent 0 and no sign.
type Number struct {
	digits   string
	exponent int
	negative bool
}

// NumberOf returns an integer as a Number.
func NumberOf(n int64) Number {
	number, _ := ParseNumber(strconv.FormatInt(n, 10)) // An int64 has at most 19 digits.

	return number
}

// ParseNumber parses a decimal, with or without fraction and exponent ("-12.50",
// "1E-130"). The error for text that is not a number, or that is out of range, is an
// *Error.
func ParseNumber(text string) (Number, error) {
	if text == "" {
		return Number{}, refuse("The parameter cannot be converted to a numeric value")
	}

	mantissa, exponent, ok := splitExponent(text)
	if !ok {
		return Number{}, notNumeric(text)
	}

	negative := strings.HasPrefix(mantissa, "-")
	if negative || strings.HasPrefix(mantissa, "+") {
		mantissa = mantissa[1:]
	}

	whole, fraction, _ := strings.Cut(mantissa, ".")
	digits := whole + fraction

	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return Number{}, notNumeric(text)
	}

	return normalize(negative, digits, exponent+len(whole)-1)
}

func notNumeric(text string) error {
	return refuse("The parameter cannot be converted to a numeric value: %s", text)
}

// splitExponent splits "1.5E-3" into "1.5" and -3.
func splitExponent(text string) (mantissa string, exponent int, ok bool) {
	at := strings.IndexAny(text, "eE")
	if at < 0 {
		return text, 0, true
	}

	// An exponent with more digits is out of range in any case. Atoi's own limit prevents
	// an overflow of the sums below.
	exponent, err := strconv.Atoi(text[at+1:])
	if err != nil || exponent > 1<<30 || exponent < -1<<30 {
		return "", 0, false
	}

	return text[:at], exponent, true
}

// normalize returns the canonical Number for d.ddd × 10^exponent.
func normalize(negative bool, digits string, exponent int) (Number, error) {
	significant := strings.TrimLeft(digits, "0")
	exponent -= len(digits) - len(significant)
	significant = strings.TrimRight(significant, "0")

	switch {
	case significant == "":
		return Number{}, nil
	case exponent > MaxNumberExponent:
		return Number{}, refuse("Number overflow. Attempting to store a number with magnitude larger than supported range")
	case exponent < MinNumberExponent:
		return Number{}, refuse("Number underflow. Attempting to store a number with magnitude smaller than supported range")
	case len(significant) > MaxNumberDigits:
		return Number{}, refuse("Attempting to store more than %d significant digits in a Number", MaxNumberDigits)
	}

	return Number{digits: significant, exponent: exponent, negative: negative}, nil
}

// String formats the number without an exponent, as in DynamoDB's answers.
func (n Number) String() string {
	if n.digits == "" {
		return "0"
	}

	sign := ""
	if n.negative {
		sign = "-"
	}

	whole := n.exponent + 1 // digits before the point

	switch {
	case whole <= 0:
		return sign + "0." + strings.Repeat("0", -whole) + n.digits
	case whole >= len(n.digits):
		return sign + n.digits + strings.Repeat("0", whole-len(n.digits))
	default:
		return sign + n.digits[:whole] + "." + n.digits[whole:]
	}
}

// Compare returns -1, 0 or 1 if n is less than, equal to or greater than other.
func (n Number) Compare(other Number) int {
	if bySign := cmp.Compare(n.sign(), other.sign()); bySign != 0 || n.sign() == 0 {
		return bySign
	}

	// Neither string ends in a zero, so comparing them as text compares the fractions.
	magnitude := cmp.Or(cmp.Compare(n.exponent, other.exponent), cmp.Compare(n.digits, other.digits))

	return magnitude * n.sign()
}

func (n Number) sign() int {
	switch {
	case n.digits == "":
		return 0
	case n.negative:
		return -1
	default:
		return 1
	}
}

// Add is the exact sum, or an *Error where it leaves DynamoDB's range.
func (n Number) Add(other Number) (Number, error) {
	scale := min(n.scale(), other.scale())
	sum := new(big.Int).Add(n.coefficient(scale), other.coefficient(scale))
	digits := new(big.Int).Abs(sum).String()

	total, err := normalize(sum.Sign() < 0, digits, scale+len(digits)-1)
	if err != nil && len(digits) > MaxNumberDigits {
		// DynamoDB calls a sum of too many digits an overflow too.
		return Number{}, refuse("Number overflow. Attempting to store a number with magnitude larger than supported range")
	}

	return total, err
}

// Subtract is the exact difference, or an *Error where it leaves DynamoDB's range.
func (n Number) Subtract(other Number) (Number, error) {
	if other.digits != "" {
		other.negative = !other.negative
	}

	return n.Add(other)
}

// Int64 is the number's whole part; ok is false where that does not fit.
func (n Number) Int64() (whole int64, ok bool) {
	text, _, _ := strings.Cut(n.String(), ".")

	whole, err := strconv.ParseInt(text, 10, 64)

	return whole, err == nil
}

// scale is the power of ten of the last digit.
func (n Number) scale() int { return n.exponent - len(n.digits) + 1 }

// coefficient is the integer c with n = c × 10^scale.
func (n Number) coefficient(scale int) *big.Int {
	if n.digits == "" {
		return new(big.Int)
	}

	c, _ := new(big.Int).SetString(n.digits+strings.Repeat("0", n.scale()-scale), 10) // Digits only.
	if n.negative {
		c.Neg(c)
	}

	return c
}
