package bucketconfig

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"triptych/emulator/objectstore/s3wire"
)

// element is an XML element with everything in it.
type element struct {
	XMLName  xml.Name
	Children []element `xml:",any"`
	Text     string    `xml:",chardata"`
}

// child follows names from parent to child. It returns the first element at that path, or
// nil.
func (e *element) child(names ...string) *element {
	for _, name := range names {
		var found *element

		for i := range e.Children {
			if e.Children[i].XMLName.Local == name {
				found = &e.Children[i]

				break
			}
		}

		if found == nil {
			return nil
		}

		e = found
	}

	return e
}

// value returns the text of a descendant, or "".
func (e *element) value(names ...string) string {
	found := e.child(names...)
	if found == nil {
		return ""
	}

	return strings.TrimSpace(found.Text)
}

// parse parses a document with this root.
func parse(body []byte, root string) (*element, *s3wire.Error) {
	const maxDepth = 64

	// The depth is limited before the document is decoded.
	depth, tokens := 0, xml.NewDecoder(bytes.NewReader(body))

	for {
		token, err := tokens.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}

		if err != nil {
			return nil, malformedXML()
		}

		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		case xml.Directive:
			return nil, malformedXML()
		}

		if depth > maxDepth {
			return nil, malformedXML()
		}
	}

	var document element
	if err := xml.Unmarshal(body, &document); err != nil || document.XMLName.Local != root {
		return nil, malformedXML()
	}

	return &document, nil
}
