package stack

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A judge decides what is correct in some cases of the tests.
const (
	judgeRecorded   = "facts that were recorded on AWS"
	judgePublished  = "answers of AWS that others published"
	judgeLanguage   = "the [Amazon States Language](https://states-language.net/spec.html)"
	judgePages      = "pages of AWS's documentation"
	judgeSuite      = "the test suite of JSONata 2.0.6"
	judgeOthers     = "MiniStack and moto; pages of AWS decide the differences"
	judgeTerraform  = "a deployment by Terraform, as it was applied"
	judgeProvider   = "Terraform with the AWS provider: no difference between plan and answers"
	judgeAWSChecker = "AWS's language service, the schemas of asl-validator, and JSONata itself"
)

// conformanceRow is one row of the README's table of conformance.
type conformanceRow struct{ service, judge, cases, test string }

// TestREADME_conformance compares the README's table of conformance with the tests: the
// judge of each row, and the number of its cases.
func TestREADME_conformance(t *testing.T) {
	rows := stepFunctionsRows(t)
	rows = append(rows, jsonataRows(t)...)
	rows = append(rows, answerRows(t)...)
	rows = append(rows,
		conformanceRow{"state machines of Triptych", judgeAWSChecker, "every definition", "make check-asl"},
		conformanceRow{"the whole stack", judgeTerraform, "every resource", "make check-terraform"},
		conformanceRow{"the whole stack, created and destroyed through the API", judgeProvider, "every call of the provider", "make e2e-terraform"},
	)

	var want strings.Builder

	for _, row := range rows {
		fmt.Fprintf(&want, "| %s | %s | %s | `%s` |\n", row.service, row.judge, row.cases, row.test)
	}

	compareTable(t, "| service | judge | cases | test |\n|---|---|---|---|\n", want.String())
}

// stepFunctionsRows counts the cases of the interpreter and of the API by their source.
func stepFunctionsRows(t *testing.T) []conformanceRow {
	t.Helper()

	definitions, err := filepath.Glob("../stepfunctions/asl/testdata/conformance/*.json")
	if err != nil || len(definitions) == 0 {
		t.Fatalf("no tables: %v", err)
	}

	var rows []conformanceRow

	for _, one := range []struct {
		service, test string
		tables        []string
	}{
		{"Step Functions: definitions, results, histories", "go test ./emulator/stepfunctions/asl -run TestConformance", definitions},
		{"Step Functions: errors of the API", "go test ./emulator/stepfunctions -run TestAPIConformance", []string{"../stepfunctions/testdata/api.json"}},
	} {
		counts := map[string]int{}

		for _, table := range one.tables {
			var cases []struct{ Source string }

			readJSON(t, table, &cases)

			for _, c := range cases {
				counts[judgeOf(c.Source)]++
			}
		}

		for _, judge := range []string{judgeRecorded, judgePublished, judgeLanguage, judgePages} {
			if counts[judge] > 0 {
				rows = append(rows, conformanceRow{one.service, judge, fmt.Sprint(counts[judge]), one.test})
			}
		}
	}

	return rows
}

func judgeOf(source string) string {
	switch {
	case strings.HasPrefix(source, "https://states-language.net/"):
		return judgeLanguage
	case strings.HasPrefix(source, "https://docs.aws.amazon.com/"):
		return judgePages
	case strings.HasPrefix(source, "https://github.com/"):
		return judgePublished
	default:
		return judgeRecorded
	}
}

// jsonataRows counts the cases of JSONata's own suite.
func jsonataRows(t *testing.T) []conformanceRow {
	t.Helper()

	var suite struct{ Cases []json.RawMessage }

	readJSON(t, "../stepfunctions/asl/jsonata/testdata/suite.json", &suite)

	const thousand = 1000

	return []conformanceRow{{
		"Step Functions: JSONata", judgeSuite, fmt.Sprintf("%d,%03d, with the exceptions in [suite_test.go](stepfunctions/asl/jsonata/suite_test.go)", len(suite.Cases)/thousand, len(suite.Cases)%thousand),
		"go test ./emulator/stepfunctions/asl/jsonata -run TestExpression",
	}}
}

// listedDifference matches an entry of the list of differences, and its service.
var listedDifference = regexp.MustCompile(`(?m)^\t"(?:ministack|moto) (\w+) `)

// answerRows counts the listed differences of each service that is compared with other
// emulators.
func answerRows(t *testing.T) []conformanceRow {
	t.Helper()

	text, err := os.ReadFile("../../e2e/answers_differences_test.go")
	if err != nil {
		t.Fatal(err)
	}

	counts := map[string]int{}
	for _, found := range listedDifference.FindAllSubmatch(text, -1) {
		counts[string(found[1])]++
	}

	var rows []conformanceRow

	for _, one := range []struct{ name, service string }{{"s3", "S3"}, {"dynamodb", "DynamoDB"}, {"sqs", "SQS"}} {
		rows = append(rows, conformanceRow{one.service, judgeOthers, fmt.Sprintf("every call of the scripts; %d listed differences", counts[one.name]), "make e2e-foreign"})
	}

	return rows
}

func readJSON(t *testing.T, path string, into any) {
	t.Helper()

	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}

	if err := json.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
