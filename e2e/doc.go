// Package e2e tests Triptych from outside, as its users meet it: by the built
// `triptych` command, by HTTP, and by AWS's own SDK. It imports nothing else of
// Triptych, and nothing in it is replaced: what runs is what is shipped.
//
// # Running
//
// `make e2e` builds everything and runs the suite against a laptop that it starts
// itself, in a temporary folder and on free ports. These variables change that:
//
//	TRIPTYCH_BIN     a built triptych to test; without it `make build` makes one
//	TRIPTYCH_PHOTOS  a folder of photos to upload instead of samples/
//	E2E_ENDPOINT     AWS's endpoint of a stack that runs already, such as http://127.0.0.1:4566
//	E2E_CDN          and its CDN, such as http://127.0.0.1:8080
//	E2E_STACK        and its name, when it is not "triptych"
//	E2E_LONG         set, has the tests of failures upload a thousand pictures: see `make soak`
//	                 and `make burst`
//
// exiftool is needed. `go test -short` skips all of it.
package e2e
