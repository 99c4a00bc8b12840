package stepfunctions

import (
	"context"
	"errors"
	"regexp"

	"triptych/emulator/stepfunctions/asl"
)

type validateInput struct {
	Definition string `json:"definition"`
	Type       string `json:"type"`
	Severity   string `json:"severity"`
	MaxResults int    `json:"maxResults"`
}

type validateOutput struct {
	Result      string       `json:"result"`
	Diagnostics []diagnostic `json:"diagnostics"`
	Truncated   bool         `json:"truncated"`
}

type diagnostic struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Message  string `json:"message"`
	Location string `json:"location,omitempty"`
}

// arrayIndex matches the index of an entry in a JSON pointer. AWS writes the index in
// brackets: /States/Work/Retry[0]/ErrorEquals.
var arrayIndex = regexp.MustCompile(`/(Choices|Catch|Retry|Branches|ErrorEquals)/(\d+)`)

// diagnose returns the problems of a definition as AWS does. Each problem is an error,
// because the interpreter has no warnings.
func diagnose(wrong *asl.DefinitionError) []diagnostic {
	out := make([]diagnostic, 0, len(wrong.Problems))
	for _, problem := range wrong.Problems {
		out = append(out, diagnostic{
			Severity: "ERROR", Code: string(problem.Code), Message: problem.Message,
			Location: arrayIndex.ReplaceAllString(problem.Path, "/$1[$2]"),
		})
	}

	return out
}

// validateStateMachineDefinition returns the errors for which the interpreter would reject
// a definition.
func (s *Service) validateStateMachineDefinition(ctx context.Context, in validateInput) (validateOutput, error) {
	if err := s.config.Authorize(ctx, "states:ValidateStateMachineDefinition", "*"); err != nil {
		return validateOutput{}, err
	}

	if in.MaxResults == 0 {
		in.MaxResults = maxDiagnostics
	}

	_, err := asl.Parse([]byte(in.Definition))
	if err == nil {
		return validateOutput{Result: "OK", Diagnostics: []diagnostic{}}, nil
	}

	var wrong *asl.DefinitionError
	if !errors.As(err, &wrong) {
		return validateOutput{}, err
	}

	out := validateOutput{Result: "FAIL", Diagnostics: diagnose(wrong)}
	if out.Truncated = len(out.Diagnostics) > in.MaxResults; out.Truncated {
		out.Diagnostics = out.Diagnostics[:in.MaxResults]
	}

	return out, nil
}
