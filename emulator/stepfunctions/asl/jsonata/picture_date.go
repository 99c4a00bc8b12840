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
