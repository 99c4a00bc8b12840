package jsonata

func (p *parser) block() (*node, error) {
	out := &node{kind: blockNode}

	for p.token.id() != ")" {
		inner, err := p.expression(0)
		if err != nil {
			return nil, err
		}

		out.list = append(out.list, inner)

		if p.token.id() != ";" {
			break
		}

		if err := p.advance(";", false); err != nil {
			return nil, err
		}
	}

	return out, p.advance(")", true)
}

func (p *parser) array() (*node, error) {
	out := &node{kind: unaryNode, text: "["}

	for p.token.id() != "]" {
		item, err := p.expression(0)
		if err != nil {
			return nil, err
		}

		if p.token.id() == ".." {
			if err := p.advance("..", false); err != nil {
				return nil, err
			}

			last, err := p.expression(0)
			if err != nil {
				return nil, err
			}

			item = &node{kind: binaryNode, text: "..", lhs: item, rhs: last}
		}

		out.list = append(out.list, item)

		if p.token.id() != "," {
			break
		}

		if err := p.advance(",", false); err != nil {
			return nil, err
		}

		if p.token.id() == "]" { // A comma needs a further item.
			return nil, fault("S0211").at("]")
		}
	}

	return out, p.advance("]", true)
}

// object parses the pairs of an object constructor or a group-by.
func (p *parser) object() ([][2]*node, error) {
	var out [][2]*node

	for p.token.id() != "}" || len(out) > 0 {
		name, err := p.expression(0)
		if err != nil {
			return nil, err
		}

		if err := p.advance(":", false); err != nil {
			return nil, err
		}

		value, err := p.expression(0)
		if err != nil {
			return nil, err
		}

		out = append(out, [2]*node{name, value})

		if p.token.id() != "," {
			break
		}

		if err := p.advance(",", false); err != nil {
			return nil, err
		}
	}

	return out, p.advance("}", true)
}

func (p *parser) transform() (*node, error) {
	out := &node{kind: transformNode}

	var err error
	if out.lhs, err = p.expression(0); err != nil {
		return nil, err
	}

	if err := p.advance("|", false); err != nil {
		return nil, err
	}

	if out.rhs, err = p.expression(0); err != nil {
		return nil, err
	}

	if p.token.id() == "," {
		if err := p.advance(",", false); err != nil {
			return nil, err
		}

		if out.other, err = p.expression(0); err != nil {
			return nil, err
		}
	}

	return out, p.advance("|", false)
}
