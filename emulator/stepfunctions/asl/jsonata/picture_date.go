package jsonata

import (
	"math"
	"strings"
)

// datePart is a part of a picture of a time: a literal text, or a component.
// https://www.w3.org/TR/xpath-functions-31/#date-picture-string
type datePart struct {
	literal   string
	component byte // 0 if the part is a literal.
	names     bool // The component is written as a name.
	letters   letterCase
	zulu      bool // A time zone without an offset is Z.
	integer   *integerPicture
	minWidth  int // -1 if it is not given.
	maxWidth  int // -1 if it is not given.
	digits    int // The number of digits of a year, or -1.
}

// defaultPresentations are the presentations of components without one.
var defaultPresentations = map[byte]string{
	'Y': "1", 'M': "1", 'D': "1", 'd': "1", 'F': "n", 'W': "1", 'w': "1", 'X': "1", 'x': "1", 'H': "1", 'h': "1",
	'P': "n", 'm': "01", 's': "01", 'f': "1", 'Z': "01:01", 'z': "01:01", 'C': "n", 'E': "n",
}

// integerComponents are the components that are numbers.
const integerComponents = "YMDdFWwXxHhmsf"

// isoPicture is the picture of ISO 8601.
const isoPicture = "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]"

// parseDatePicture splits a picture into its parts.
func parseDatePicture(text string) ([]datePart, error) {
	var out []datePart

	literal := func(part string) {
		if part != "" {
			out = append(out, datePart{literal: strings.ReplaceAll(part, "]]", "]")})
		}
	}

	for {
		before, after, found := strings.Cut(text, "[")
		literal(before)

		if !found {
			return out, nil
		}

		if strings.HasPrefix(after, "[") {
			literal("[")

			text = after[1:]

			continue
		}

		marker, rest, found := strings.Cut(after, "]")
		if !found {
			return nil, fault("D3135")
		}

		part, err := parseMarker(strings.Join(strings.Fields(marker), ""))
		if err != nil {
			return nil, err
		}

		out = append(out, part)
		text = rest
	}
}

// parseMarker reads a component with its presentation and its width.
func parseMarker(marker string) (datePart, error) {
	out := datePart{minWidth: -1, maxWidth: -1, digits: -1}
	presentation := ""

	if marker != "" {
		out.component, presentation = marker[0], marker[1:]
	}

	if at := strings.LastIndexByte(presentation, ','); at >= 0 {
		out.widths(presentation[at+1:])
		presentation = presentation[:at]
	}

	modifier := ""

	if last := len(presentation) - 1; last > 0 && strings.IndexByte("atco", presentation[last]) >= 0 {
		presentation, modifier = presentation[:last], presentation[last:]
	}

	out.zulu = modifier == "t"

	if presentation == "" {
		var known bool
		if presentation, known = defaultPresentations[out.component]; !known {
			return out, fault("D3132").about(marker[:min(1, len(marker))])
		}
	}

	return out, out.present(presentation, modifier)
}

func (p *datePart) widths(text string) {
	least, most, ranged := strings.Cut(text, "-")
	p.minWidth = width(least)

	if ranged {
		p.maxWidth = width(most)
	}
}

func width(text string) int {
	number := leadingInteger(text)
	if text == "*" || math.IsNaN(number) {
		return -1
	}

	return int(max(0, min(number, maxPicture)))
}

// present sets the presentation of a component.
func (p *datePart) present(presentation, modifier string) error {
	switch {
	case presentation[0] == 'n':
		p.names = true
	case strings.HasPrefix(presentation, "Nn"):
		p.names, p.letters = true, titleCase
	case presentation[0] == 'N':
		p.names, p.letters = true, upperCase
	case strings.IndexByte(integerComponents, p.component) >= 0:
		pattern := presentation
		if modifier != "" {
			pattern += ";" + modifier
		}

		return p.number(pattern)
	}

	if p.component != 'Z' && p.component != 'z' {
		return nil
	}

	picture, err := parseIntegerPicture(presentation)
	p.integer = picture

	return err
}

func (p *datePart) number(pattern string) error {
	var err error
	if p.integer, err = parseIntegerPicture(pattern); err != nil {
		return err
	}

	p.integer.mandatory = max(p.integer.mandatory, p.minWidth)

	if strings.IndexByte("YMD", p.component) < 0 {
		return nil
	}

	if p.maxWidth >= 0 {
		p.digits, p.integer.mandatory = p.maxWidth, p.maxWidth
	} else if size := p.integer.mandatory + p.integer.optional; size >= 2 { //nolint:mnd // One digit is no limit.
		p.digits = size
	}

	return nil
}

// formatDate writes a time (milliseconds since 1970) in a time zone such as "+0100".
func formatDate(millis float64, picture, zone string) (string, error) {
	parts, err := parseDatePicture(picture)
	if err != nil {
		return "", err
	}

	hours, minutes := 0.0, 0.0

	if zone != "" {
		offset := leadingInteger(zone)
		hours, minutes = math.Floor(offset/100), math.Mod(offset, 100)
	}

	at := millis + (60*hours+minutes)*60*1000
	if math.IsNaN(at) || math.Abs(at) > maxMillis {
		return "", &argumentError{function: "fromMillis", expected: "a time of JavaScript's dates, and a time zone such as \"+0100\""}
	}

	date := dateOf(at)

	var out strings.Builder

	for i := range parts {
		text, err := parts[i].format(date, hours, minutes)
		if err != nil {
			return "", err
		}

		out.WriteString(text)
	}

	return out.String(), nil
}

// format writes a part of a picture.
func (p *datePart) format(date *dateFields, hours, minutes float64) (string, error) {
	switch p.component {
	case 0:
		return p.literal, nil
	case 'Z', 'z':
		return p.formatZone(hours, minutes)
	case 'P':
		text := "am"
		if date.hour >= 12 { //nolint:mnd // Noon.
			text = "pm"
		}

		if p.names && p.letters == upperCase {
			return strings.ToUpper(text), nil
		}

		return text, nil
	case 'C', 'E':
		return "ISO", nil
	}

	value, ok := date.component(p.component)
	if !ok {
		return "undefined", nil // JavaScript's text of a component that does not exist.
	}

	if p.names {
		return p.formatName(value)
	}

	if p.component == 'Y' && p.digits >= 0 {
		value = math.Mod(value, math.Pow(10, float64(p.digits)))
	}

	return p.integer.format(value)
}

func (p *datePart) formatName(value float64) (string, error) {
	var name string

	switch p.component {
	case 'M', 'x':
		name = monthNames[int(value)-1]
	case 'F':
		name = dayNames[int(value)-1]
	default:
		return "", fault("D3133").about(string(p.component))
	}

	switch p.letters {
	case upperCase:
		name = strings.ToUpper(name)
	case lowerCase:
		name = strings.ToLower(name)
	case titleCase: // The names have it.
	}

	if p.maxWidth >= 0 && len(name) > p.maxWidth {
		name = name[:p.maxWidth]
	}

	return name, nil
}

// formatZone writes an offset.
// https://www.w3.org/TR/xpath-functions-31/#formatting-timezones
func (p *datePart) formatZone(hours, minutes float64) (string, error) {
	offset := hours*100 + minutes

	if p.zulu && offset == 0 {
		return "Z", nil
	}

	if p.integer == nil {
		p.integer = &integerPicture{zero: '0'}
	}

	text, err := p.zoneDigits(hours, minutes, offset)
	if err != nil {
		return "", err
	}

	if offset >= 0 {
		text = "+" + text
	}

	if p.component == 'z' {
		text = "GMT" + text
	}

	return text, nil
}

func (p *datePart) zoneDigits(hours, minutes, offset float64) (string, error) {
	const hourDigits, allDigits = 2, 4

	switch digits := p.integer.mandatory; {
	case p.integer.regular > 0:
		return p.integer.format(offset)
	case digits == 1 || digits == hourDigits:
		text, err := p.integer.format(hours)
		if err != nil || minutes == 0 {
			return text, err
		}

		rest, err := (&integerPicture{zero: '0', mandatory: 2}).format(minutes)

		return text + ":" + rest, err
	case digits == hourDigits+1 || digits == allDigits:
		return p.integer.format(offset)
	default:
		return "", fault("D3134").about(float64(digits))
	}
}
