package graph

import (
	"cmp"
	"slices"
)

// sweeps is how often the order of all layers is improved, alternately down and up. More
// sweeps change nothing.
const sweeps = 12

// sort orders each layer to have few crossings. Every vertex moves to the mean position
// of its neighbors in the previous layer. The best of all orders is kept.
func (l *level) sort() {
	best, fewest := l.snapshot(), l.crossings()

	for round := range sweeps {
		down := round%2 == 0

		for i := range l.layers {
			at := i
			if !down {
				at = len(l.layers) - 1 - i
			}

			l.sortLayer(l.layers[at], down)
		}

		if now := l.crossings(); now < fewest {
			best, fewest = l.snapshot(), now
		}
	}

	l.layers = best
}

func (l *level) snapshot() [][]*vertex {
	copied := make([][]*vertex, len(l.layers))
	for i, layer := range l.layers {
		copied[i] = slices.Clone(layer)
	}

	return copied
}

// places returns the position of each vertex in its layer.
func (l *level) places() []int {
	found := make([]int, len(l.vertices))

	for _, layer := range l.layers {
		for place, one := range layer {
			found[one.id] = place
		}
	}

	return found
}

func (l *level) sortLayer(layer []*vertex, down bool) {
	places := l.places()
	means := map[int]float64{}

	for place, one := range layer {
		sum, weight := 0.0, 0.0

		for _, neighbor := range one.neighbors(down) {
			sum += float64(places[neighbor.vertex.id]) * neighbor.weight
			weight += neighbor.weight
		}

		means[one.id] = float64(place)
		if weight > 0 {
			means[one.id] = sum / weight
		}
	}

	slices.SortStableFunc(layer, func(a, b *vertex) int { return cmp.Compare(means[a.id], means[b.id]) })
}

// neighbor is a vertex of the previous or the next layer, and its weight.
type neighbor struct {
	vertex *vertex
	weight float64
}

func (v *vertex) neighbors(above bool) []neighbor {
	var found []neighbor

	if above {
		for _, one := range v.in {
			found = append(found, neighbor{one.from, one.weight})
		}
	} else {
		for _, one := range v.out {
			found = append(found, neighbor{one.to, one.weight})
		}
	}

	return found
}

// crossings counts the pairs of lines that cross.
func (l *level) crossings() int {
	places := l.places()
	count := 0

	for i, one := range l.lines {
		for _, other := range l.lines[i+1:] {
			if one.from.layer != other.from.layer {
				continue
			}

			above := places[one.from.id] - places[other.from.id]
			below := places[one.to.id] - places[other.to.id]

			if above*below < 0 {
				count++
			}
		}
	}

	return count
}
