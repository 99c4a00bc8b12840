package asl

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// compact returns text without insignificant white space. It fails if text is not JSON.
func compact(text []byte) (json.RawMessage, error) {
	var out bytes.Buffer
	if err := json.Compact(&out, text); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}

	return out.Bytes(), nil
}
