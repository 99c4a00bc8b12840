package expression

import (
	"maps"
	"slices"
	"strings"

	"triptych/emulator/dynamodb/attribute"
)

// Placeholders has a request's ExpressionAttributeNames and ExpressionAttributeValues,
// and records which of them the expressions have used. Source:
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ExpressionAttributeNames.html
type Placeholders struct {
	names      map[string]string
	values     attribute.Map
	usedNames  map[string]bool
	usedValues map[string]bool
}

// NewPlaceholders returns the placeholders of a request. It returns an error if a
// placeholder does not have the form "#name" or ":value".
func NewPlaceholders(names map[string]string, values attribute.Map) (*Placeholders, error) {
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if !isPlaceholder(name, tokenName) {
			return nil, refuse("ExpressionAttributeNames contains invalid key: Syntax error; key: %q", name)
		}
	}

	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !isPlaceholder(name, tokenValue) {
			return nil, refuse("ExpressionAttributeValues contains invalid key: Syntax error; key: %q", name)
		}
	}

	return &Placeholders{
		names:      names,
		values:     values,
		usedNames:  map[string]bool{},
		usedValues: map[string]bool{},
	}, nil
}

func isPlaceholder(text string, want tokenKind) bool {
	if text == "" {
		return false
	}

	kind, length := nextToken(text)

	return kind == want && length == len(text)
}

// Unused returns an error if there are placeholders that no expression has used. Call it
// after all expressions of a request are bound.
func (p *Placeholders) Unused() error {
	if unused := missing(p.names, p.usedNames); unused != "" {
		return refuse("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", unused)
	}

	if unused := missing(p.values, p.usedValues); unused != "" {
		return refuse("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", unused)
	}

	return nil
}

func missing[V any](given map[string]V, used map[string]bool) string {
	var unused []string

	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !used[name] {
			unused = append(unused, name)
		}
	}

	return strings.Join(unused, ", ")
}

// bindValue sets the value of a :placeholder.
func (p *Placeholders) bindValue(n *valueNode) error {
	value, defined := p.values[n.placeholder]
	if !defined {
		return refuse("An expression attribute value used in expression is not defined; attribute value: %s", n.placeholder)
	}

	p.usedValues[n.placeholder] = true
	n.value = value

	return nil
}

// bindPath replaces #placeholders with the real names.
func (p *Placeholders) bindPath(n *pathNode) error {
	n.path = make(Path, len(n.raw))

	for i, step := range n.raw {
		switch {
		case step.index >= 0:
			n.path[i] = indexStep(step.index)
		case step.token.kind == tokenName:
			name, defined := p.names[step.token.text]
			if !defined {
				return refuse("An expression attribute name used in the document path is not defined; attribute name: %s",
					step.token.text)
			}

			p.usedNames[step.token.text] = true
			n.path[i] = nameStep(name)
		case isReserved(step.token.text):
			return refuse("Attribute name is a reserved keyword; reserved keyword: %s", step.token.text)
		default:
			n.path[i] = nameStep(step.token.text)
		}
	}

	return nil
}
