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

// Default returns the recipe that is used if none is given.
func Default() Recipe {
	parsed, err := Parse(defaultText)
	if err != nil {
		panic("the embedded default recipe is invalid: " + err.Error())
	}

	return parsed
}

// Parse parses a recipe and sets default values. It reports every problem at once, each
// with its place: "variants[1].width: …".
func Parse(text []byte) (Recipe, error) {
	var p problems

	top := p.object("", text, "$schema", "variants", "master", "limits")
	parsed := Recipe{
		Variants: p.variants(top["variants"]),
		Master:   p.master(top["master"]),
		Limits:   p.limits(top["limits"]),
	}

	if len(p) > 0 {
		return Recipe{}, errors.Join(p...)
	}

	return parsed, nil
}

// problems collects all errors, so that a user can correct a file in one step.
type problems []error

func (p *problems) addf(place, format string, args ...any) {
	if place != "" {
		format = place + ": " + format
	}

	*p = append(*p, fmt.Errorf("recipe: "+format, args...))
}

// object splits a JSON object into its members. It reports unknown and duplicate members:
// encoding/json would silently use the last duplicate.
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
			p.addf(place, "is not valid JSON: %v", err)

			return members
		}

		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			p.addf(place, "is not valid JSON: %v", err)

			return members
		}

		name, _ := token.(string)

		switch _, twice := members[name]; {
		case !slices.Contains(known, name):
			p.addf(join(place, name), "unknown field; the known fields are %s", strings.Join(known, ", "))
		case twice:
			p.addf(join(place, name), "is given twice")
		}

		members[name] = value
	}

	if _, err := decoder.Token(); err != nil {
		p.addf(place, "is not valid JSON: %v", err)
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
			p.addf(place+".name", "%q is already the name of variants[%d]", name, before)
		} else {
			first[name] = i
		}
	}

	return variants
}

// namePattern allows only names that need no escaping in URLs and file names.
var namePattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$`)

func (p *problems) variant(place string, text json.RawMessage) Variant {
	fields := p.object(place, text, "name", "width", "height", "fit", "format", "quality", "animated", "colorspace", "resample", "progressive")
	variant := Variant{
		Name:     p.word(place+".name", fields["name"], ""),
		Width:    p.whole(place+".width", fields["width"], 0, MaxSide),
		Height:   p.whole(place+".height", fields["height"], 0, MaxSide),
		Fit:      Fit(p.word(place+".fit", fields["fit"], string(Inside))),
		Format:   Format(p.word(place+".format", fields["format"], string(JPEG))),
		Animated: p.flag(place+".animated", fields["animated"]),
	}

	if variant.AutoQuality = string(fields["quality"]) == `"auto"`; !variant.AutoQuality {
		variant.Quality = p.whole(place+".quality", fields["quality"], 0, 100)
	}

	switch {
	case variant.Name == MasterName:
		p.addf(place+".name", "%q is reserved for the sanitized original", variant.Name)
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

	switch resample := Resample(p.word(place+".resample", fields["resample"], string(Gamma))); resample {
	case Gamma: // Gamma is stored as "", as Keep is.
	case Linear:
		variant.Resample = resample
	default:
		p.addf(place+".resample", "%q must be gamma or linear", resample)
	}

	p.format(place, &variant, fields)

	return variant
}

// format checks the fields that depend on a variant's format.
func (p *problems) format(place string, variant *Variant, fields map[string]json.RawMessage) {
	if variant.AutoQuality && variant.Format != JPEG {
		p.addf(place+".quality", "only the format jpeg has the quality auto")
	}

	switch variant.Format {
	case JPEG, WebP, Auto:
		if variant.Quality == 0 && !variant.AutoQuality {
			variant.Quality = DefaultQuality
		}
	case PNG:
		if fields["quality"] != nil {
			p.addf(place+".quality", "a png has no quality")
		}
	default:
		p.addf(place+".format", "%q must be jpeg, png, webp or auto", variant.Format)
	}

	if variant.Animated && variant.Format != WebP && variant.Format != Auto {
		p.addf(place+".animated", "only the formats webp and auto keep frames")
	}

	if fields["progressive"] != nil {
		p.progressive(place, variant, fields["progressive"])
	}

	variant.Colorspace = p.colorspace(place+".colorspace", fields["colorspace"])
}

// colorspace parses the field colorspace. Keep is stored as "", so a recipe that names this
// default has the same URLs.
func (p *problems) colorspace(place string, text json.RawMessage) Colorspace {
	space := Colorspace(p.word(place, text, string(Keep)))

	switch space {
	case Keep:
		return ""
	case SRGB:
	default:
		p.addf(place, "%q must be keep or srgb", space)
	}

	return space
}

// progressive parses the field progressive.
func (p *problems) progressive(place string, variant *Variant, text json.RawMessage) {
	variant.Progressive = p.flag(place+".progressive", text)

	if variant.Format != JPEG && variant.Format != Auto {
		p.addf(place+".progressive", "only the formats jpeg and auto have scans")
	}
}

// master parses the field master. Its default is stored as "", so a recipe that names the
// default has the same URLs.
func (p *problems) master(text json.RawMessage) Master {
	const converted = "converted"

	switch word := p.word("master", text, converted); word {
	case converted:
		return Converted
	case string(AsIs):
		return AsIs
	default:
		p.addf("master", "%q must be %s or %s", word, converted, AsIs)

		return Converted
	}
}

func (p *problems) limits(text json.RawMessage) Limits {
	if text == nil {
		text = []byte("{}")
	}

	const most = 1 << 50 // larger than any file; sums cannot overflow

	fields := p.object("limits", text, "maxBytes", "maxPixels", "maxWidth", "maxHeight", "maxHeicPixels", "maxAvifPixels",
		"maxFrames", "maxFramePixels", "maxSeconds")
	limit := func(name string, fallback, most int) int {
		return p.whole("limits."+name, fields[name], fallback, most)
	}

	return Limits{
		MaxBytes:       int64(limit("maxBytes", DefaultMaxBytes, most)),
		MaxPixels:      int64(limit("maxPixels", DefaultMaxPixels, most)),
		MaxWidth:       limit("maxWidth", DefaultMaxSide, most),
		MaxHeight:      limit("maxHeight", DefaultMaxSide, most),
		MaxHEICPixels:  int64(limit("maxHeicPixels", DefaultMaxHEICPixels, most)),
		MaxAVIFPixels:  int64(limit("maxAvifPixels", DefaultMaxAVIFPixels, most)),
		MaxFrames:      limit("maxFrames", DefaultMaxFrames, most),
		MaxFramePixels: int64(limit("maxFramePixels", DefaultMaxFramePixels, most)),
		MaxSeconds:     limit("maxSeconds", DefaultMaxSeconds, MaxSeconds),
	}
}

// flag parses true or false; a missing value is false.
func (p *problems) flag(place string, text json.RawMessage) bool {
	var set bool
	if text != nil && (string(text) == "null" || json.Unmarshal(text, &set) != nil) {
		p.addf(place, "%s must be true or false", text)
	}

	return set
}

// whole parses a whole number from 1 to most; a missing value is fallback.
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
