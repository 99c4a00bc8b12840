package execution

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// document is a JSON text to read and to copy.
type document struct {
	ID   string // of its HTML element
	Name string
	Text string
	// Cut means that the text is truncated.
	Cut bool
}

// mostDocument is the maximum size of one document on a page. Step Functions allows 256 KiB.
const mostDocument = 24 << 10

// newDocument returns a document. The parameter place is its position in the panel.
func newDocument(place int, name, text string) document {
	var indented bytes.Buffer
	if json.Indent(&indented, []byte(text), "", "  ") == nil {
		text = indented.String()
	}

	shown := document{ID: fmt.Sprintf("document-%d", place), Name: name, Text: text}
	if len(text) > mostDocument {
		shown.Text, shown.Cut = string(bytes.ToValidUTF8([]byte(text[:mostDocument]), nil)), true
	}

	return shown
}
