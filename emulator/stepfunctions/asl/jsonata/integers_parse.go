package jsonata

import (
	"fmt"
	"strconv"
	"strings"
)

func parseInteger(a *arguments) (any, error) {
	text, err := a.text(0)
	if err != nil {
		return nil, err
	}

	picture, err := a.picture(1)
	if err != nil {
		return nil, err
	}

	primary, _, _ := strings.Cut(picture, ";")

	number, ok := parseMagnitude(strings.ToLower(text), primary)
	if !ok {
		return nil, a.wrong(fmt.Sprintf("a number like the picture %q, not %q", picture, text))
	}

	return float64(number), nil
}

func parseMagnitude(text, picture string) (int64, bool) {
	switch strings.ToLower(picture) {
	case "w", "ww":
		return parseWords(text)
	case "i":
		return parseRoman(text)
	case "a":
		return parseLetters(text)
	default:
		if _, _, ok := decimalPicture(picture); !ok {
			return 0, false
		}

		number, err := strconv.ParseInt(strings.TrimRight(strings.ReplaceAll(text, ",", ""), "sthndr"), 10, 64)

		return number, err == nil
	}
}

func parseRoman(text string) (int64, bool) {
	var number int64

	rest := text

	for _, n := range romans() {
		for strings.HasPrefix(rest, n.text) {
			number += n.value
			rest = rest[len(n.text):]
		}
	}

	return number, rest == "" && text != ""
}

func parseLetters(text string) (int64, bool) {
	const most = 10 // 26^10 is below maxInteger.
	if text == "" || len(text) > most {
		return 0, false
	}

	var number int64

	for _, c := range text {
		if c < 'a' || c > 'z' {
			return 0, false
		}

		number = number*alphabet + int64(c-'a'+1)
	}

	return number, true
}
