// Package browser tests the console in a real Chromium, against the built triptych:
// `make e2e-browser`. The tests have the build tag browser, because they need
// Chromium and npm.
//
// The tests use the console of `triptych console`, a process of its own that knows only the
// AWS endpoint. This proves that the console uses no private interface of the emulator.
package browser
