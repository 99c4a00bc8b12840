package display

import (
	"io"
	"os"

	"golang.org/x/term"
)

// Style colors text. The zero value returns text unchanged.
type Style struct{ colors bool }

// StyleFor returns a Style with colors if w is a terminal, unless NO_COLOR is set to any
// value (https://no-color.org) or the terminal is "dumb". lookup is os.LookupEnv.
func StyleFor(w io.Writer, lookup func(string) (string, bool)) Style {
	if value, _ := lookup("NO_COLOR"); value != "" {
		return Style{}
	}

	if kind, _ := lookup("TERM"); kind == "dumb" {
		return Style{}
	}

	return Style{colors: IsTerminal(w)}
}

// IsTerminal reports whether a reader or writer is a terminal.
func IsTerminal(stream any) bool {
	file, ok := stream.(*os.File)

	return ok && term.IsTerminal(int(file.Fd()))
}

// The parameters of Select Graphic Rendition (ECMA-48, 8.3.117). Terminals choose the eight
// basic colors so that they are readable on their background.
const (
	bold   = "\x1b[1m"
	faint  = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	plain  = "\x1b[0m"
)

// Good is for success.
func (s Style) Good(text string) string { return s.paint(green, text) }

// Bad is for failure.
func (s Style) Bad(text string) string { return s.paint(red, text) }

// Warning is for a state that is neither success nor failure: in progress, rejected,
// superseded.
func (s Style) Warning(text string) string { return s.paint(yellow, text) }

// Muted is for less important text.
func (s Style) Muted(text string) string { return s.paint(faint, text) }

// Bold is for the subject of a line.
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
		return s.Warning(status)
	}
}
