package graph

import (
	"maps"
	"slices"
)

// vertex is a node during the layout of one level. It is a state, the start, the end, or a
// bend of a long line.
type vertex struct {
	box

	id    int
	layer int
	bend  bool
	in    []*line
	out   []*line

	x float64 // of its center
}

// line connects two vertices. After bends are added, they are in adjacent layers.
type line struct {
	from, to *vertex
	edge     *Edge // the edge that the line is part of
	weight   float64
	back     bool // the line was reversed to open a cycle: it is drawn upwards
}

// level is a state machine without the content of its groups.
type level struct {
	vertices []*vertex
	lines    []*line
	layers   [][]*vertex
	edges    []*Edge
}

const (
	// The weights decide how straight a line is drawn. The transition of a catcher has a
	// smaller weight than the others. Lines between two bends have the largest weight.
	usualWeight   = 4
	bendWeight    = 2
	betweenWeight = 8
)

// newLevel returns the vertices and lines of a state machine. If outer is true, it adds a
// start and an end.
func newLevel(machine definition, path []string, outer bool) *level {
	l := &level{}
	byName := map[string]*vertex{}

	var end *vertex

	if outer {
		start := l.add(box{node: Node{Type: StartType, W: terminalSize, H: terminalSize, Path: path}})

		defer func() {
			if first := byName[machine.StartAt]; first != nil {
				l.connect(start, first, transition{to: machine.StartAt, kind: Next}, path)
			}

			l.rank()
		}()
	} else {
		defer l.rank()
	}

	order := machine.order()
	for _, name := range order {
		of := machine.States[name]
		byName[name] = l.add(newBox(name, &of, path))
	}

	if outer {
		end = l.add(box{node: Node{Type: EndType, W: terminalSize, H: terminalSize, Path: path}})
	}

	for _, name := range order {
		of := machine.States[name]
		for _, one := range of.transitions(name) {
			to := byName[one.to]
			if one.to == "" {
				to = end
			}

			if to != nil {
				l.connect(byName[name], to, one, path)
			}
		}
	}

	return l
}

// order follows the transitions from the start, and returns the names of the states in the
// order in which it reaches them. Unreachable states are the last, sorted by name.
func (d *definition) order() []string {
	var (
		found []string
		seen  = map[string]bool{}
		visit func(name string)
	)

	visit = func(name string) {
		of, there := d.States[name]
		if !there || seen[name] {
			return
		}

		seen[name] = true

		found = append(found, name)
		for _, one := range of.transitions(name) {
			visit(one.to)
		}
	}

	visit(d.StartAt)

	for _, name := range slices.Sorted(maps.Keys(d.States)) {
		visit(name)
	}

	return found
}

func (l *level) add(of box) *vertex {
	one := &vertex{box: of, id: len(l.vertices)}
	l.vertices = append(l.vertices, one)

	return one
}

func (l *level) connect(from, to *vertex, one transition, path []string) {
	edge := &Edge{From: one.from, To: one.to, Kind: one.kind, Label: one.label, Path: path}
	l.edges = append(l.edges, edge)

	weight := 1.0
	if one.kind == Next {
		weight = usualWeight
	}

	if from != to { // The node of a state shows a transition to itself, without a line.
		l.join(&line{from: from, to: to, edge: edge, weight: weight})
	}
}

func (l *level) join(one *line) {
	l.lines = append(l.lines, one)
	one.from.out = append(one.from.out, one)
	one.to.in = append(one.to.in, one)
}

// rank opens cycles, assigns vertices to layers, and adds bends.
func (l *level) rank() {
	l.openCycles()

	// Compute the longest path to each vertex. Because no cycle remains, the number of
	// rounds is at most the number of vertices.
	for changed, rounds := true, 0; changed && rounds <= len(l.vertices); rounds++ {
		changed = false

		for _, one := range l.lines {
			if one.to.layer <= one.from.layer {
				one.to.layer = one.from.layer + 1
				changed = true
			}
		}
	}

	for _, one := range slices.Clone(l.lines) {
		l.bend(one)
	}

	deepest := 0
	for _, one := range l.vertices {
		deepest = max(deepest, one.layer)
	}

	l.layers = make([][]*vertex, deepest+1)
	for _, one := range l.vertices {
		l.layers[one.layer] = append(l.layers[one.layer], one)
	}
}

// openCycles reverses each line that closes a cycle, so that no cycle remains. A
// depth-first search finds these lines: each of them leads to a vertex on the current path.
func (l *level) openCycles() {
	const (
		fresh = iota
		open
		done
	)

	standing := make([]int, len(l.vertices))

	var visit func(at *vertex)

	visit = func(at *vertex) {
		standing[at.id] = open

		for _, one := range slices.Clone(at.out) {
			switch standing[one.to.id] {
			case open:
				one.turn()
			case fresh:
				visit(one.to)
			}
		}

		standing[at.id] = done
	}

	for _, one := range l.vertices {
		if standing[one.id] == fresh {
			visit(one)
		}
	}
}

func (l *line) turn() {
	same := func(one *line) bool { return one == l }
	l.from.out = slices.DeleteFunc(l.from.out, same)
	l.to.in = slices.DeleteFunc(l.to.in, same)
	l.from, l.to, l.back = l.to, l.from, !l.back
	l.from.out = append(l.from.out, l)
	l.to.in = append(l.to.in, l)
}

// bend adds a bend of a long line to each layer that it crosses.
func (l *level) bend(long *line) {
	same := func(one *line) bool { return one == long }

	for long.to.layer > long.from.layer+1 {
		bend := l.add(box{node: Node{W: bendWidth}})
		bend.bend, bend.layer = true, long.from.layer+1

		weight := long.weight * bendWeight
		if long.from.bend {
			weight = long.weight * betweenWeight
		}

		first := &line{from: long.from, to: bend, edge: long.edge, weight: weight, back: long.back}
		long.from.out[slices.IndexFunc(long.from.out, same)] = first
		bend.in = append(bend.in, first)
		l.lines = append(l.lines, first)

		long.from = bend
		bend.out = append(bend.out, long)
	}

	if long.from.bend {
		long.weight *= bendWeight
	}
}
