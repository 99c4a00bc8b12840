package command

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"triptych/cli/internal/display"
	"triptych/cli/internal/transfer"
)

// object prints a value as one JSON object on one line.
func (s *session) object(value any) error {
	encoder := json.NewEncoder(s.Out)
	encoder.SetEscapeHTML(false) // URLs stay readable.

	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write the output: %w", err)
	}

	return nil
}

// text prints text for people.
func (s *session) text(text string) error {
	if _, err := io.WriteString(s.Out, text); err != nil {
		return fmt.Errorf("write the output: %w", err)
	}

	return nil
}

// indent is the indentation of the table of a photo's variants.
const indent = "    "

// variantTable formats the variants of one photo as a table.
func (s *session) variantTable(variants []transfer.Variant) string {
	table := display.Table{Indent: indent, Right: []int{1, 2}}
	for _, variant := range variants {
		table.Add(variant.Name, display.Size(variant.Width, variant.Height), display.Bytes(variant.Bytes), variant.URL)
	}

	return table.String()
}

// paddedStatus pads a status to the width of its column.
func (s *session) paddedStatus(status string, width int) string {
	return s.style.Status(status) + strings.Repeat(" ", max(0, width-len(status)))
}

// codeAndReason formats the reason of a rejection or a failure.
func (s *session) codeAndReason(code, reason string) string {
	switch {
	case code == "":
		return display.Text(reason)
	case reason == "":
		return s.style.Bold(code)
	default:
		return s.style.Bold(code) + " " + display.Text(reason)
	}
}
