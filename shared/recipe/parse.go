package recipe

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// Default returns the recipe that is used where none is given.
func Default() Recipe {
	parsed, err := Parse(defaultText)
	if err != nil {
		panic("the embedded default recipe is wrong: " + err.Error())
	}

	return parsed
}

// Parse reads a recipe and fills in what it leaves out. Every problem is
// reported at once, each with its place: "variants[1].width: …".
func Parse(text []byte) (Recipe, error) {
	var p problems

	top := p.object("", text, "$schema", "variants", "limits")
	parsed := Recipe{
		Variants: p.variants(top["variants"]),
		Limits:   p.limits(top["limits"]),
	}

	if len(p) > 0 {
		return Recipe{}, errors.Join(p...)
	}

	return parsed, nil
}

// problems collects what is wrong, so that a user mends a file once.
type problems []error

func (p *problems) addf(place, format string, args ...any) {
	if place != "" {
		format = place + ": " + format
	}

	*p = append(*p, fmt.Errorf("recipe: "+format, args...)) //nolint:err113 // Read by people, not decided on.
}

// object splits a JSON object into its members and reports unknown ones, and
// ones that are given twice: encoding/json would silently take the last.
func (p *problems) object(place string, text []byte, known ...string) map[string]json.RawMessage {
	members := map[string]json.RawMessage{}
	decoder := json.NewDecoder(bytes.NewReader(text))

	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		p.addf(place, "must be a JSON object: { … }")

		return members
	}

	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			p.addf(place, "is no valid JSON: %v", err)

			return members
		}

		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			p.addf(place, "is no valid JSON: %v", err)

			return members
		}

		name, _ := token.(string)

		switch _, twice := members[name]; {
		case !slices.Contains(known, name):
			p.addf(join(place, name), "unknown field; known are %s", strings.Join(known, ", "))
		case twice:
			p.addf(join(place, name), "is given twice")
		}

		members[name] = value
	}

	if _, err := decoder.Token(); err != nil {
		p.addf(place, "is no valid JSON: %v", err)
	} else if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		p.addf(place, "has text after the closing brace")
	}

	return members
}

func join(place, name string) string {
	if place == "" {
		return name
	}

	return place + "." + name
}

func (p *problems) variants(text json.RawMessage) []Variant {
	var items []json.RawMessage
	if text == nil || json.Unmarshal(text, &items) != nil || len(items) == 0 || len(items) > MaxVariants {
		p.addf("variants", "must be a list of 1 to %d variants", MaxVariants)

		return nil
	}

	variants := make([]Variant, len(items))
	first := map[string]int{}

	for i, item := range items {
		place := fmt.Sprintf("variants[%d]", i)
		variants[i] = p.variant(place, item)

		name := variants[i].Name
		if before, twice := first[name]; twice && name != "" {
			p.addf(place+".name", "%q is the name of variants[%d] already", name, before)
		} else {
			first[name] = i
		}
	}

	return variants
}

// namePattern keeps names safe in URLs and file names without any escaping.
var namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)

func (p *problems) variant(place string, text json.RawMessage) Variant {
	fields := p.object(place, text, "name", "width", "height", "fit", "format", "quality")
	variant := Variant{
		Name:    p.word(place+".name", fields["name"], ""),
		Width:   p.whole(place+".width", fields["width"], 0, MaxSide),
		Height:  p.whole(place+".height", fields["height"], 0, MaxSide),
		Fit:     Fit(p.word(place+".fit", fields["fit"], string(Inside))),
		Format:  Format(p.word(place+".format", fields["format"], string(JPEG))),
		Quality: p.whole(place+".quality", fields["quality"], 0, 100),
	}

	switch {
	case variant.Name == MasterName:
		p.addf(place+".name", "%q is what the cleaned original is called", variant.Name)
	case !namePattern.MatchString(variant.Name):
		p.addf(place+".name", "%q must be 1 to %d lower-case letters, digits and inner hyphens", variant.Name, MaxNameBytes)
	}

	hasWidth, hasHeight := fields["width"] != nil, fields["height"] != nil

	switch variant.Fit {
	case Inside:
		if !hasWidth && !hasHeight {
			p.addf(place, "needs a width, a height, or both")
		}
	case Cover:
		if !hasWidth || !hasHeight {
			p.addf(place, "fit cover needs a width and a height")
		}
	default:
		p.addf(place+".fit", "%q must be inside or cover", variant.Fit)
	}

	switch variant.Format {
	case JPEG:
		if variant.Quality == 0 {
			variant.Quality = DefaultQuality
		}
	case PNG:
		if fields["quality"] != nil {
			p.addf(place+".quality", "a png has no quality")
		}
	default:
		p.addf(place+".format", "%q must be jpeg or png", variant.Format)
	}

	return variant
}

func (p *problems) limits(text json.RawMessage) Limits {
	if text == nil {
		text = []byte("{}")
	}

	const most = 1 << 50 // Any size that a file can have; keeps sums in range.

	fields := p.object("limits", text, "maxBytes", "maxPixels", "maxWidth", "maxHeight", "maxFrames")

	return Limits{
		MaxBytes:  int64(p.whole("limits.maxBytes", fields["maxBytes"], DefaultMaxBytes, most)),
		MaxPixels: int64(p.whole("limits.maxPixels", fields["maxPixels"], DefaultMaxPixels, most)),
		MaxWidth:  p.whole("limits.maxWidth", fields["maxWidth"], DefaultMaxSide, most),
		MaxHeight: p.whole("limits.maxHeight", fields["maxHeight"], DefaultMaxSide, most),
		MaxFrames: p.whole("limits.maxFrames", fields["maxFrames"], DefaultMaxFrames, most),
	}
}

// whole reads a whole number from 1 to most; absent is fallback.
func (p *problems) whole(place string, text json.RawMessage, fallback, most int) int {
	if text == nil {
		return fallback
	}

	var number int
	if string(text) == "null" || json.Unmarshal(text, &number) != nil || number < 1 || number > most {
		p.addf(place, "%s must be a whole number from 1 to %d", text, most)

		return fallback
	}

	return number
}

func (p *problems) word(place string, text json.RawMessage, fallback string) string {
	if text == nil {
		return fallback
	}

	var word string
	if string(text) == "null" || json.Unmarshal(text, &word) != nil {
		p.addf(place, "%s must be a string", text)
	}

	return word
}
