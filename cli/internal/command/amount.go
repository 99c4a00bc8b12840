package command

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// amount is the value of a flag for a large number: 50000, 50k, 1.5M.
type amount float64

var errAmount = errors.New("it must be a number, such as 50000, 50k or 1.5M")

// Set parses the number.
func (a *amount) Set(text string) error {
	factor := 1.0

	for suffix, value := range map[string]float64{"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9} {
		if number, found := strings.CutSuffix(text, suffix); found {
			text, factor = number, value

			break
		}
	}

	number, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(number) || math.IsInf(number, 0) {
		return errAmount
	}

	*a = amount(number * factor)

	return nil
}

func (a *amount) String() string { return strconv.FormatFloat(float64(*a), 'f', -1, 64) }

// Type is the name of the type in help texts.
func (a *amount) Type() string { return "number" }
