package stepfunctions

import (
	"context"
	"slices"
	"strings"

	"triptych/emulator/stepfunctions/asl"
)

// standard is the type of every machine of the emulator. Machines have no logs and no
// traces.
const standard = "STANDARD"

type tracingConfiguration struct {
	Enabled bool `json:"enabled"`
}

// encryption is the encryption of a machine's data. The emulator has only the default.
type encryption struct {
	Type string `json:"type"`
}

var awsOwnedKey = encryption{Type: "AWS_OWNED_KEY"}

type machineInput struct {
	StateMachineARN string `json:"stateMachineArn"`
	IncludedData    string `json:"includedData"`
}

type describeStateMachineOutput struct {
	StateMachineARN      string               `json:"stateMachineArn"`
	Name                 string               `json:"name"`
	Status               string               `json:"status"`
	Definition           string               `json:"definition,omitempty"`
	RoleARN              string               `json:"roleArn"`
	Type                 string               `json:"type"`
	CreationDate         asl.Timestamp        `json:"creationDate"`
	RevisionID           string               `json:"revisionId,omitempty"` // Absent before the first update.
	LoggingConfiguration loggingConfiguration `json:"loggingConfiguration"`
	TracingConfiguration tracingConfiguration `json:"tracingConfiguration"`
	Encryption           encryption           `json:"encryptionConfiguration"`
	VariableReferences   map[string][]string  `json:"variableReferences,omitempty"`
	Description          string               `json:"description,omitempty"` // Of a version.
}

func (s *Service) describeStateMachine(ctx context.Context, in machineInput) (describeStateMachineOutput, error) {
	if err := s.config.Authorize(ctx, "states:DescribeStateMachine", in.StateMachineARN); err != nil {
		return describeStateMachineOutput{}, err
	}

	m, err := s.resolve(in.StateMachineARN)
	if err != nil {
		return describeStateMachineOutput{}, err
	}

	if m.aliasARN != "" {
		return describeStateMachineOutput{}, noMachine(in.StateMachineARN)
	}

	out := describeStateMachineOutput{
		StateMachineARN: m.arn, Name: m.Machine, Status: m.status(), Definition: m.Definition, RoleARN: m.RoleARN, Type: standard,
		CreationDate: stamp(m.record.Created), LoggingConfiguration: m.logging(), TracingConfiguration: m.tracing(),
		Encryption: awsOwnedKey, VariableReferences: asl.VariableReferences([]byte(m.Definition)),
	}

	if m.record.Changed {
		out.RevisionID = m.id()
	}

	if m.versionARN != "" {
		out.StateMachineARN, out.Description, out.CreationDate = m.versionARN, m.version.Description, stamp(m.version.Created)
		out.RevisionID = m.shownID()
	}

	if in.IncludedData == metadataOnly {
		out.Definition, out.VariableReferences = "", nil
	}

	return out, nil
}

type machineForExecutionInput struct {
	ExecutionARN string `json:"executionArn"`
	IncludedData string `json:"includedData"`
}

type machineForExecutionOutput struct {
	StateMachineARN      string               `json:"stateMachineArn"`
	Name                 string               `json:"name"`
	Definition           string               `json:"definition,omitempty"`
	RoleARN              string               `json:"roleArn"`
	UpdateDate           asl.Timestamp        `json:"updateDate"`
	RevisionID           string               `json:"revisionId,omitempty"` // Absent if the machine was created with this definition.
	LoggingConfiguration loggingConfiguration `json:"loggingConfiguration"`
	TracingConfiguration tracingConfiguration `json:"tracingConfiguration"`
	Encryption           encryption           `json:"encryptionConfiguration"`
	VariableReferences   map[string][]string  `json:"variableReferences,omitempty"`
	MapRunARN            string               `json:"mapRunArn,omitempty"` // For a child execution,
	Label                string               `json:"label,omitempty"`     // and the label of its Map state.
}

// describeStateMachineForExecution returns the definition that an execution was started
// with.
func (s *Service) describeStateMachineForExecution(ctx context.Context, in machineForExecutionInput) (machineForExecutionOutput, error) {
	key, err := s.authorized(ctx, "states:DescribeStateMachineForExecution", in.ExecutionARN)
	if err != nil {
		return machineForExecutionOutput{}, err
	}

	x, rev, err := s.stored(key)
	if err != nil {
		return machineForExecutionOutput{}, err
	}

	out := machineForExecutionOutput{
		StateMachineARN: x.Options().StateMachineARN, Name: rev.Machine, Definition: rev.Definition, RoleARN: rev.RoleARN,
		UpdateDate: stamp(rev.Created), RevisionID: rev.shownID(), LoggingConfiguration: s.machineNamed(rev.Machine).logging(),
		TracingConfiguration: s.machineNamed(rev.Machine).tracing(), Encryption: awsOwnedKey, VariableReferences: asl.VariableReferences([]byte(rev.Definition)), MapRunARN: x.Options().MapRunARN,
	}
	_, out.Label, _ = strings.Cut(x.Options().StateMachineName, "/")

	if in.IncludedData == metadataOnly {
		out.Definition, out.VariableReferences = "", nil
	}

	return out, nil
}

type listStateMachinesInput struct {
	MaxResults int    `json:"maxResults"`
	NextToken  string `json:"nextToken"`
}

type listStateMachinesOutput struct {
	StateMachines []machineListItem `json:"stateMachines"`
	NextToken     string            `json:"nextToken,omitempty"`
}

type machineListItem struct {
	StateMachineARN string        `json:"stateMachineArn"`
	Name            string        `json:"name"`
	Type            string        `json:"type"`
	CreationDate    asl.Timestamp `json:"creationDate"`
}

func (s *Service) listStateMachines(ctx context.Context, in listStateMachinesInput) (listStateMachinesOutput, error) {
	const list = "machines"

	if err := s.config.Authorize(ctx, "states:ListStateMachines", "*"); err != nil {
		return listStateMachinesOutput{}, err
	}

	size := pageSize(in.MaxResults)

	var after []byte

	if in.NextToken != "" {
		var err error
		if after, err = readToken(list, in.NextToken); err != nil {
			return listStateMachinesOutput{}, err
		}
	}

	var items []machineListItem

	s.mu.Lock()
	for name, m := range s.machines {
		if name > string(after) {
			items = append(items, machineListItem{StateMachineARN: m.arn, Name: name, Type: standard, CreationDate: stamp(m.record.Created)})
		}
	}
	s.mu.Unlock()

	slices.SortFunc(items, func(a, b machineListItem) int { return strings.Compare(a.Name, b.Name) })

	out := listStateMachinesOutput{StateMachines: items}
	if items == nil {
		out.StateMachines = []machineListItem{}
	}

	if len(items) > size {
		out.StateMachines = items[:size]
		out.NextToken = newToken(list, []byte(items[size-1].Name))
	}

	return out, nil
}
