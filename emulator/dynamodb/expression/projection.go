package expression

import (
	"maps"
	"slices"

	"triptych/emulator/dynamodb/attribute"
)

// Projection selects the parts of an item to return.
type Projection struct{ root *projected }

// projected is a tree of paths. A node without children selects everything below it.
type projected struct {
	fields   map[string]*projected
	elements map[int]*projected
}

// ParseProjection parses and binds a list of paths.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ProjectionExpressions.html
func ParseProjection(text string, placeholders *Placeholders) (*Projection, error) {
	paths, err := parseProjection(text, placeholders)
	if err != nil {
		return nil, ProjectionExpression.in(err)
	}

	return ProjectionOf(paths), nil
}

func parseProjection(text string, placeholders *Placeholders) ([]Path, error) {
	p, err := newParser(text)
	if err != nil {
		return nil, err
	}

	nodes, err := list(p, p.parsePath)
	if err != nil {
		return nil, err
	}

	if err := p.finish(); err != nil {
		return nil, err
	}

	paths := make([]Path, len(nodes))

	for i, n := range nodes {
		if err := placeholders.bindPath(n); err != nil {
			return nil, err
		}

		paths[i] = n.path
	}

	return paths, checkDistinct(paths)
}

// ProjectionOf returns the projection on paths that do not overlap.
func ProjectionOf(paths []Path) *Projection {
	root := &projected{}

	for _, path := range paths {
		at := root
		for _, step := range path {
			at = at.child(step)
		}
	}

	return &Projection{root: root}
}

func (p *projected) child(step Step) *projected {
	if step.isIndex() {
		if p.elements == nil {
			p.elements = map[int]*projected{}
		}

		return childOf(p.elements, step.Index)
	}

	if p.fields == nil {
		p.fields = map[string]*projected{}
	}

	return childOf(p.fields, step.Name)
}

func childOf[K comparable](children map[K]*projected, key K) *projected {
	child := children[key]
	if child == nil {
		child = &projected{}
		children[key] = child
	}

	return child
}

// Apply returns the parts of the item that the projection names and the item has.
// Selected list elements close up, in the list's order.
func (p *Projection) Apply(item attribute.Map) attribute.Map {
	parts, _ := p.root.of(item).(attribute.Map)
	if parts == nil {
		return attribute.Map{}
	}

	return parts
}

// of returns the projected parts of a value, or nil if v has none of them.
func (p *projected) of(v attribute.Value) attribute.Value {
	if p.fields == nil && p.elements == nil {
		return v
	}

	switch v := v.(type) {
	case attribute.Map:
		parts := attribute.Map{}

		for name, child := range p.fields {
			if part := child.ofChild(v[name]); part != nil {
				parts[name] = part
			}
		}

		if len(parts) > 0 {
			return parts
		}
	case attribute.List:
		var parts attribute.List

		for _, index := range slices.Sorted(maps.Keys(p.elements)) {
			if index >= len(v) {
				break
			}

			if part := p.elements[index].ofChild(v[index]); part != nil {
				parts = append(parts, part)
			}
		}

		if len(parts) > 0 {
			return parts
		}
	}

	return nil
}

func (p *projected) ofChild(v attribute.Value) attribute.Value {
	if v == nil {
		return nil
	}

	return p.of(v)
}
