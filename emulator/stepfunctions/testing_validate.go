package stepfunctions

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/google/uuid"

	"triptych/emulator/awsapi"
	"triptych/emulator/awsapi/jackson"
	"triptych/emulator/stepfunctions/asl"
	"triptych/emulator/stepfunctions/dataset"
)

// invalidTest returns the error for a request that does not fit together.
func invalidTest(format string, args ...any) error {
	return awsapi.Errorf("ValidationException", format, args...)
}

// validate checks the parameters and sets their defaults.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html
func (in *testStateInput) validate() error {
	if in.InspectionLevel == "" {
		in.InspectionLevel = inspectInfo
	}

	if in.InspectionLevel == inspectTrace {
		return invalidTest("The inspection level TRACE is only supported for a Task with the resource arn:aws:states:::http:invoke")
	}

	return in.validateMock()
}

// validateMock checks the parameters that a mock allows or excludes.
func (in *testStateInput) validateMock() error {
	switch {
	case in.RoleARN != "" && !roleARN.MatchString(in.RoleARN):
		return invalidARN(in.RoleARN)
	case in.RoleARN == "" && in.Mock == nil:
		return invalidTest("RoleArn must be specified when a mock is not specified")
	case in.Context != nil && in.Mock == nil:
		return invalidTest("Context can only be specified when a mock is specified")
	case in.RevealSecrets && in.Mock != nil:
		return invalidTest("RevealSecrets cannot be specified when a mock is specified")
	case in.Mock != nil:
		return in.Mock.validate()
	default:
		return nil
	}
}

func (m *testMock) validate() error {
	switch {
	case m.Result != nil && m.ErrorOutput != nil:
		return invalidTest("A test mock should have only one of the following fields: [result, errorOutput].")
	case m.Result == nil && m.ErrorOutput == nil:
		return invalidTest("A test mock should have one of the following fields: [result, errorOutput].")
	case m.ErrorOutput != nil && m.ErrorOutput.Error == nil:
		return invalidTest("1 validation error detected: Value null at 'mock.errorOutput.error' failed to satisfy constraint: Member must not be null")
	case !slices.Contains([]string{"", validateStrict, validatePresent, validateNone}, m.Validation):
		return invalidTest("1 validation error detected: Value '%s' at 'mock.fieldValidationMode' failed to satisfy constraint: Member must satisfy enum value set: [STRICT, PRESENT, NONE]", m.Validation)
	case m.Result != nil && !json.Valid([]byte(*m.Result)):
		return invalidTest("Mocked result must be valid JSON")
	default:
		return nil
	}
}

// parse parses the definition of the state, or of the machine that contains it.
func (in *testStateInput) parse() (*asl.Definition, error) {
	parse := asl.ParseState
	if in.StateName != "" {
		parse = asl.Parse
	}

	definition, err := parse([]byte(in.Definition))
	if err != nil {
		return nil, invalidDefinition(err)
	}

	return definition, nil
}

// test returns the test that the request describes.
func (in *testStateInput) test(s *Service) (asl.StateTest, error) {
	name := uuid.NewString()
	test := asl.StateTest{State: in.StateName, Start: asl.StartOptions{
		ExecutionARN: ExecutionARN(s.config.Region, s.config.Account, testMachine, name), ExecutionName: name, RoleARN: in.RoleARN,
		StateMachineARN: MachineARN(s.config.Region, s.config.Account, testMachine), StateMachineName: testMachine, Input: json.RawMessage("{}"),
	}}

	if in.Input != nil {
		test.Start.Input = json.RawMessage(*in.Input)
	}

	if err := jackson.Check(test.Start.Input, jackson.String); err != nil {
		return test, invalidInput(err)
	}

	if in.Variables != nil {
		if err := json.Unmarshal([]byte(*in.Variables), &test.Variables); err != nil {
			return test, invalidTest("Variables must be a JSON object: %v", err)
		}
	}

	if in.Context != nil {
		if test.Context = json.RawMessage(*in.Context); !isJSONObject(*in.Context) {
			return test, invalidTest("Context must be a JSON object")
		}
	}

	if in.StateConfiguration != nil {
		if test.Retries = in.StateConfiguration.RetrierRetryCount; test.Retries < 0 {
			return test, invalidTest("1 validation error detected: Value '%d' at 'stateConfiguration.retrierRetryCount' failed to satisfy constraint: Member must have value greater than or equal to 0", test.Retries)
		}
	}

	return test, nil
}

// testMachine is the name of the state machine in the context object of a test.
const testMachine = "TestState"

func isJSONObject(text string) bool {
	var members map[string]json.RawMessage

	return json.Unmarshal([]byte(text), &members) == nil && members != nil
}

// checkState checks that the mock and the configuration fit the state.
func (in *testStateInput) checkState(run *asl.StateRun) error {
	kind := run.Kind()
	task, works := run.Task()

	switch {
	case in.Mock == nil && (kind == "Map" || kind == "Parallel"):
		return invalidTest("State type '%s' is not supported when a mock is not specified", kind)
	case in.Mock == nil && works && task.Pattern.Waits():
		return invalidTest("The integration pattern '%s' is not supported when a mock is not specified", strings.TrimPrefix(string(task.Pattern), "."))
	case in.Mock == nil:
		return nil
	case !slices.Contains([]string{"Task", "Map", "Parallel"}, kind):
		return invalidTest("State type '%s' is not supported when a mock is specified", kind)
	}

	return in.checkMock(run, task, works)
}

// checkMock checks that the mock and the configuration fit a state that can have a mock.
func (in *testStateInput) checkMock(run *asl.StateRun, task asl.Task, works bool) error {
	kind := run.Kind()

	if err := in.readItems(run); err != nil {
		return err
	}

	if in.StateConfiguration != nil && in.StateConfiguration.MapIterationFailureCount > run.ItemCount() && kind == "Map" {
		return invalidTest("MapIterationFailureCount must not be greater than the number of items, which is %d", run.ItemCount())
	}

	if in.Mock.Result == nil {
		return nil
	}

	if kind != "Task" {
		if !strings.HasPrefix(strings.TrimSpace(*in.Mock.Result), "[") && kind == "Parallel" {
			return invalidTest("Mocked result must be an array.")
		}

		return nil
	}

	if !works || in.Mock.Validation == validateNone {
		return nil
	}

	return validateMock(task, in.Mock.Validation, *in.Mock.Result)
}

// readItems reads the items of a DISTRIBUTED Map from the data that the request has instead
// of the file.
func (in *testStateInput) readItems(run *asl.StateRun) error {
	if in.StateConfiguration == nil || in.StateConfiguration.MapItemReaderData == nil {
		return nil
	}

	format, reads := run.Format()
	if !reads {
		return invalidTest("MapItemReaderData can only be specified for a Map with an ItemReader that reads a file")
	}

	page, err := dataset.Read(strings.NewReader(*in.StateConfiguration.MapItemReaderData), format, dataset.Position{}, len(*in.StateConfiguration.MapItemReaderData))
	if err != nil {
		return invalidTest("MapItemReaderData: %v", err)
	}

	if err := run.Read(page.Items); err != nil {
		return invalidTest("MapItemReaderData: %v", err)
	}

	return nil
}
