package display

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const gap = "  "

// Table formats rows in columns. Right lists the columns, from 0, that are aligned to the
// right because they have numbers.
type Table struct {
	Indent string
	Right  []int
	rows   [][]string
}

// Add adds a row. Cells may be colored. Rows may have different numbers of cells.
func (t *Table) Add(cells ...string) { t.rows = append(t.rows, cells) }

// String returns the table, with one line for each row. No line ends in spaces. The last
// cell of a row does not widen its column, so a long reason does not move other columns.
func (t *Table) String() string {
	var widths []int

	for _, row := range t.rows {
		for column, cell := range row {
			if column == len(widths) {
				widths = append(widths, 0)
			}

			if column < len(row)-1 || t.right(column) {
				widths[column] = max(widths[column], width(cell))
			}
		}
	}

	var text strings.Builder

	for _, row := range t.rows {
		var line strings.Builder

		line.WriteString(t.Indent)

		for column, cell := range row {
			if column > 0 {
				line.WriteString(gap)
			}

			padding := strings.Repeat(" ", max(0, widths[column]-width(cell)))
			if t.right(column) {
				line.WriteString(padding + cell)
			} else {
				line.WriteString(cell + padding)
			}
		}

		text.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}

	return text.String()
}

func (t *Table) right(column int) bool {
	return slices.Contains(t.Right, column)
}

// width returns the width of a text in columns, without its colors.
func width(text string) int {
	count := utf8.RuneCountInString(text)

	for {
		start := strings.Index(text, "\x1b[")
		if start < 0 {
			return count
		}

		end := strings.IndexByte(text[start:], 'm')
		if end < 0 {
			return count
		}

		count -= end + 1
		text = text[start+end+1:]
	}
}
