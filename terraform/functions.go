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

// Function is what a Lambda function is given, on AWS and on the laptop.
type Function struct {
	Name           string // its short name, such as "resize"
	MemoryMB       int
	TimeoutSeconds int
}

// Timeout is how long an invocation may take.
func (f Function) Timeout() time.Duration { return time.Duration(f.TimeoutSeconds) * time.Second }

// Functions returns the functions with their settings, by name.
//
// It panics where the embedded file cannot be read, which no build with passing
// tests has.
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
