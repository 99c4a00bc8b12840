package terraform_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the inputs and the outputs to README.md")

const (
	beginInputs = "<!-- BEGIN_TF_DOCS: go test ./terraform -run README -update -->\n"
	endInputs   = "<!-- END_TF_DOCS -->"
)

// TestREADME_inputsAndOutputs compares the tables of the README with variables.tf and
// outputs.tf.
func TestREADME_inputsAndOutputs(t *testing.T) {
	readme := read(t, "README.md")

	before, rest, found := strings.Cut(readme, beginInputs)
	_, after, ended := strings.Cut(rest, endInputs)

	if !found || !ended {
		t.Fatalf("README.md lacks %q or %q", beginInputs, endInputs)
	}

	variables, outputs := blocks(t, "variable"), blocks(t, "output")
	if len(variables) == 0 || len(outputs) == 0 {
		t.Fatalf("%d variables and %d outputs: the parser does not find them", len(variables), len(outputs))
	}

	want := before + beginInputs + tables(variables, outputs) + endInputs + after
	if *update {
		if err := os.WriteFile("README.md", []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}

		return
	}

	if readme != want {
		t.Error("README.md does not have the inputs and outputs of the module: run go test ./terraform -run README -update")
	}
}

// block is a variable or an output. Its arguments are the texts of their expressions.
type block struct {
	name      string
	arguments map[string]string
}

var (
	blockStart    = regexp.MustCompile(`^(variable|output) "([a-z0-9_]+)" \{$`)
	argumentStart = regexp.MustCompile(`^  ([a-z_]+) += (.*)$`)
	nestedStart   = regexp.MustCompile(`^  [a-z_]+ \{$`)
	comment       = regexp.MustCompile(`(^|\s)#[^"]*$`)
	spaces        = regexp.MustCompile(`\s+`)
)

// blocks reads the blocks of one kind from all files of the module, in the order of the
// files' names. It relies on the form that `terraform fmt` writes, which `make
// check-terraform` requires.
func blocks(t *testing.T, kind string) []block {
	t.Helper()

	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}

	var all []block

	for _, file := range files {
		if strings.HasSuffix(file.Name(), ".tf") {
			all = append(all, parse(read(t, file.Name()), kind)...)
		}
	}

	return all
}

func parse(text, kind string) []block {
	var (
		all      []block
		inside   bool
		argument string // the one that the line continues
	)

	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")

		if match := blockStart.FindStringSubmatch(line); match != nil {
			inside, argument = match[1] == kind, ""

			if inside {
				all = append(all, block{match[2], map[string]string{}})
			}

			continue
		}

		if !inside {
			continue
		}

		arguments := all[len(all)-1].arguments

		switch match := argumentStart.FindStringSubmatch(line); {
		case line == "}":
			inside = false
		case match != nil:
			argument = match[1]
			arguments[argument] = comment.ReplaceAllString(match[2], "")
		case nestedStart.MatchString(line), line == "":
			argument = ""
		case argument != "":
			arguments[argument] += "\n" + comment.ReplaceAllString(line, "")
		}
	}

	return all
}

func tables(variables, outputs []block) string {
	var text strings.Builder

	text.WriteString("## Inputs\n\n| Name | Description | Type | Default |\n|------|-------------|------|---------|\n")

	for _, variable := range variables {
		fallback, optional := variable.arguments["default"]
		if !optional {
			fallback = "required"
		} else {
			fallback = code(fallback)
		}

		fmt.Fprintf(&text, "| `%s` | %s | %s | %s |\n", variable.name, prose(variable.arguments["description"]), code(variable.arguments["type"]), fallback)
	}

	text.WriteString("\n## Outputs\n\n| Name | Description |\n|------|-------------|\n")

	for _, output := range outputs {
		fmt.Fprintf(&text, "| `%s` | %s |\n", output.name, prose(output.arguments["description"]))
	}

	return text.String()
}

// prose returns the text of a description: a string, or a heredoc.
func prose(expression string) string {
	if strings.HasPrefix(expression, "<<") {
		lines := strings.Split(expression, "\n")
		expression = strings.Join(lines[1:len(lines)-1], " ")
	} else {
		expression = strings.NewReplacer(`\"`, `"`, "$${", "${", `\n`, " ").Replace(strings.Trim(expression, `"`))
	}

	return cell(expression)
}

// code returns an expression on one line. The members of an object are on lines of their
// own in the source, so they get commas.
func code(expression string) string {
	lines := strings.Split(expression, "\n")
	for i, line := range lines[:len(lines)-1] {
		opens := strings.HasSuffix(line, "{") || strings.HasSuffix(line, "(") || strings.HasSuffix(line, "[") || strings.HasSuffix(line, ",")
		next := strings.TrimLeft(lines[i+1], " ")

		if line != "" && !opens && !strings.HasPrefix(next, "}") && !strings.HasPrefix(next, ")") && !strings.HasPrefix(next, "]") {
			lines[i] += ","
		}
	}

	return "`" + cell(strings.Join(lines, "\n")) + "`"
}

func cell(text string) string {
	return strings.ReplaceAll(strings.TrimSpace(spaces.ReplaceAllString(text, " ")), "|", `\|`)
}

func read(t *testing.T, name string) string {
	t.Helper()

	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}

	return string(content)
}
