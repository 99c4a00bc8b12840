package graph

import (
	"math"
	"slices"
)

// rounds is the number of times that place shifts the vertices of every layer towards
// their neighbors.
const rounds = 24

// place chooses the horizontal position of each vertex's center.
func (l *level) place() {
	for _, layer := range l.layers {
		x := 0.0

		for i, one := range layer {
			if i > 0 {
				x += minDistance(layer[i-1], one)
			}

			one.x = x
		}
	}

	for round := range rounds {
		for i := range l.layers {
			at := i
			if round%2 == 1 {
				at = len(l.layers) - 1 - i
			}

			shift(l.layers[at])
		}
	}
}

// minDistance returns the minimum distance between the centers of two adjacent vertices.
func minDistance(left, right *vertex) float64 { return (left.node.W+right.node.W)/2 + nodeGap }

// shift moves the vertices of a layer as near as possible to their preferred positions,
// and keeps their order and their minimum distances. This is a least-squares problem. Its
// exact solution is isotonic regression, which pools adjacent vertices that would
// overlap.
func shift(layer []*vertex) {
	type pool struct{ sum, weight, count float64 }

	var (
		pools  []pool
		shifts = make([]float64, len(layer))
	)

	for i, one := range layer {
		if i > 0 {
			shifts[i] = shifts[i-1] + minDistance(layer[i-1], one)
		}

		wanted, weight := one.preferred()
		pools = append(pools, pool{(wanted - shifts[i]) * weight, weight, 1})

		for last := len(pools) - 1; last > 0 && pools[last-1].sum/pools[last-1].weight > pools[last].sum/pools[last].weight; last-- {
			pools[last-1].sum += pools[last].sum
			pools[last-1].weight += pools[last].weight
			pools[last-1].count += pools[last].count
			pools = pools[:last]
		}
	}

	at := 0

	for _, one := range pools {
		for range int(one.count) {
			layer[at].x = one.sum/one.weight + shifts[at]
			at++
		}
	}
}

// preferred returns the preferred position of a vertex and the weight of that position. The
// preferred position is the weighted mean of the positions of the vertex's neighbors.
func (v *vertex) preferred() (x, weight float64) {
	for _, above := range []bool{true, false} {
		for _, one := range v.neighbors(above) {
			x += one.vertex.x * one.weight
			weight += one.weight
		}
	}

	if weight == 0 {
		return v.x, 1
	}

	return x / weight, weight
}

// draw returns the level as a drawing. Its coordinates begin at 0 in the top left corner.
func (l *level) draw() Drawing {
	left, right := math.Inf(1), math.Inf(-1)

	for _, one := range l.vertices {
		left, right = min(left, one.x-one.node.W/2), max(right, one.x+one.node.W/2)
	}

	if len(l.vertices) == 0 {
		return Drawing{}
	}

	drawn := Drawing{Width: right - left}
	tops := make([]float64, len(l.layers))
	heights := make([]float64, len(l.layers))

	for i, layer := range l.layers {
		for _, one := range layer {
			heights[i] = max(heights[i], one.node.H)
		}

		if i > 0 {
			drawn.Height += layerGap
		}

		tops[i] = drawn.Height
		drawn.Height += heights[i]
	}

	for i, layer := range l.layers {
		for _, one := range layer {
			one.node.X = one.x - left - one.node.W/2
			one.node.Y = tops[i] + (heights[i]-one.node.H)/2

			if !one.bend {
				one.inside.move(one.node.X, one.node.Y)
				drawn.Nodes = append(drawn.Nodes, one.node)
				drawn.Nodes = append(drawn.Nodes, one.inside.Nodes...)
				drawn.Edges = append(drawn.Edges, one.inside.Edges...)
			}
		}
	}

	for _, edge := range l.edges {
		edge.Points = l.points(edge)
		drawn.Edges = append(drawn.Edges, *edge)
	}

	return drawn
}

// points returns the start, the bends and the end of an edge.
func (l *level) points(edge *Edge) []Point {
	var parts []*line

	for _, one := range l.lines {
		if one.edge == edge {
			parts = append(parts, one)
		}
	}

	slices.SortFunc(parts, func(a, b *line) int { return a.from.layer - b.from.layer })

	var found []Point

	for i, one := range parts {
		if i == 0 {
			found = append(found, Point{one.from.middle(), one.from.node.Y + one.from.node.H})
		}

		if one.to.bend {
			// The line is straight through the whole height of the layer.
			top, bottom := l.layerSpan(one.to.layer)
			found = append(found, Point{one.to.middle(), top}, Point{one.to.middle(), bottom})
		} else {
			found = append(found, Point{one.to.middle(), one.to.node.Y})
		}
	}

	if len(parts) > 0 && parts[0].back {
		slices.Reverse(found)
	}

	return found
}

func (v *vertex) middle() float64 { return v.node.X + v.node.W/2 }

// layerSpan returns the top and the bottom of a layer.
func (l *level) layerSpan(at int) (top, bottom float64) {
	top, bottom = math.Inf(1), math.Inf(-1)

	for _, one := range l.layers[at] {
		top, bottom = min(top, one.node.Y), max(bottom, one.node.Y+one.node.H)
	}

	return top, bottom
}
