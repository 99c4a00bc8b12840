package icc

// grid is a table in one to four dimensions. In the list of nodes, the index of the last
// dimension changes fastest (ICC.1:2022, 10.12.3).
type grid struct {
	points [maxChannels]int // by dimension, at least 2; 0 if there is no such dimension
	nodes  []float32        // three results for each node; nil if there is no grid
}

// newGrid reads the nodes of a grid with a given number of points in each dimension. All
// errors match ErrUnsupported.
func newGrid(points []int, data numbers) (made grid, rest numbers, err error) {
	count := results

	for i, many := range points {
		const fewest = 2
		if many < fewest || count > data.left() {
			return grid{}, data, unsupported("a table with a damaged grid")
		}

		made.points[i] = many
		count *= many // No overflow: count was at most data.left(), and many is at most 255.
	}

	if count > data.left() {
		return grid{}, data, unsupported("a table that is too short")
	}

	made.nodes = data.next(count)

	return made, data, nil
}

// place finds the position of a coordinate (0 to 1) between the points of one dimension.
// from is the offset of the point before the coordinate, next is the distance to the next
// point, and part is the fraction of the way to that point.
func place(at float64, points, step int) (from, next int, part float64) {
	at *= float64(points - 1)
	i := min(int(at), points-2) // The last point has no next point.

	return i * step, step, at - float64(i)
}

// look interpolates in the grid as LittleCMS does. The interpolation is linear in one
// dimension, bilinear in two, and tetrahedral in three. In four dimensions, it is linear in
// the first dimension and tetrahedral in the other three.
func (g *grid) look(at [maxChannels]float64) [results]float64 {
	dimensions := 0
	for dimensions < maxChannels && g.points[dimensions] > 0 {
		dimensions++
	}

	var steps [maxChannels]int

	step := results
	for i := dimensions - 1; i >= 0; i-- {
		steps[i] = step
		step *= g.points[i]
	}

	switch dimensions {
	case 1:
		from, next, part := place(at[0], g.points[0], steps[0])

		return between(g.node(from), g.node(from+next), part)
	case results:
		return g.tetrahedron(0, at[:], g.points[:], steps[:])
	default:
		from, next, part := place(at[0], g.points[0], steps[0])

		return between(
			g.tetrahedron(from, at[1:], g.points[1:], steps[1:]),
			g.tetrahedron(from+next, at[1:], g.points[1:], steps[1:]), part)
	}
}

// tetrahedron interpolates in a table of at most three dimensions that begins at an offset.
// It starts at the first corner of the cell, and adds the differences along the dimensions,
// from the largest fraction to the smallest.
func (g *grid) tetrahedron(offset int, at []float64, points, steps []int) [results]float64 {
	var (
		parts [results]float64
		nexts [results]int
	)

	for i := range parts {
		from, next, part := place(at[i], points[i], steps[i])
		offset += from
		nexts[i], parts[i] = next, part
	}

	order := [results]int{0, 1, 2}
	swap := func(i, j int) {
		if parts[order[i]] < parts[order[j]] {
			order[i], order[j] = order[j], order[i]
		}
	}

	swap(0, 1)
	swap(1, 2)
	swap(0, 1)

	here := g.node(offset)
	found := here

	for _, i := range order {
		offset += nexts[i]
		there := g.node(offset)

		for j := range found {
			found[j] += parts[i] * (there[j] - here[j])
		}

		here = there
	}

	return found
}

func (g *grid) node(at int) [results]float64 {
	return [results]float64{float64(g.nodes[at]), float64(g.nodes[at+1]), float64(g.nodes[at+2])}
}

func between(a, b [results]float64, part float64) [results]float64 {
	for i := range a {
		a[i] += part * (b[i] - a[i])
	}

	return a
}
