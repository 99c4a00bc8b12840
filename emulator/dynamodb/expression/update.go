package expression

import "slices"

// action is the name of a clause of an update expression.
type action string

const (
	actionSet    action = "SET"
	actionRemove action = "REMOVE"
	actionAdd    action = "ADD"
	actionDelete action = "DELETE"
)

// change is one action on one path. REMOVE has no operand.
type change struct {
	action  action
	path    *pathNode
	operand node
}

// Update is a parsed and bound update expression.
type Update struct{ changes []change }

// ParseUpdate parses and binds an update expression.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
func ParseUpdate(text string, placeholders *Placeholders) (*Update, error) {
	changes, err := parseUpdate(text)
	if err != nil {
		return nil, UpdateExpression.in(err)
	}

	if err := bindUpdate(changes, placeholders); err != nil {
		return nil, UpdateExpression.in(err)
	}

	return &Update{changes: changes}, nil
}

// Paths lists the paths that the update changes, in the order of the text.
func (u *Update) Paths() []Path {
	paths := make([]Path, len(u.changes))
	for i, c := range u.changes {
		paths[i] = c.path.path
	}

	return paths
}

func parseUpdate(text string) ([]change, error) {
	p, err := newParser(text)
	if err != nil {
		return nil, err
	}

	var (
		changes  []change
		seen     []action
		repeated action
	)

	for first := true; first || p.current().kind != tokenEnd; first = false {
		clause, err := p.updateAction()
		if err != nil {
			return nil, err
		}

		if slices.Contains(seen, clause) && repeated == "" {
			repeated = clause
		}

		seen = append(seen, clause)

		more, err := list(p, func() (change, error) { return p.change(clause) })
		if err != nil {
			return nil, err
		}

		changes = append(changes, more...)
	}

	// Report this last: a later syntax error takes precedence.
	if repeated != "" {
		return nil, refuse("The %q section can only be used once in an update expression;", string(repeated))
	}

	return changes, p.finish()
}

func (p *parser) updateAction() (action, error) {
	for _, a := range []action{actionSet, actionRemove, actionAdd, actionDelete} {
		if p.takeKeyword(string(a)) {
			return a, nil
		}
	}

	return "", p.syntaxError()
}

func (p *parser) change(clause action) (change, error) {
	path, err := p.parsePath()
	if err != nil {
		return change{}, err
	}

	c := change{action: clause, path: path}

	switch clause {
	case actionRemove:
		return c, nil
	case actionSet:
		if err := p.expectSign("="); err != nil {
			return change{}, err
		}

		c.operand, err = p.sum()
	case actionAdd, actionDelete:
		t := p.current()
		if t.kind != tokenValue {
			return change{}, p.syntaxError()
		}

		p.next()

		c.operand = &valueNode{placeholder: t.text}
	}

	return c, err
}

// sum: term [ + term | - term ].
func (p *parser) sum() (node, error) {
	left, err := p.term()
	if err != nil {
		return nil, err
	}

	operator := p.current()
	if !p.takeSign("+") && !p.takeSign("-") {
		return left, nil
	}

	if err := p.countOperator(); err != nil {
		return nil, err
	}

	right, err := p.term()

	return &sumNode{operator: operator.text, left: left, right: right}, err
}

// term: ( sum ) | :value | function ( terms ) | path.
func (p *parser) term() (node, error) {
	switch t := p.current(); {
	case p.takeSign("("):
		inner, err := p.sum()
		if err != nil {
			return nil, err
		}

		return &groupNode{inner: inner}, p.expectSign(")")
	case t.kind == tokenValue:
		p.next()

		return &valueNode{placeholder: t.text}, nil
	case t.kind == tokenWord && p.tokens[p.at+1].isSign("("):
		p.next()

		return p.call(t.text, p.term)
	default:
		return p.parsePath()
	}
}
