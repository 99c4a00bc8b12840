package jsonata

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/blues/jsonata-go/jlib"
	"github.com/blues/jsonata-go/jtypes"
)

// toText implements $string(value, prettify?).
func toText(a *arguments) (any, error) {
	return a.e.textOf(a.values[0], a.has(1) && a.values[1] == true)
}

// changed deducts a text of at most the given number of bytes from the budget before change
// builds it.
func (a *arguments) changed(bytes int, change func(text string) any) (any, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	if err := a.e.take(bytes + itemBytes); err != nil {
		return nil, err
	}

	return change(text), nil
}

// size returns the length of the first argument, a text, in bytes.
func (a *arguments) size() int {
	text, _ := a.raw(0).(string)

	return len(text)
}

func textLength(a *arguments) (any, error) {
	return a.changed(0, func(text string) any { return float64(utf8.RuneCountInString(text)) })
}

// caseGrowth is the maximum growth of a letter when its case changes. Apart from ı and ſ, a
// letter of two bytes has at most three bytes in the other case.
const caseGrowth = 3

func uppercase(a *arguments) (any, error) {
	return a.changed(a.size()*caseGrowth, func(text string) any { return strings.ToUpper(text) })
}

func lowercase(a *arguments) (any, error) {
	return a.changed(a.size()*caseGrowth, func(text string) any { return strings.ToLower(text) })
}

// trim implements $trim(text). It also replaces inner white space by one space.
func trim(a *arguments) (any, error) {
	const copies = 16 // The fields, and the joined text.

	return a.changed(a.size()*copies, func(text string) any { return jlib.Trim(text) })
}

// substring implements $substring(text, start, length?), in characters.
func substring(a *arguments) (any, error) {
	start, err := a.number(1)
	if err != nil {
		return nil, err
	}

	length := math.Inf(1)

	if a.has(2) {
		if length, err = a.number(2); err != nil {
			return nil, err
		}
	}

	const runeBytes = 4

	return a.changed(a.size()*runeBytes, func(text string) any { return cut(text, start, length) })
}

func cut(text string, start, length float64) string {
	runes := []rune(text)
	size := float64(len(runes))

	if start = math.Trunc(start); start < 0 {
		start = max(0, start+size)
	}

	end := min(size, start+math.Trunc(length))
	if start >= end {
		return ""
	}

	return string(runes[int(start):int(end)])
}

func substringBefore(a *arguments) (any, error) {
	return a.cutAt(func(text string, at, _ int) string { return text[:at] })
}

func substringAfter(a *arguments) (any, error) {
	return a.cutAt(func(text string, at, length int) string { return text[at+length:] })
}

// cutAt returns a part of the first argument. If the first argument does not contain the
// second, the part is the whole text.
func (a *arguments) cutAt(part func(text string, at, length int) string) (any, error) {
	separator, err := a.text(1)
	if err != nil {
		return nil, err
	}

	return a.changed(0, func(text string) any {
		at := strings.Index(text, separator)
		if at < 0 {
			return text
		}

		return part(text, at, len(separator))
	})
}

// maxPad limits the width of $pad.
const maxPad = 10_000_000

// pad implements $pad(text, width, char?).
func pad(a *arguments) (any, error) {
	width, err := a.number(1)
	if err != nil {
		return nil, err
	}

	if math.Abs(width) > maxPad {
		return nil, a.wrong(fmt.Sprintf("a width of at most %d", maxPad))
	}

	with := jtypes.OptionalString{}
	filler := 1

	if len(a.values) > 2 {
		char, err := a.text(2)
		if err != nil {
			return nil, err
		}

		with = jtypes.NewOptionalString(char)
		filler = max(filler, len(char))
	}

	// The filler is repeated once for each missing character and then cut.
	const copies = 4

	missing := int(math.Abs(width))
	if err := a.e.takeItems(missing, filler*copies); err != nil {
		return nil, err
	}

	return a.changed(a.size()+missing*filler, func(text string) any { return jlib.Pad(text, int(width), with) })
}

// join implements $join(array, separator?).
func join(a *arguments) (any, error) {
	separator := ""

	if a.has(1) {
		var err error
		if separator, err = a.text(1); err != nil {
			return nil, err
		}
	}

	list := a.list(0)
	if err := a.e.takeItems(len(list), len(separator)+plainItemBytes); err != nil {
		return nil, err
	}

	texts := make([]string, len(list))

	for i, item := range list {
		text, ok := item.(string)
		if !ok {
			return nil, a.wrong("an array of strings as argument 1")
		}

		if err := a.e.take(len(text)); err != nil {
			return nil, err
		}

		texts[i] = text
	}

	return strings.Join(texts, separator), nil
}

func base64Encode(a *arguments) (any, error) {
	return a.changed(2*a.size(), func(text string) any { return base64.StdEncoding.EncodeToString([]byte(text)) })
}

func base64Decode(a *arguments) (any, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	if err := a.e.take(2 * len(text)); err != nil {
		return nil, err
	}

	out, err := jlib.Base64Decode(text)
	if err != nil {
		return nil, fmt.Errorf("$%s: %w", a.name, err)
	}

	return out, nil
}

// Characters that JavaScript's encodeURIComponent and encodeURI do not escape, in addition
// to letters and digits.
const (
	componentSafe = "-_.!~*'()"
	uriSafe       = componentSafe + ";/?:@&=+$,#"
)

func encodeURLComponent(a *arguments) (any, error) { return a.percentEncode(componentSafe) }

func encodeURL(a *arguments) (any, error) { return a.percentEncode(uriSafe) }

func (a *arguments) percentEncode(safe string) (any, error) {
	const growth = 16 // %XX, and the parts that are joined to it.

	return a.changed(a.size()*growth, func(text string) any {
		var out strings.Builder

		for i := range len(text) {
			c := text[i]
			if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte(safe, c) >= 0 {
				out.WriteByte(c)
			} else {
				out.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{c})))
			}
		}

		return out.String()
	})
}

func decodeURL(a *arguments) (any, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	if err := a.e.take(len(text)); err != nil {
		return nil, err
	}

	out, err := url.PathUnescape(text)
	if err != nil {
		return nil, fmt.Errorf("$%s: %w", a.name, err)
	}

	return out, nil
}
