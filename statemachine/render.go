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

// What Render refuses.
var (
	// ErrUnknownName is a placeholder without a variable.
	ErrUnknownName = errors.New("the template names a variable that is not given")
	// ErrUnusedName is a variable without a placeholder.
	ErrUnusedName = errors.New("a variable is given that the template does not name")
	// ErrDirective is a template directive, which Terraform would run.
	ErrDirective = errors.New("the template has a directive %{…}")
	// ErrExpression is a ${…} that is more than a name, or has no end.
	ErrExpression = errors.New("the template has a ${…} that is no plain name")
)

// placeholder is one ${name}; escaped openings are matched so that they are skipped.
var placeholder = regexp.MustCompile(`\$\$\{|%%\{|%\{|\$\{([^}]*)\}?`)

var plainName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Render fills a template as Terraform's templatefile does, as far as these files
// use it: ${name} is replaced by the variable, $${ stands for ${ and %%{ for %{. A
// directive, an expression, a name that is not given and one that is not used are
// errors. Values are put in as they are: one that goes into a JSON string has to be
// escaped by the caller, see [JSONText].
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

// Placeholders are the names of a template's placeholders, sorted, each once.
func Placeholders(template string) []string {
	names := map[string]string{}

	for _, match := range placeholder.FindAllString(template, -1) {
		if name, ok := plainPlaceholder(match); ok {
			names[name] = ""
		}
	}

	return sortedNames(names)
}

// plainPlaceholder is the name in ${name}.
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

// JSONText is value as it stands between the quotes of a JSON string, as Terraform
// makes it with substr(jsonencode(value), 1, …).
func JSONText(value string) string {
	var out bytes.Buffer

	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)

	if err := encoder.Encode(value); err != nil {
		panic(fmt.Sprintf("a string that is no JSON: %v", err)) // A string always encodes.
	}

	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimSuffix(out.String(), "\n"), `"`), `"`)
}
