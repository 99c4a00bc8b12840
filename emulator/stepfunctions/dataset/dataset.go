// Package dataset reads the items of a DISTRIBUTED Map from a file: a JSON array, JSON Lines
// or CSV.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
package dataset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"triptych/emulator/stepfunctions/asl"
)

// Position is the start of a page in a file.
type Position struct {
	Offset  int64    `json:"offset"`            // In bytes.
	Headers []string `json:"headers,omitempty"` // Of a CSV file, once they are known.
}

// Page is a page of items.
type Page struct {
	Items []json.RawMessage
	Next  *Position // The start of the next page; nil at the end of the file.
}

// maxPageBytes limits the items of a page together, and maxItemBytes the text of one item.
// An item of more than [asl.MaxDataBytes] fails the Map, so a longer text is not read.
const (
	maxPageBytes = 8 << 20
	maxItemBytes = 4 << 20
)

var errTooLong = fmt.Errorf("an item is longer than %d bytes", maxItemBytes)

// Read reads a page of at most limit items. The reader begins at the position's offset.
func Read(file io.Reader, format asl.ItemFormat, at Position, limit int) (Page, error) {
	bounded := &meter{file: file, left: maxItemBytes}

	var (
		page Page
		err  error
	)

	switch format.Type {
	case asl.InputJSON:
		page, err = readArray(bounded, format, at, limit)
	case asl.InputJSONL:
		page, err = readLines(bounded, at, limit)
	case asl.InputCSV:
		page, err = readRows(bounded, format, at, limit)
	default:
		err = fmt.Errorf("the type %q is not supported", format.Type)
	}

	if err != nil {
		return Page{}, fmt.Errorf("read the items: %w", err)
	}

	return page, nil
}

// meter returns an error if more bytes are read for one item than an item may have.
type meter struct {
	file io.Reader
	left int
}

// Read implements [io.Reader].
func (m *meter) Read(into []byte) (int, error) {
	if m.left <= 0 {
		return 0, errTooLong
	}

	n, err := m.file.Read(into[:min(len(into), m.left)])
	m.left -= n

	return n, err
}

// next begins the next item.
func (m *meter) next() { m.left = maxItemBytes }

// counter counts the items of a page and their bytes.
type counter struct{ items, bytes, limit int }

func (c *counter) add(item json.RawMessage) (full bool) {
	c.items++
	c.bytes += len(item)

	return c.items >= c.limit || c.bytes >= maxPageBytes
}

var errNoArray = errors.New("the file does not have an array there")
