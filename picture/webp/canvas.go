package webp

import (
	"image"

	"triptych/picture/planes"
)

// canvas passes the rows of a picture to a sink, in RGB with alpha. Pixels of the file's image
// outside the picture are transparent black.
type canvas struct {
	*planes.Feed

	area image.Rectangle
	size image.Point
	room int // rows until Reserve and Offer
}

// rowsAtOnce is the number of rows that the sink receives at a time.
const rowsAtOnce = 16

func newCanvas(p *Picture, sink planes.Sink, premultiplied bool) *canvas {
	shape := planes.Shape{Region: image.Rectangle{Max: p.Canvas}, Alpha: planes.Straight}
	if premultiplied {
		shape.Alpha = planes.Premultiplied
	}

	plane := planes.Plane{Width: p.Canvas.X, Height: p.Canvas.Y}
	shape.Image = &planes.Image{
		Model: planes.RGB, Width: p.Canvas.X, Height: p.Canvas.Y, Planes: []planes.Plane{plane, plane, plane},
	}

	return &canvas{Feed: planes.NewFeed(shape, sink, 2*rowsAtOnce), area: p.Area, size: p.Canvas}
}

// add adds a row of the picture. fill sets the samples.
func (c *canvas) add(fill func(r, g, b, a []byte)) {
	c.blankUntil(c.area.Min.Y)
	c.next()

	var parts [4][]byte

	for i := range parts {
		row := c.Row(i)
		clear(row[:c.area.Min.X])
		clear(row[c.area.Max.X:])
		parts[i] = row[c.area.Min.X:c.area.Max.X]
	}

	fill(parts[0], parts[1], parts[2], parts[3])
	c.complete()
}

// finish adds the rows below the picture.
func (c *canvas) finish() { c.blankUntil(c.size.Y) }

func (c *canvas) blankUntil(end int) {
	for c.Filled() < end && (c.Filled() < c.area.Min.Y || c.Filled() >= c.area.Max.Y) {
		c.next()

		for i := range 4 {
			clear(c.Row(i))
		}

		c.complete()
	}
}

// next makes room for a row.
func (c *canvas) next() {
	if c.room == 0 {
		c.room = min(rowsAtOnce, c.size.Y-c.Filled())
		c.Reserve(c.room)
	}
}

// complete ends a row.
func (c *canvas) complete() {
	c.Complete()

	if c.room--; c.room == 0 {
		c.Offer()
	}
}
