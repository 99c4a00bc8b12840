package cost

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Read replaces the default prices and assumptions with those of the user. The text is JSON,
// {"prices": {…}, "assumptions": {…}}. Every part is optional. An unknown name and a negative
// number are errors.
func Read(text []byte) (Prices, Assumptions, error) {
	own := struct {
		Prices      Prices      `json:"prices"`
		Assumptions Assumptions `json:"assumptions"`
	}{DefaultPrices(), DefaultAssumptions()}

	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()

	if err := decoder.Decode(&own); err != nil {
		return own.Prices, own.Assumptions, fmt.Errorf("read the prices and assumptions: %w", err)
	}

	for _, part := range []any{own.Prices, own.Assumptions} {
		if name, bad := negative(part); bad {
			return own.Prices, own.Assumptions, fmt.Errorf("%s must not be negative", name)
		}
	}

	switch a := own.Assumptions; {
	case a.MemoryMB == 0 || a.FullCoreMB == 0 || a.DITMemoryMB == 0:
		return own.Prices, a, errors.New("memoryMb, fullCoreMb and ditMemoryMb must be more than 0")
	case a.CacheHitShare > 1 || a.ErasedShare > 1:
		return own.Prices, a, errors.New("a share is at most 1")
	}

	return own.Prices, own.Assumptions, nil
}

// negative returns the name of a field whose number is negative.
func negative(part any) (string, bool) {
	text, err := json.Marshal(part)
	if err != nil {
		panic("numbers do not encode: " + err.Error())
	}

	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		panic("decode the encoded numbers: " + err.Error())
	}

	for name, value := range fields {
		if number, ok := value.(float64); ok && number < 0 {
			return name, true
		}
	}

	return "", false
}
