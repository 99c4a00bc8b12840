package asl_test

import (
	"errors"
	"strings"
	"testing"

	"triptych/emulator/stepfunctions/asl"
	"triptych/statemachine"
)

func TestParse_invalidState(t *testing.T) {
	const end = `, "End": true`

	invoke := `"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {}`
	mapOf := func(fields string) string {
		return `"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}` + fields + end
	}

	// Each test has one state, A, and the expected problem.
	tests := map[string]struct{ state, path, message string }{
		"unknown field":            {`"Type": "Pass", "Resul": 1` + end, "/States/A", "Field 'Resul' is not supported"},
		"unknown type":             {`"Type": "Loop"`, "/States/A/Type", "no state type"},
		"JSONPath's InputPath":     {`"Type": "Pass", "InputPath": "$"` + end, "/States/A", "but field 'InputPath' is only supported for the 'JSONPath' QueryLanguage"},
		"JSONPath's Parameters":    {invoke + `, "Parameters": {}` + end, "/States/A", "but field 'Parameters' is only supported for the 'JSONPath' QueryLanguage"},
		"a JSONPath state":         {`"Type": "Pass", "QueryLanguage": "JSONPath"` + end, "/States/A", "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine"},
		"no Next":                  {`"Type": "Pass"`, "/States/A/Next", "Next or End"},
		"Next and End":             {`"Type": "Pass", "Next": "A"` + end, "/States/A/End", "either"},
		"End that is no boolean":   {`"Type": "Pass", "End": "yes"`, "/States/A/End", "true or false"},
		"Next to nowhere":          {`"Type": "Pass", "Next": "Z"`, "/States/A/Next", "Missing 'Next' target: Z"},
		"no Resource":              {`"Type": "Task"` + end, "/States/A", "These fields are required: [Resource]"},
		".sync":                    {`"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync"` + end, "/States/A/Resource", "the emulator does not support"},
		".waitForTaskToken":        {`"Type": "Task", "Resource": "arn:aws:states:::dynamodb:getItem.waitForTaskToken"` + end, "/States/A/Resource", "is not recognized"},
		"unknown SDK action":       {`"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:rekognition:detectFaces"` + end, "/States/A/Resource", "the emulator does not support"},
		"unknown action":           {`"Type": "Task", "Resource": "arn:aws:states:::lambda:call"` + end, "/States/A/Resource", "is not recognized"},
		"activity":                 {`"Type": "Task", "Resource": "arn:aws:states:us-east-1:1:activity:a"` + end, "/States/A/Resource", "activities"},
		"a function's ARN":         {`"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:1:function:f"` + end, "/States/A/Resource", "is not recognized"},
		"no ARN":                   {`"Type": "Task", "Resource": "f"` + end, "/States/A/Resource", "is not recognized"},
		"no Arguments":             {`"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke"` + end, "/States/A/Arguments", "FunctionName"},
		"Credentials":              {invoke + `, "Credentials": {"Role": "r"}` + end, "/States/A/Credentials", "Field 'Role' is not supported"},
		"timeout 0":                {invoke + `, "TimeoutSeconds": 0` + end, "/States/A/TimeoutSeconds", "between 1"},
		"timeout text":             {invoke + `, "TimeoutSeconds": "5"` + end, "/States/A/TimeoutSeconds", "expression"},
		"broken expression":        {invoke + `, "Output": {"a/b": "{% $ + %}"}` + end, "/States/A/Output/a~1b", "Unexpected end of expression"},
		"half an expression":       {invoke + `, "Output": ["{% 1"]` + end, "/States/A/Output/0", "ends with"},
		"parent operator":          {invoke + `, "Output": "{% %.b %}"` + end, "/States/A/Output", "The object representing the 'parent' cannot be derived from this expression"},
		"result in Arguments":      {`"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"x": "{% $states.result %}"}` + end, "/States/A/Arguments/x", "$states.result"},
		"errorOutput in Output":    {invoke + `, "Output": "{% $states.errorOutput %}"` + end, "/States/A/Output", "Catch"},
		"result in a Catch":        {invoke + `, "Catch": [{"ErrorEquals": ["E"], "Next": "A", "Output": "{% $states.result %}"}]` + end, "/States/A/Catch/0/Output", "$states.result"},
		"assigning $states":        {`"Type": "Pass", "Assign": {"states": 1}` + end, "/States/A/Assign/states", "reserved"},
		"assigning a part":         {`"Type": "Pass", "Assign": {"x.y": 1}` + end, "/States/A/Assign/x.y", "not a valid variable name"},
		"assigning by JSONPath":    {`"Type": "Pass", "Assign": {"x.$": "$.a"}` + end, "/States/A/Assign/x.$", "JSONPath"},
		"Assign in a Succeed":      {`"Type": "Succeed", "Assign": {"x": 1}`, "/States/A", "Field 'Assign' is not supported"},
		"no ErrorEquals":           {invoke + `, "Retry": [{"ErrorEquals": []}]` + end, "/States/A/Retry/0/ErrorEquals", "at least one"},
		"States.ALL in company":    {invoke + `, "Retry": [{"ErrorEquals": ["E", "States.ALL"]}]` + end, "/States/A/Retry/0/ErrorEquals/1", "only name"},
		"States.ALL not last":      {invoke + `, "Retry": [{"ErrorEquals": ["States.ALL"]}, {"ErrorEquals": ["E"]}]` + end, "/States/A/Retry/0/ErrorEquals/0", "last"},
		"misspelt reserved name":   {invoke + `, "Retry": [{"ErrorEquals": ["States.TimeOut"]}]` + end, "/States/A/Retry/0/ErrorEquals/0", "no reserved"},
		"BackoffRate below 1":      {invoke + `, "Retry": [{"ErrorEquals": ["E"], "BackoffRate": 0.5}]` + end, "/States/A/Retry/0/BackoffRate", "at least 1"},
		"IntervalSeconds 0":        {invoke + `, "Retry": [{"ErrorEquals": ["E"], "IntervalSeconds": 0}]` + end, "/States/A/Retry/0/IntervalSeconds", "between 1"},
		"unknown jitter":           {invoke + `, "Retry": [{"ErrorEquals": ["E"], "JitterStrategy": "SOME"}]` + end, "/States/A/Retry/0/JitterStrategy", "one of"},
		"a Catch to nowhere":       {invoke + `, "Catch": [{"ErrorEquals": ["E"], "Next": "Z"}]` + end, "/States/A/Catch/0/Next", "Missing 'Next' target: Z"},
		"Retry of a Pass":          {`"Type": "Pass", "Retry": []` + end, "/States/A", "Field 'Retry' is not supported"},
		"a DISTRIBUTED Map":        {`"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "I", "States": {"I": {"Type": "Succeed"}}}` + end, "/States/A/ItemProcessor/ProcessorConfig/ExecutionType", "STANDARD"},
		"ItemReader":               {mapOf(`, "ItemReader": {}`), "/States/A/ItemReader", "DISTRIBUTED"},
		"ItemBatcher":              {mapOf(`, "ItemBatcher": {}`), "/States/A/ItemBatcher", "DISTRIBUTED"},
		"Iterator":                 {`"Type": "Map", "Iterator": {}` + end, "/States/A/Iterator", "ItemProcessor"},
		"a Map without processor":  {`"Type": "Map"` + end, "/States/A", "These fields are required: [ItemProcessor]"},
		"a Parallel without":       {`"Type": "Parallel", "Branches": []` + end, "/States/A/Branches", "at least one"},
		"a Choice without":         {`"Type": "Choice", "Choices": []`, "/States/A/Choices", "at least one"},
		"JSONPath's Variable":      {`"Type": "Choice", "Choices": [{"Variable": "$.x", "Next": "A"}]`, "/States/A/Choices/0/Variable", "JSONPath"},
		"a Wait without a time":    {`"Type": "Wait"` + end, "/States/A/Seconds", "either"},
		"a Wait with two times":    {`"Type": "Wait", "Seconds": 1, "Timestamp": "x"` + end, "/States/A/Seconds", "either"},
		"an inner, outer variable": {`"Type": "Map", "Assign": {"x": 1}, "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "Assign": {"x": 2}, "End": true}}}` + end, "/States/A/ItemProcessor/States/I/Assign/x", "outer scope"},
		"a name that is taken":     {`"Type": "Map", "ItemProcessor": {"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}` + end, "/States/A/ItemProcessor/States/A", "already used"},
		"StartAt to nowhere":       {`"Type": "Map", "ItemProcessor": {"StartAt": "Z", "States": {"I": {"Type": "Succeed"}}}` + end, "/States/A/ItemProcessor/StartAt", "Missing 'Next' target: Z"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := asl.Parse([]byte(`{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {` + test.state + `}}}`))

			var wrong *asl.DefinitionError
			if !errors.As(err, &wrong) {
				t.Fatalf("got %v", err)
			}

			for _, problem := range wrong.Problems {
				if problem.Path == test.path && strings.Contains(problem.Message, test.message) {
					return
				}
			}

			t.Errorf("no problem at %s with %q, but\n%v", test.path, test.message, err)
		})
	}
}

func TestParse_invalidMachine(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"no JSON":          {`{`, "Unexpected end-of-input: expected close marker for Object"},
		"an array":         {`[]`, "must be a JSON object"},
		"no QueryLanguage": {`{"StartAt": "A", "States": {"A": {"Type": "Succeed", "Output": 1}}}`, "/States/A: The QueryLanguage is set to 'JSONPath', but field 'Output' is only supported for the 'JSONata' QueryLanguage"},
		"JSONPath":         {`{"QueryLanguage": "JSONPath", "StartAt": "A", "States": {"A": {"Type": "Succeed", "OutputPath": "$.a"}}}`, "/States/A/OutputPath: OutputPath belongs to JSONPath"},
		"no States":        {`{"QueryLanguage": "JSONata", "StartAt": "A"}`, "/: These fields are required: [States]"},
		"unreachable":      {`{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Succeed"}, "B": {"Type": "Succeed"}}}`, "/States/B: State \"B\" is not reachable."},
		"no end":           {`{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "Next": "A"}}}`, "Workflow has no terminal state"},
		"a long name":      {`{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "` + strings.Repeat("x", 81) + `"}, "` + strings.Repeat("x", 81) + `": {"Type": "Succeed"}}}`, "80 characters"},
		"a timeout of 0":   {`{"QueryLanguage": "JSONata", "TimeoutSeconds": 0, "StartAt": "A", "States": {"A": {"Type": "Succeed"}}}`, "/TimeoutSeconds"},
	} {
		if _, err := asl.Parse([]byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(statemachine.Pipeline())
	f.Add(`{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Condition": "{% true %}", "Next": "A"}]}}}`)
	f.Add(`{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Wait", "Seconds": "{% 1 %}", "End": true}}}`)
	f.Add(`{"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": {"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Fail"}}}], "End": true}}}`)

	f.Fuzz(func(t *testing.T, text string) {
		definition, err := asl.Parse([]byte(text))

		var wrong *asl.DefinitionError
		if err != nil && (!errors.As(err, &wrong) || len(wrong.Problems) == 0) {
			t.Fatalf("an error without a problem: %v", err)
		}

		if err == nil && definition.StartAt() == "" {
			t.Fatal("a definition without StartAt")
		}
	})
}
