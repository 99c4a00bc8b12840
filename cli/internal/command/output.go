package command

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"triptych/cli/internal/display"
	"triptych/cli/internal/transfer"
)

// object prints one JSON object on a line of its own.
func (s *session) object(value any) error {
	encoder := json.NewEncoder(s.Out)
	encoder.SetEscapeHTML(false) // URLs stay readable.

	if err := encoder.Encode(value); err != nil {
		return fmt.Errorf("write the output: %w", err)
	}

	return nil
}

// text prints for people.
func (s *session) text(text string) error {
	if _, err := io.WriteString(s.Out, text); err != nil {
		return fmt.Errorf("write the output: %w", err)
	}

	return nil
}

// indent is where the table of one picture's variants begins.
const indent = "    "

// variantTable lines up the variants of one picture below it.
func (s *session) variantTable(variants []transfer.Variant) string {
	table := display.Table{Indent: indent, Right: []int{1, 2}}
	for _, variant := range variants {
		table.Add(variant.Name, display.Size(variant.Width, variant.Height), display.Bytes(variant.Bytes), variant.URL)
	}

	return table.String()
}

// paddedStatus is a status in a column of its own.
func (s *session) paddedStatus(status string, width int) string {
	return s.style.Status(status) + strings.Repeat(" ", max(0, width-len(status)))
}

// codeAndReason says why a picture was not made.
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
