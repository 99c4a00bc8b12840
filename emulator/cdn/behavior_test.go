package cdn

import (
	"fmt"
	"strings"
	"testing"
)

// Every spelling of the upload path that RFC 3986 calls equivalent selects the behavior
// for uploads.
func TestNormal(t *testing.T) {
	for raw, want := range map[string]string{
		"/-/upload/a.jpg":           "/-/upload/a.jpg",
		"/%2D/%75pload/%61.jpg":     "/-/upload/a.jpg",
		"/-/%2E%2e/-/./upload//a":   "/-/upload/a",
		"/%2d/upload/":              "/-/upload/",
		"/-/upload/%2F%41%5A%7a%39": "/-/upload/%2FAZz9",
		"/-/upload/%5F%7E%7F%40%5B": "/-/upload/_~%7F%40%5B",
		"/-/upload/%C3%A9%25%37":    "/-/upload/%C3%A9%257",
	} {
		if got := normal(raw); got != want {
			t.Errorf("%s becomes %s, want %s", raw, got, want)
		}
	}
}

// Exactly the 66 unreserved characters are decoded.
func TestNormal_unreserved(t *testing.T) {
	const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

	for char := range 256 {
		for _, escape := range []string{fmt.Sprintf("%%%02X", char), fmt.Sprintf("%%%02x", char)} {
			decoded := strings.IndexByte(unreserved, byte(char)) >= 0
			if got := normal("/a" + escape + "b"); (got != "/a"+escape+"b") != decoded {
				t.Errorf("%s becomes %s", escape, got)
			}
		}
	}
}
