// Package display formats the output of commands: aligned and short. The output has colors
// only on a terminal.
//
// Every output is formatted as a string first, and the caller writes it in one call, so that
// the lines of parallel work are not mixed.
package display
