// Package browser tests the console in a real Chromium, against the built triptych:
// `make e2e-browser`. The tests have the build tag browser, because they need
// Chromium and npm.
//
// The console that they look at is one of `triptych console`, a process of its own
// that knows nothing but AWS's endpoint: so nothing in it can use a private door of
// the laptop.
package browser
