package graph

import (
	"cmp"
	"slices"
)

// sweeps is how often sort goes through all layers, alternately downward and upward. More
// sweeps do not improve the result.
const sweeps = 12

// sort chooses an order of the vertices in each layer, so that few lines cross. A downward
// sweep sorts the vertices of a layer by the mean position of their neighbors in the layer
// above. An upward sweep uses the neighbors in the layer below. After all sweeps, sort keeps
// the order with the fewest crossings.
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

// neighbor is a vertex in the layer above or below, and the weight of the line to it.
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
