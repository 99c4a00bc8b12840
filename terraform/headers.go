package terraform

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed edge/security-headers.json
var securityHeaders []byte

// SecurityHeaders returns the headers of every answer of the CDN, by name. The deployed
// response headers policy has the same headers. With them, a browser treats a file only
// as an image, whatever bytes it has. Browsers add a style to the page on which they show
// an image, hence style-src.
//
// It panics if the embedded file is not an object of texts, which the tests rule out.
func SecurityHeaders() map[string]string {
	var headers map[string]string
	if err := json.Unmarshal(securityHeaders, &headers); err != nil {
		panic(fmt.Sprintf("terraform/edge/security-headers.json: %v", err))
	}

	return headers
}
