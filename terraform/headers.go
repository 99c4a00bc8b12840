package terraform

import (
	_ "embed"
	"encoding/json"
	"fmt"
)

//go:embed edge/security-headers.json
var securityHeaders []byte

// SecurityHeaders returns the headers that stand on every answer of the CDN, by
// name: what the deployed response headers policy is made of. They make nothing of
// a picture but a picture, whatever bytes it has. Browsers style the page that they
// show a bare picture on, hence style-src.
//
// It panics where the embedded file is no object of texts, which no build with
// passing tests has.
func SecurityHeaders() map[string]string {
	var headers map[string]string
	if err := json.Unmarshal(securityHeaders, &headers); err != nil {
		panic(fmt.Sprintf("terraform/edge/security-headers.json: %v", err))
	}

	return headers
}
