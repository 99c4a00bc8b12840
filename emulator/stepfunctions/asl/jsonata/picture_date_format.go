package jsonata

import (
	"math"
	"strings"
)

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
