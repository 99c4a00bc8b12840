// Package display formats output for a terminal: aligned, short, and colored only on a
// terminal.
//
// Every output is formatted as a string first, and the caller writes it in one call, so
// lines of parallel work are never mixed.
package display
