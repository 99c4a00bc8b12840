// Package page has the parts that the pages of the console share: the layout, the functions
// of the templates, errors, server-sent events, and the style sheet and scripts of every
// page.
//
// Each page is a separate package with its handlers, its view, its template and its script.
// It imports this package, and does not import another page.
package page
