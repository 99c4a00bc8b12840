package main

import "triptych/picture/variant"

// job is a task for every engine: for each decode of a photo, the variants that are made
// from it.
type job struct {
	name    string
	decodes [][]variant.Spec
}

// jobs returns the sizes that pages use, and the three variants of the default recipe in
// two ways: as three functions that each decode, and as one. Those are JPEGs. Two sizes
// are also made as WebP and as PNG.
func jobs() []job {
	inside := func(side int) variant.Spec {
		return variant.Spec{
			Name: "inside", Width: side, Height: side, Fit: variant.Inside, Format: variant.JPEG, Quality: variant.DefaultQuality,
		}
	}

	small, medium, large := inside(160), inside(800), inside(1600)
	small.Fit = variant.Cover

	as := func(want variant.Spec, format variant.Format) [][]variant.Spec {
		want.Format, want.Animated = format, format == variant.WebP
		if !format.Lossy() {
			want.Quality = 0
		}

		return [][]variant.Spec{{want}}
	}

	return []job{
		{"150", [][]variant.Spec{{inside(150)}}}, // The smallest common size.
		{"800", [][]variant.Spec{{medium}}},
		{"1600", [][]variant.Spec{{large}}},
		{"three apart", [][]variant.Spec{{small}, {medium}, {large}}},
		{"three from one", [][]variant.Spec{{small, medium, large}}},
		{"800 webp", as(medium, variant.WebP)},
		{"1600 webp", as(large, variant.WebP)},
		{"800 png", as(medium, variant.PNG)},
		{"1600 png", as(large, variant.PNG)},
	}
}

// request is a job for a worker, encoded as a line of JSON.
type request struct {
	File    string           `json:"file"`
	Decodes [][]variant.Spec `json:"decodes"`
	// Out is a folder for the variants, with the names 0, 1 and so on, or "" for none. The
	// worker writes them after the time was measured.
	Out string `json:"out"`
	// Make asks sharp to rewrite the file to the path Out, in one of the ways of rewritten.
	Make string `json:"make,omitempty"`
}

// answer is a worker's result of a job.
type answer struct {
	Millis    float64 `json:"millis"`
	CPUMillis float64 `json:"cpuMillis"`
	Bytes     int     `json:"bytes"` // of all variants
	Error     string  `json:"error"`
}
