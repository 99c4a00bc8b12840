package statemachine

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Errors of Render.
var (
	// ErrUnknownName means that the template has a placeholder without a variable.
	ErrUnknownName = errors.New("the template uses an unknown variable")
	// ErrUnusedName means that a variable has no placeholder in the template.
	ErrUnusedName = errors.New("the template does not use the variable")
	// ErrDirective means that the template has a directive, which Terraform would run.
	ErrDirective = errors.New("the template has a directive %{…}")
	// ErrExpression means that a ${…} contains more than a name, or has no closing brace.
	ErrExpression = errors.New("the template has a ${…} that is not a plain name")
)

// placeholder matches one ${name}. It also matches the escapes $${ and %%{, which are not
// placeholders, and the start %{ of a directive.
var placeholder = regexp.MustCompile(`\$\$\{|%%\{|%\{|\$\{([^}]*)\}?`)

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Render replaces the placeholders of a template, as Terraform's templatefile does. It
// supports only the syntax that these files use: it replaces ${name} by the variable, $${
// by ${, and %%{ by %{. Directives, expressions, unknown names and unused variables are
// errors. Values are inserted unchanged. The caller must escape a value that is inserted
// into a JSON string: see [JSONText].
// https://developer.hashicorp.com/terraform/language/expressions/strings#string-templates
func Render(template string, vars map[string]string) (string, error) {
	var (
		problems []error
		used     = map[string]bool{}
	)

	out := placeholder.ReplaceAllStringFunc(template, func(match string) string {
		switch match {
		case "$${", "%%{":
			return match[1:]
		case "%{":
			problems = append(problems, ErrDirective)

			return match
		}

		name, ok := plainPlaceholder(match)
		if !ok {
			problems = append(problems, fmt.Errorf("%w: %s", ErrExpression, match))

			return match
		}

		value, given := vars[name]
		if !given && !used[name] {
			problems = append(problems, fmt.Errorf("%w: %s", ErrUnknownName, name))
		}

		used[name] = true

		return value
	})

	for _, name := range sortedNames(vars) {
		if !used[name] {
			problems = append(problems, fmt.Errorf("%w: %s", ErrUnusedName, name))
		}
	}

	if len(problems) > 0 {
		return "", fmt.Errorf("render template: %w", errors.Join(problems...))
	}

	return out, nil
}

// Placeholders returns the names of a template's placeholders, sorted and without
// duplicates.
func Placeholders(template string) []string {
	names := map[string]string{}

	for _, match := range placeholder.FindAllString(template, -1) {
		if name, ok := plainPlaceholder(match); ok {
			names[name] = ""
		}
	}

	return sortedNames(names)
}

// plainPlaceholder returns the name in ${name}.
func plainPlaceholder(match string) (string, bool) {
	name, opened := strings.CutPrefix(match, "${")
	name, closed := strings.CutSuffix(name, "}")
	name = strings.TrimSpace(name)

	return name, opened && closed && plainName.MatchString(name)
}

func sortedNames(vars map[string]string) []string {
	names := make([]string, 0, len(vars))
	for name := range vars {
		names = append(names, name)
	}

	slices.Sort(names)

	return names
}

// JSONText encodes value as a JSON string and returns the text between the quotes. Terraform
// does the same with substr(jsonencode(value), 1, …).
func JSONText(value string) string {
	var out bytes.Buffer

	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)

	if err := encoder.Encode(value); err != nil {
		panic(fmt.Sprintf("encode a string as JSON: %v", err)) // A string can always be encoded.
	}

	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(out.String(), "\n"), `"`), `"`)
}
