package asl

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/blues/jsonata-go/jlib"
	"github.com/blues/jsonata-go/jtypes"
)

// significantDigits is JavaScript's toPrecision(15), which $string applies.
const significantDigits = 15

// rounded rounds every number to significantDigits.
func rounded(value any) any {
	switch value := value.(type) {
	case float64:
		if value == math.Trunc(value) {
			return value
		}

		short, err := strconv.ParseFloat(strconv.FormatFloat(value, 'g', significantDigits, 64), 64)
		if err != nil {
			return value
		}

		return short
	case []any:
		out := make([]any, len(value))
		for i, item := range value {
			out[i] = rounded(item)
		}

		return out
	case map[string]any:
		out := make(map[string]any, len(value))
		for key, item := range value {
			out[key] = rounded(item)
		}

		return out
	default:
		return value
	}
}

// toText is $string(value, prettify?).
func toText(_ *run, a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	if text, ok := a.values[0].(string); ok {
		return text, nil
	}

	return marshalPlain(a.values[0], a.has(1) && a.values[1] == true)
}

// toNumber is $number(value), which reads 0x, 0o and 0b too.
func toNumber(_ *run, a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	if text, ok := a.values[0].(string); ok && len(text) > 2 && text[0] == '0' && strings.ContainsRune("xXoObB", rune(text[1])) {
		number, err := strconv.ParseUint(text, 0, 64)
		if err != nil {
			return nil, fmt.Errorf("$number: %w", err)
		}

		return float64(number), nil
	}

	switch value := a.values[0].(type) {
	case float64:
		return value, nil
	case bool:
		if value {
			return 1.0, nil
		}

		return 0.0, nil
	case string:
		return jlib.Number(jlib.StringNumberBool(reflect.ValueOf(value))) //nolint:wrapcheck // Names the value.
	default:
		return nil, a.wrong("a number, a string or a boolean")
	}
}

// errAssert and errThrown are what $assert and $error raise without words.
var (
	errAssert = errors.New("$assert() statement failed")
	errThrown = errors.New("$error() function evaluated")
)

// assert is $assert(condition, message?).
func assert(_ *run, a *arguments) (any, error) {
	holds, ok := false, false
	if a.has(0) {
		holds, ok = a.values[0].(bool)
	}

	switch {
	case !ok:
		return nil, a.wrong("a boolean as argument 1")
	case holds:
		return undefined{}, nil
	case a.has(1):
		return nil, raised(a.values[1])
	default:
		return nil, errAssert
	}
}

// throw is $error(message?).
func throw(_ *run, a *arguments) (any, error) {
	if a.has(0) {
		return nil, raised(a.values[0])
	}

	return nil, errThrown
}

// raisedError is a message of the definition's author.
type raisedError struct{ message string }

func (e *raisedError) Error() string { return e.message }

func raised(message any) error { return &raisedError{message: fmt.Sprint(message)} }

// clone is $clone(value): values are never shared here.
func clone(_ *run, a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	return a.values[0], nil
}

// not is $not(value), undefined for undefined.
func not(_ *run, a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	return !jlib.Boolean(reflect.ValueOf(toQuery(a.values[0]))), nil
}

// now is $now(picture?, timezone?), by the machine's clock.
func now(r *run, a *arguments) (any, error) {
	var picture, zone jtypes.OptionalString

	for i, option := range []*jtypes.OptionalString{&picture, &zone} {
		if a.has(i) {
			text, err := a.text(i)
			if err != nil {
				return nil, err
			}

			*option = jtypes.NewOptionalString(text)
		}
	}

	return jlib.FromMillis(r.now.UnixMilli(), picture, zone) //nolint:wrapcheck // Names the picture.
}

// millis is $millis().
func millis(r *run, _ *arguments) (any, error) { return float64(r.now.UnixMilli()), nil }

// What JavaScript's encodeURIComponent and encodeURI leave as it is, besides
// letters and digits.
const (
	componentSafe = "-_.!~*'()"
	uriSafe       = componentSafe + ";/?:@&=+$,#"
)

func encodeURLComponent(_ *run, a *arguments) (any, error) { return percentEncode(a, componentSafe) }

func encodeURL(_ *run, a *arguments) (any, error) { return percentEncode(a, uriSafe) }

func percentEncode(a *arguments, safe string) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	var out strings.Builder

	for i := range len(text) {
		c := text[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(safe, c) >= 0 {
			out.WriteByte(c)
		} else {
			out.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{c})))
		}
	}

	return out.String(), nil
}

// maxPad bounds $pad: without it one call could ask for more memory than there is.
const maxPad = 10_000_000

// pad is $pad(text, width, char?).
func pad(_ *run, a *arguments) (any, error) {
	if !a.has(0) {
		return undefined{}, nil
	}

	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	width, err := a.number(1)
	if err != nil {
		return nil, err
	}

	if math.Abs(width) > maxPad {
		return nil, a.wrong(fmt.Sprintf("a width of at most %d", maxPad))
	}

	with := jtypes.OptionalString{}

	if len(a.values) > 2 {
		char, err := a.text(2)
		if err != nil {
			return nil, err
		}

		with = jtypes.NewOptionalString(char)
	}

	return jlib.Pad(text, int(width), with), nil
}
