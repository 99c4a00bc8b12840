// Package recipe is what a user configures: which variants are made of a
// picture, and how large a picture may be.
//
// A recipe is a JSON file; recipe.schema.json beside this file is its published
// JSON Schema, default.json the one that is used where none is given. Terms are
// those of CSS object-fit and of sharp.
package recipe

import (
	_ "embed"

	"triptych/picture/variant"
)

// Variant describes one image to make. An image is never enlarged.
type Variant = variant.Spec

// Fit says how an image fills the box of a variant.
type Fit = variant.Fit

// Format is the file format of a variant.
type Format = variant.Format

// Colorspace says what the numbers of a variant's colors mean.
type Colorspace = variant.Colorspace

// The values of a variant's fields: see package variant.
const (
	Inside = variant.Inside
	Cover  = variant.Cover

	JPEG = variant.JPEG
	PNG  = variant.PNG
	WebP = variant.WebP
	Auto = variant.Auto

	Keep = variant.Keep
	SRGB = variant.SRGB
)

// Recipe is the whole configuration of a pipeline.
type Recipe struct {
	Variants []Variant `json:"variants"`
	Limits   Limits    `json:"limits"`
}

// DefaultQuality is the quality of a JPEG or WebP where the recipe has none.
const DefaultQuality = variant.DefaultQuality

// MasterName is the name of the sanitized original among the variants: no variant may
// have it.
const MasterName = variant.MasterName

// What a recipe may ask for at most.
const (
	MaxVariants = 32
	// MaxNameBytes is part of how long a key may be: see keys.MaxBytes.
	MaxNameBytes = 32
	// MaxSide is the largest width or height of a JPEG file.
	MaxSide = variant.MaxSide
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
