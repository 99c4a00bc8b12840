package resources

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// node is an element of a configuration.
type node struct {
	name     string
	text     string // Of an element without children.
	children []*node
}

// child returns the first child with this name, or nil.
func (n *node) child(name string) *node {
	for _, one := range n.children {
		if one.name == name {
			return one
		}
	}

	return nil
}

// tree parses the inner XML of a configuration. Attributes are dropped: CloudFront's
// documents have none.
func tree(inner string) (*node, error) {
	root := &node{}
	stack := []*node{root}
	decoder := xml.NewDecoder(strings.NewReader("<c>" + inner + "</c>"))

	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return root.children[0], nil
		}

		if err != nil {
			return nil, malformed(err)
		}

		top := stack[len(stack)-1]

		switch token := token.(type) {
		case xml.StartElement:
			made := &node{name: token.Name.Local}
			top.children = append(top.children, made)
			stack = append(stack, made)
		case xml.CharData:
			top.text += string(token)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
}

// write returns the inner XML of an element.
func (n *node) write() string {
	if len(n.children) == 0 {
		return escape(n.text)
	}

	var out strings.Builder
	for _, one := range n.children {
		out.WriteString(wrap(one.name, one.write()))
	}

	return out.String()
}

// fill adds children that are missing. Each is a name with its inner XML.
func (n *node) fill(defaults ...[2]string) {
	for _, one := range defaults {
		if n.child(one[0]) != nil {
			continue
		}

		if made, err := tree(one[1]); err == nil {
			n.children = append(n.children, &node{name: one[0], text: made.text, children: made.children})
		}
	}
}
