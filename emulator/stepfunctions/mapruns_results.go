package stepfunctions

import (
	"encoding/json"

	"triptych/emulator/stepfunctions/asl"
)

// writtenExecution is a child execution in the files of results.
type writtenExecution struct {
	Cause           string        `json:",omitempty"`
	Error           string        `json:",omitempty"`
	ExecutionARN    string        `json:"ExecutionArn"`
	Input           string        `json:"Input"`
	InputDetails    includedData  `json:"InputDetails"`
	Name            string        `json:"Name"`
	Output          *string       `json:"Output,omitempty"`
	OutputDetails   *includedData `json:"OutputDetails,omitempty"`
	RedriveCount    int           `json:"RedriveCount"`
	RedriveStatus   string        `json:"RedriveStatus"`
	Reason          string        `json:"RedriveStatusReason,omitempty"`
	StartDate       string        `json:"StartDate"`
	StateMachineARN string        `json:"StateMachineArn"`
	Status          asl.Status    `json:"Status"`
	StopDate        string        `json:"StopDate"`
}

// resultsOf returns the entries of a child execution in the files of results. A failed one is
// always written with its metadata.
func (s *Service) resultsOf(x *asl.Execution, transformation string) []json.RawMessage {
	const format = "2006-01-02T15:04:05.000Z"

	outcome, options := x.Outcome(), x.Options()

	if outcome.Status == asl.StatusSucceeded {
		switch transformation {
		case asl.ResultsCompact:
			return []json.RawMessage{outcome.Output}
		case asl.ResultsFlatten:
			return asl.Flatten(outcome.Output)
		}
	}

	out := writtenExecution{
		Cause: outcome.Cause, Error: outcome.Error, ExecutionARN: options.ExecutionARN, Input: string(x.Input()), InputDetails: includedData{true},
		Name: options.ExecutionName, RedriveCount: x.RedriveCount(), StartDate: x.Started().UTC().Format(format),
		StateMachineARN: options.StateMachineARN, Status: outcome.Status, StopDate: x.Stopped().UTC().Format(format),
	}
	out.RedriveStatus, out.Reason = s.redriveStatus(x)

	if outcome.Status == asl.StatusSucceeded {
		out.Output, out.OutputDetails = new(string(outcome.Output)), &includedData{true}
	}

	return []json.RawMessage{mustEncode(out)}
}
