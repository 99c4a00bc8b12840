// Package page has what the pages of the console share: the layout, the functions of the
// templates, errors, server-sent events, and the style sheet and scripts of every page.
//
// Each page is a package of its own beside this one, with its handlers, its view, its
// template and its script. It imports this package, and no other page.
package page
