package terraform

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed edge/security-headers.json
var securityHeaders []byte

// SecurityHeaders returns the headers of every answer of the CDN, by name. The deployed
// response headers policy has the same headers. With them, a browser treats a file only as
// an image, whatever bytes it has. The directive style-src allows the style that browsers
// add to the page on which they show an image.
//
// It panics if the embedded file is not a JSON object of strings. The tests check that it
// is one.
func SecurityHeaders() map[string]string {
	var headers map[string]string
	if err := json.Unmarshal(securityHeaders, &headers); err != nil {
		panic(fmt.Sprintf("terraform/edge/security-headers.json: %v", err))
	}

	return headers
}
