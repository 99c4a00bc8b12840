// Package e2e tests Triptych from outside, as users do: through the built `triptych`
// command, HTTP, and AWS's SDK. It imports no other package of Triptych, and replaces no
// part of it: the tests run the binaries that are shipped.
//
// # Running
//
// `make e2e` builds everything, and runs the suite against an emulator that the suite
// starts in a temporary folder and on free ports. These variables change that:
//
//	TRIPTYCH_BIN     a built triptych to test; without it, the suite runs `make build`
//	TRIPTYCH_PHOTOS  a folder of photos to upload instead of samples/
//	E2E_ENDPOINT     the AWS endpoint of a running stack, such as http://127.0.0.1:4566
//	E2E_CDN          the CDN of that stack, such as http://127.0.0.1:8080
//	E2E_STACK        the name of that stack, if it is not "triptych"
//	E2E_LONG         if set, the tests of failures upload a thousand images: see `make soak`
//	                 and `make burst`
//
// The suite needs exiftool. `go test -short` skips all of its tests.
package e2e
