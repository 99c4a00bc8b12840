// Package display turns facts into what a person reads on a terminal: aligned,
// short, and colored only where somebody looks at it.
//
// Everything is made as a string first and written by the caller in one piece, so
// that lines of parallel work never mix.
package display
