package graph

import (
	"fmt"
	"strings"
)

// Line returns an edge as the d attribute of an SVG path through all points of the edge.
// Two points with the same X are joined by a straight line. All other points are joined
// by a curve that is vertical at both points.
func (e *Edge) Line() string {
	var d strings.Builder

	for i, point := range e.Points {
		if i == 0 {
			fmt.Fprintf(&d, "M%s", point)

			continue
		}

		before := e.Points[i-1]
		if before.X == point.X {
			fmt.Fprintf(&d, "L%s", point)

			continue
		}

		middle := (before.Y + point.Y) / 2
		fmt.Fprintf(&d, "C%s %s %s", Point{before.X, middle}, Point{point.X, middle}, point)
	}

	return d.String()
}

// String returns the point in SVG's format, to a tenth of a pixel.
func (p Point) String() string { return fmt.Sprintf("%.1f,%.1f", p.X, p.Y) }
