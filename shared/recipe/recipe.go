// Package recipe defines the user's configuration: the variants of an image, and the
// maximum size of an original.
//
// A recipe is a JSON file. recipe.schema.json in this folder is its published JSON Schema.
// default.json is the recipe that is used if none is given. The names of fields and values
// are those of CSS object-fit and of the image library sharp.
package recipe

import (
	_ "embed"

	"triptych/picture/variant"
)

// Variant describes one image to generate. An image is never enlarged.
type Variant = variant.Spec

// Fit says how an image is resized to the width and height of a variant.
type Fit = variant.Fit

// Format is the file format of a variant.
type Format = variant.Format

// Colorspace is the color space of a variant.
type Colorspace = variant.Colorspace

// Resample says which values are averaged when a variant is resized.
type Resample = variant.Resample

// Master says how the master of a HEIC or AVIF is made.
type Master = variant.Master

// The values of Master: see package variant.
const (
	Converted = variant.Converted
	AsIs      = variant.AsIs
)

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

	Gamma  = variant.Gamma
	Linear = variant.Linear
)

// Recipe is the whole configuration of a pipeline.
type Recipe struct {
	Variants []Variant `json:"variants"`
	// Master is empty for Converted.
	Master Master `json:"master,omitempty"`
	Limits Limits `json:"limits"`
}

// DefaultQuality is the default quality of a JPEG or WebP.
const DefaultQuality = variant.DefaultQuality

// MasterName is the name of the sanitized original. No variant may have this name.
const MasterName = variant.MasterName

// The limits of a recipe.
const (
	MaxVariants = 32
	// MaxNameBytes limits the name of a variant. The keys of variants contain this name, so
	// the limit also reduces the maximum length of an original's key: see keys.MaxBytes.
	MaxNameBytes = 32
	// MaxSide is the largest width or height of a JPEG file.
	MaxSide = variant.MaxSide
	// MaxSeconds is the largest limits.maxSeconds of a recipe. It is less than a function's
	// timeout of 115 seconds, so that the function has time to report the outcome.
	MaxSeconds = 110
)

//go:embed default.json
var defaultText []byte

//go:embed recipe.schema.json
var schemaText []byte

// DefaultText returns the text of the default recipe.
func DefaultText() []byte { return append([]byte(nil), defaultText...) }

// Schema returns the published JSON Schema.
func Schema() []byte { return append([]byte(nil), schemaText...) }
