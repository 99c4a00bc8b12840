package jsonata

import (
	"strings"
	"unicode/utf8"
)

// numberSymbols are the characters of a picture for numbers.
// https://www.w3.org/TR/xpath-functions-31/#formatting-numbers
type numberSymbols struct {
	decimal, grouping, exponent, minus, percent, perMille, zero, digit, pattern string
}

// symbolsOf returns the symbols, with the changes of $formatNumber's options.
func symbolsOf(options any) (*numberSymbols, error) {
	out := &numberSymbols{decimal: ".", grouping: ",", exponent: "e", minus: "-", percent: "%", perMille: "‰", zero: "0", digit: "#", pattern: ";"}

	object, ok := options.(*Object)
	if !ok {
		return out, nil
	}

	names := map[string]*string{
		"decimal-separator": &out.decimal, "grouping-separator": &out.grouping, "exponent-separator": &out.exponent, "minus-sign": &out.minus,
		"percent": &out.percent, "per-mille": &out.perMille, "zero-digit": &out.zero, "digit": &out.digit, "pattern-separator": &out.pattern,
	}

	for name, value := range object.All() {
		symbol, known := names[name]
		if !known {
			continue
		}

		text, ok := value.(string)
		if !ok || text == "" || len(text) > maxPicture {
			return nil, &argumentError{function: "formatNumber", expected: "a short text as option " + name}
		}

		*symbol = text
	}

	return out, nil
}

// isDigit reports whether a character is one of the decimal digits.
func (s *numberSymbols) isDigit(r rune) bool {
	zero, _ := utf8.DecodeRuneInString(s.zero)

	return r >= zero && r < zero+10
}

// isActive reports whether a character is not to be copied.
func (s *numberSymbols) isActive(r rune) bool {
	text := string(r)

	return s.isDigit(r) || text == s.decimal || text == s.exponent || text == s.grouping || text == s.digit || text == s.pattern
}

// count returns the number of digits, and of optional digits, in a text.
func (s *numberSymbols) count(text string) (digits, optional int) {
	for _, r := range text {
		switch {
		case s.isDigit(r):
			digits++
		case string(r) == s.digit:
			optional++
		}
	}

	return digits, optional
}

// subPicture is the picture of positive or of negative numbers.
type subPicture struct {
	*numberSymbols

	text             string
	prefix, suffix   string
	active, mantissa string
	integer          string
	fraction         string
	exponentPart     string
	hasExponent      bool

	integerGroups, fractionGroups []int
	regular                       int
	minInteger, scaling           int
	minFraction, maxFraction      int
	minExponent                   int
}

// newSubPicture splits a picture into its parts.
func newSubPicture(s *numberSymbols, text string) *subPicture {
	out := &subPicture{numberSymbols: s, text: text}

	border := func(r rune) bool { return s.isActive(r) && string(r) != s.exponent }

	first, last := strings.IndexFunc(text, border), strings.LastIndexFunc(text, border)
	if first < 0 {
		return out
	}

	_, size := utf8.DecodeRuneInString(text[last:])
	out.prefix, out.active, out.suffix = text[:first], text[first:last+size], text[last+size:]
	out.mantissa = out.active

	if before, after, found := strings.Cut(out.active, s.exponent); found {
		out.mantissa, out.exponentPart, out.hasExponent = before, after, true
	}

	var found bool
	if out.integer, out.fraction, found = strings.Cut(out.mantissa, s.decimal); !found {
		out.fraction = out.suffix
	}

	return out
}

// check returns the error of the last rule that the picture breaks, as the reference
// implementation does.
// https://www.w3.org/TR/xpath-functions-31/#syntax-of-picture-string
func (p *subPicture) check() error {
	code := ""
	must := func(ok bool, otherwise string) {
		if !ok {
			code = otherwise
		}
	}

	must(strings.Count(p.text, p.decimal) <= 1, "D3081")
	must(strings.Count(p.text, p.percent) <= 1, "D3082")
	must(strings.Count(p.text, p.perMille) <= 1, "D3083")
	must(!strings.Contains(p.text, p.percent) || !strings.Contains(p.text, p.perMille), "D3084")

	digits, optional := p.count(p.mantissa)
	must(digits+optional > 0, "D3085")
	must(strings.IndexFunc(p.active, func(r rune) bool { return !p.isActive(r) }) < 0, "D3086")

	if strings.Contains(p.text, p.decimal) {
		must(!strings.Contains(p.text, p.grouping+p.decimal) && !strings.Contains(p.text, p.decimal+p.grouping), "D3087")
	} else {
		must(!strings.HasSuffix(p.integer, p.grouping), "D3088")
	}

	must(!strings.Contains(p.text, p.grouping+p.grouping), "D3089")

	if before, _, found := strings.Cut(p.integer, p.digit); found {
		digits, _ := p.count(before)
		must(digits == 0, "D3090")
	}

	if at := strings.LastIndex(p.fraction, p.digit); at >= 0 {
		digits, _ := p.count(p.fraction[at:])
		must(digits == 0, "D3091")
	}

	if p.hasExponent {
		must(p.exponentPart == "" || !strings.Contains(p.text, p.percent) && !strings.Contains(p.text, p.perMille), "D3092")
		must(p.exponentPart != "" && strings.IndexFunc(p.exponentPart, func(r rune) bool { return !p.isDigit(r) }) < 0, "D3093")
	}

	if code != "" {
		return fault(code)
	}

	return nil
}

// analyze finds the sizes of the parts.
// https://www.w3.org/TR/xpath-functions-31/#analyzing-picture-string
func (p *subPicture) analyze() {
	for i := range len(p.integer) {
		if strings.HasPrefix(p.integer[i:], p.grouping) {
			digits, optional := p.count(p.integer[i:])
			p.integerGroups = append(p.integerGroups, digits+optional)
		}
	}

	p.regular = spacing(p.integerGroups)

	// The reference implementation looks for further separators of the fraction in the
	// integer part.
	for part, i := p.fraction, 0; ; part = p.integer {
		next := strings.Index(part[min(i, len(part)):], p.grouping)
		if next < 0 {
			break
		}

		digits, optional := p.count(p.fraction[:min(i+next, len(p.fraction))])
		p.fractionGroups = append(p.fractionGroups, digits+optional)
		i += next + 1
	}

	required, optional := p.count(p.integer)
	p.minInteger, p.scaling = required, required
	digits, more := p.count(p.fraction)
	p.minFraction, p.maxFraction = digits, digits+more
	p.minExponent, _ = p.count(p.exponentPart)

	if p.minInteger == 0 && p.maxFraction == 0 {
		if p.hasExponent {
			p.minFraction, p.maxFraction = 1, 1
		} else {
			p.minInteger = 1
		}
	}

	if p.hasExponent && p.minInteger == 0 && optional > 0 {
		p.minInteger = 1
	}

	if p.minInteger == 0 && p.minFraction == 0 {
		p.minFraction = 1
	}
}
