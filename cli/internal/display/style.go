package display

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Style colors text, or leaves it alone. The zero value leaves it alone.
type Style struct{ colors bool }

// StyleFor is colored where w is a terminal, unless NO_COLOR is set to anything
// (https://no-color.org) or the terminal is a dumb one. lookup is os.LookupEnv.
func StyleFor(w io.Writer, lookup func(string) (string, bool)) Style {
	if value, _ := lookup("NO_COLOR"); value != "" {
		return Style{}
	}

	if kind, _ := lookup("TERM"); kind == "dumb" {
		return Style{}
	}

	return Style{colors: IsTerminal(w)}
}

// IsTerminal says whether somebody looks at what is written to w.
func IsTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)

	return ok && term.IsTerminal(int(file.Fd()))
}

// Select graphic rendition (ECMA-48, 8.3.117): the eight colors that every
// terminal's palette makes readable on its own background.
const (
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	plain  = "\x1b[0m"
)

// Good is for what went well.
func (s Style) Good(text string) string { return s.paint(green, text) }

// Bad is for what went wrong.
func (s Style) Bad(text string) string { return s.paint(red, text) }

// Care is for what is neither: under way, rejected, superseded.
func (s Style) Care(text string) string { return s.paint(yellow, text) }

// Dim is for what matters less.
func (s Style) Dim(text string) string { return s.paint(dim, text) }

// Bold is for what a line is about.
func (s Style) Bold(text string) string { return s.paint(bold, text) }

func (s Style) paint(code, text string) string {
	if !s.colors || text == "" {
		return text
	}

	return code + text + plain
}

// Status colors the name of a status of an upload or an execution.
func (s Style) Status(status string) string {
	switch status {
	case "READY", "SUCCEEDED", "UPLOADED":
		return s.Good(status)
	case "FAILED", "TIMED_OUT", "ABORTED":
		return s.Bad(status)
	default:
		return s.Care(status)
	}
}
