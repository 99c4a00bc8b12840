package main

import "triptych/picture/variant"

// job is what every engine does with a photo: for each decode the variants that
// are made from it.
type job struct {
	name    string
	decodes [][]variant.Spec
}

// jobs are the sizes that pages use, and the default recipe's three variants in
// both ways: by three functions that each decode, and by one.
func jobs() []job {
	inside := func(side int) variant.Spec {
		return variant.Spec{
			Name: "inside", Width: side, Height: side, Fit: variant.Inside, Format: variant.JPEG, Quality: variant.DefaultQuality,
		}
	}

	small, medium, large := inside(160), inside(800), inside(1600)
	small.Fit = variant.Cover

	return []job{
		{"150", [][]variant.Spec{{inside(150)}}}, // The smallest that is usual.
		{"800", [][]variant.Spec{{medium}}},
		{"1600", [][]variant.Spec{{large}}},
		{"three apart", [][]variant.Spec{{small}, {medium}, {large}}},
		{"three from one", [][]variant.Spec{{small, medium, large}}},
	}
}

// request is a job for a worker, as a line of JSON.
type request struct {
	File    string           `json:"file"`
	Decodes [][]variant.Spec `json:"decodes"`
	// Out is a folder to write the variants to, as 0.jpg and so on, once the clock
	// has stopped; "" for none.
	Out string `json:"out"`
	// Make asks sharp to write the file anew to Out, a path: as "png", or as
	// "progressive", a heavy JPEG.
	Make string `json:"make,omitempty"`
}

// answer is what a worker says of a job.
type answer struct {
	Millis    float64 `json:"millis"`
	CPUMillis float64 `json:"cpuMillis"`
	Bytes     int     `json:"bytes"` // of all variants
	Error     string  `json:"error"`
}
