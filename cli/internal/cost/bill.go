package cost

import (
	"fmt"

	"triptych/shared/recipe"
)

// Design is a way to make variants.
type Design string

// The designs that are compared.
const (
	Triptych Design = "triptych" // a Standard workflow, started by an upload
	Express  Design = "express"  // the same pipeline as an Express workflow
	DIT      Design = "dit"      // Dynamic Image Transformation: makes a variant when it is requested
)

// Designs returns all designs.
func Designs() []Design { return []Design{Triptych, Express, DIT} }

// Purpose is the part of a bill that a line belongs to.
type Purpose string

// The purposes.
const (
	Processing Purpose = "processing" // to make the variants of new images, and to erase images
	Storage    Purpose = "storage"    // for this month's images; the same again in each later month
	Delivery   Purpose = "delivery"   // to viewers
)

// Line is one line of a month's bill.
type Line struct {
	Design   Design  `json:"design"`
	Purpose  Purpose `json:"purpose"`
	Service  string  `json:"service"`
	Item     string  `json:"item"`
	Quantity float64 `json:"quantity"`
	Unit     string  `json:"unit"`
	Price    float64 `json:"price"` // of one unit
	Cost     float64 `json:"cost"`
	How      string  `json:"how"` // the formula in words
}

// Case is the input of a bill.
type Case struct {
	Images      float64
	Recipe      recipe.Recipe
	Prices      Prices
	Assumptions Assumptions
}

// Bill returns a month's bill for one design.
func (c Case) Bill(design Design) []Line {
	b := &bill{Case: c, design: design, purpose: Processing}
	for _, v := range c.Recipe.Variants {
		b.variants = append(b.variants, c.Assumptions.variant(v))
	}

	switch design {
	case Triptych:
		b.standard()
		b.functions()
		b.objects()
		b.around()
	case Express:
		b.express()
		b.functions()
		b.objects()
		b.around()
	case DIT:
		b.transformations()
	}

	b.purpose = Delivery
	b.delivery()

	return b.lines
}

// LambdaSeconds returns the sum of the durations of all function calls for one upload. It
// determines how many uploads per second the account's concurrency supports.
func (c Case) LambdaSeconds() float64 {
	b := &bill{Case: c}
	for _, v := range c.Recipe.Variants {
		b.variants = append(b.variants, c.Assumptions.variant(v))
	}

	return b.uploadSeconds()
}

// Total returns the sum of a bill.
func Total(lines []Line) float64 {
	total := 0.0
	for _, line := range lines {
		total += line.Cost
	}

	return total
}

// Sum returns the sum of the lines with a purpose.
func Sum(lines []Line, purpose Purpose) float64 {
	total := 0.0

	for _, line := range lines {
		if line.Purpose == purpose {
			total += line.Cost
		}
	}

	return total
}

type bill struct {
	Case

	design   Design
	purpose  Purpose // of the lines that are added next
	variants []variant
	lines    []Line
}

// store adds a line of storage.
func (b *bill) store(service string, quantity, price float64, how string, values ...any) {
	before := b.purpose
	b.purpose = Storage
	b.add(service, "storage of this month's images", quantity, "GB-month", price, how, values...)
	b.purpose = before
}

func (b *bill) add(service, item string, quantity float64, unit string, price float64, how string, values ...any) {
	b.lines = append(b.lines, Line{
		Design: b.design, Purpose: b.purpose, Service: service, Item: item, Quantity: quantity, Unit: unit, Price: price, Cost: quantity * price,
		How: fmt.Sprintf(how, values...),
	})
}

func (b *bill) count() float64 { return float64(len(b.variants)) }

// sum returns the sum of a quantity over all variants.
func (b *bill) sum(of func(variant) float64) float64 {
	total := 0.0
	for _, one := range b.variants {
		total += of(one)
	}

	return total
}

func (b *bill) files() float64 { return b.sum(func(v variant) float64 { return v.files }) }
func (b *bill) bytes() float64 { return b.sum(func(v variant) float64 { return v.bytes }) }
