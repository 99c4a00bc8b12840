// Package recipe is what a user configures: which variants are made of a
// picture, and how large a picture may be.
//
// A recipe is a JSON file; recipe.schema.json beside this file is its published
// JSON Schema, default.json the one that is used where none is given. Terms are
// those of CSS object-fit and of sharp.
package recipe

import (
	_ "embed"
)

// Fit says how a picture fills the box of a variant.
type Fit string

const (
	// Inside scales the picture, its proportions kept, to lie within the box.
	Inside Fit = "inside"
	// Cover scales the picture to cover the box and crops what stands out,
	// equally on both sides.
	Cover Fit = "cover"
)

// Format is the format of a variant's file.
type Format string

// The formats that a variant can have.
const (
	JPEG Format = "jpeg"
	PNG  Format = "png"
	WebP Format = "webp"
	// Auto is two files: a JPEG, or a PNG where something is transparent, and a WebP
	// for those who accept it.
	Auto Format = "auto"
)

// Lossy says whether a format has a quality.
func (f Format) Lossy() bool { return f != PNG }

// Colourspace says what the numbers of a variant's colours mean.
type Colourspace string

const (
	// Keep leaves colours as they are, with the source's profile. It is what an
	// empty Colourspace means.
	Keep Colourspace = "keep"
	// SRGB converts colours to sRGB (IEC 61966-2-1), and drops the profile.
	SRGB Colourspace = "srgb"
)

// Variant describes one picture to make. A picture is never enlarged.
type Variant struct {
	// Name stands in the variant's URL: lower-case letters, digits and hyphens.
	Name string `json:"name"`
	// Width and Height are the box in pixels; with Inside one of them may be 0,
	// which leaves that side unbounded.
	Width  int    `json:"width,omitempty"`
	Height int    `json:"height,omitempty"`
	Fit    Fit    `json:"fit"`
	Format Format `json:"format"`
	// Quality is JPEG's and WebP's, 1 to 100; 0 where the format has none.
	Quality int `json:"quality,omitempty"`
	// Animated keeps the frames of an animated GIF: in WebP, and in Auto's WebP.
	Animated bool `json:"animated,omitempty"`
	// Colourspace is empty for Keep.
	Colourspace Colourspace `json:"colorspace,omitempty"`
}

// Recipe is the whole configuration of a pipeline.
type Recipe struct {
	Variants []Variant `json:"variants"`
	Limits   Limits    `json:"limits"`
}

// DefaultQuality is a JPEG's or WebP's quality where the recipe has none.
const DefaultQuality = 80

// MasterName is what the cleaned original is called where variants have their
// name: no variant may be called so.
const MasterName = "original"

// What a recipe may ask for at most.
const (
	MaxVariants = 32
	// MaxNameBytes is part of how long a key may be: see keys.MaxBytes.
	MaxNameBytes = 32
	// MaxSide is the largest width or height of a JPEG file (ITU-T T.81, B.2.2).
	MaxSide = 65_535
	// MaxWebPSide is the same of a WebP (RFC 9649, 2.6).
	MaxWebPSide = 16_383
	// MaxSeconds leaves a function, which has 115, time to say what happened.
	MaxSeconds = 110
)

//go:embed default.json
var defaultText []byte

//go:embed recipe.schema.json
var schemaText []byte

// DefaultText returns the default recipe's file.
func DefaultText() []byte { return append([]byte(nil), defaultText...) }

// Schema returns the published JSON Schema.
func Schema() []byte { return append([]byte(nil), schemaText...) }
