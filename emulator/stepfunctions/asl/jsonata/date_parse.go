package jsonata

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// componentValue is the value of a component in a text.
type componentValue struct {
	component byte
	pattern   string
	parse     func(text string) (float64, error)
}

// reader returns the regular expression of a part, and the function that reads its value.
func (p *datePart) reader() (componentValue, error) {
	out := componentValue{component: p.component}

	switch {
	case p.component == 0:
		out.pattern = regexp.QuoteMeta(p.literal)

		return out, nil
	case p.component == 'Z' || p.component == 'z':
		p.zoneReader(&out)

		return out, nil
	case p.integer != nil:
		return out, p.integerReader(&out)
	}

	return out, p.nameReader(&out)
}

// zoneReader reads an offset, in minutes.
func (p *datePart) zoneReader(out *componentValue) {
	divider := ""
	if p.integer.regular > 0 {
		divider = p.integer.separators[0].text
	}

	out.pattern = "[-+][0-9]+"
	if p.component == 'z' {
		out.pattern = "GMT" + out.pattern
	}

	if divider != "" {
		out.pattern += regexp.QuoteMeta(divider) + "[0-9]+"
	}

	out.parse = func(text string) (float64, error) {
		if p.component == 'z' {
			text = text[len("GMT"):]
		}

		hours, minutes := text, "0"

		const hourSize = 3 // The sign and two digits.

		if divider != "" {
			hours, minutes, _ = strings.Cut(text, divider)
		} else if len(text) > hourSize {
			hours, minutes = text[:hourSize], text[hourSize:]
		}

		return leadingInteger(hours)*60 + leadingInteger(minutes), nil
	}
}

func (p *datePart) integerReader(out *componentValue) error {
	picture := p.integer
	switch picture.primary {
	case letterNumbering:
		out.pattern = "[a-zA-Z]+"
	case romanNumbering:
		out.pattern = "[MDCLXVImdclxvi]+"
	case wordNumbering:
		words := make([]string, 0, len(wordValues))
		for word := range wordValues {
			words = append(words, word)
		}

		slices.Sort(words)
		slices.Reverse(words)
		out.pattern = "(?:" + strings.Join(words, "|") + "|and|[-, ])+"
	case decimalNumbering:
		out.pattern = "[0-9]" + p.occurrences()
		if picture.ordinal {
			out.pattern += "(?:th|st|nd|rd)"
		}
	default:
		return fault("D3130").about(picture.token)
	}

	out.parse = picture.parse

	return nil
}

// occurrences returns the quantifier of the digits.
func (p *datePart) occurrences() string {
	switch {
	case p.digits <= 0:
		return "+"
	case p.integer.optional == 0:
		return "{" + strconv.Itoa(p.digits) + "}"
	default:
		return "{" + strconv.Itoa(max(0, p.digits-p.integer.optional)) + "," + strconv.Itoa(p.digits) + "}"
	}
}

// nameReader reads the name of a month or a day, or am and pm.
func (p *datePart) nameReader(out *componentValue) error {
	var names []string

	first := 1.0

	switch p.component {
	case 'M', 'x':
		names = monthNames
	case 'F':
		names = dayNames
	case 'P':
		names, first = []string{"am", "pm"}, 0
	default:
		return fault("D3133").about(string(p.component))
	}

	out.pattern = "[a-zA-Z]+"
	out.parse = func(text string) (float64, error) {
		for i, name := range names {
			if p.maxWidth > 0 && p.component != 'P' {
				name = name[:min(p.maxWidth, len(name))]
			}

			if text == name || p.component == 'P' && text == strings.ToUpper(name) {
				return float64(i) + first, nil
			}
		}

		return math.NaN(), nil
	}

	return nil
}

// parseDate reads a time. It returns false if the text does not have the form of the
// picture.
func (e *evaluation) parseDate(text, picture string) (float64, bool, error) {
	parts, err := parseDatePicture(picture)
	if err != nil {
		return 0, false, err
	}

	readers := make([]componentValue, len(parts))

	var pattern strings.Builder

	pattern.WriteString("(?i)^")

	for i := range parts {
		if readers[i], err = parts[i].reader(); err != nil {
			return 0, false, err
		}

		pattern.WriteString("(" + readers[i].pattern + ")")
	}

	const cost = 1000
	if err := e.work((pattern.Len() + len(text)) * cost / bytesPerStep); err != nil {
		return 0, false, err
	}

	matcher, err := regexp.Compile(pattern.String() + "$")
	if err != nil {
		return 0, false, fault("D3136")
	}

	found := matcher.FindStringSubmatch(text)
	if found == nil {
		return 0, false, nil
	}

	values := map[byte]float64{}

	for i, reader := range readers {
		if reader.parse == nil {
			continue
		}

		value, err := reader.parse(found[i+1])
		if err != nil {
			return 0, false, err
		}

		if parts[i].integer != nil || !math.IsNaN(value) { // An unknown name counts as missing.
			values[reader.component] = value
		}
	}

	if len(values) == 0 {
		return 0, false, nil
	}

	millis, err := e.assembled(values)

	return millis, true, err
}
