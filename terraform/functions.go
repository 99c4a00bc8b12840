package terraform

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

//go:embed functions.json
var functions []byte

// Function has the settings of a Lambda function, for AWS and for the emulator.
type Function struct {
	Name           string // its short name, such as "resize"
	MemoryMB       int
	TimeoutSeconds int
}

// Timeout is the maximum duration of an invocation.
func (f Function) Timeout() time.Duration { return time.Duration(f.TimeoutSeconds) * time.Second }

// Functions returns the settings of all functions, sorted by name.
//
// It panics if the embedded file cannot be parsed. A test parses the file.
func Functions() []Function {
	var settings map[string]Function
	if err := json.Unmarshal(functions, &settings); err != nil {
		panic(fmt.Sprintf("terraform/functions.json: %v", err))
	}

	found := make([]Function, 0, len(settings))

	for name, function := range settings {
		function.Name = name
		found = append(found, function)
	}

	slices.SortFunc(found, func(a, b Function) int { return strings.Compare(a.Name, b.Name) })

	return found
}
