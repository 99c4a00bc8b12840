package stepfunctions

import (
	"encoding/base64"
	"strings"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions/asl"
)

// API returns Step Functions' protocol.
func (s *Service) API() *awsapi.Service {
	operations := s.operations()
	for name, run := range operations {
		operations[name] = checked(name, run)
	}

	return &awsapi.Service{Name: "Step Functions", ContentType: "application/x-amz-json-1.0", Operations: operations}
}

func (s *Service) operations() map[string]awsapi.Operation {
	return map[string]awsapi.Operation{
		"StartExecution":                   awsapi.Op(s.startExecution),
		"StopExecution":                    awsapi.Op(s.stopExecution),
		"RedriveExecution":                 awsapi.Op(s.redriveExecution),
		"DescribeExecution":                awsapi.Op(s.describeExecution),
		"ListExecutions":                   awsapi.Op(s.listExecutions),
		"GetExecutionHistory":              awsapi.Op(s.getExecutionHistory),
		"DescribeStateMachine":             awsapi.Op(s.describeStateMachine),
		"DescribeStateMachineForExecution": awsapi.Op(s.describeStateMachineForExecution),
		"CreateStateMachine":               awsapi.Op(s.createStateMachine),
		"UpdateStateMachine":               awsapi.Op(s.updateStateMachine),
		"DeleteStateMachine":               awsapi.Op(s.deleteStateMachine),
		"TagResource":                      awsapi.Op(s.tagResource),
		"UntagResource":                    awsapi.Op(s.untagResource),
		"ListTagsForResource":              awsapi.Op(s.listTagsForResource),
		"ListMapRuns":                      awsapi.Op(s.listMapRuns),
		"DescribeMapRun":                   awsapi.Op(s.describeMapRun),
		"UpdateMapRun":                     awsapi.Op(s.updateMapRun),
		"ListStateMachines":                awsapi.Op(s.listStateMachines),
		"SendTaskSuccess":                  awsapi.Op(s.sendTaskSuccess),
		"SendTaskFailure":                  awsapi.Op(s.sendTaskFailure),
		"SendTaskHeartbeat":                awsapi.Op(s.sendTaskHeartbeat),
		"PublishStateMachineVersion":       awsapi.Op(s.publishStateMachineVersion),
		"ListStateMachineVersions":         awsapi.Op(s.listStateMachineVersions),
		"DeleteStateMachineVersion":        awsapi.Op(s.deleteStateMachineVersion),
		"CreateStateMachineAlias":          awsapi.Op(s.createStateMachineAlias),
		"UpdateStateMachineAlias":          awsapi.Op(s.updateStateMachineAlias),
		"DescribeStateMachineAlias":        awsapi.Op(s.describeStateMachineAlias),
		"DeleteStateMachineAlias":          awsapi.Op(s.deleteStateMachineAlias),
		"ListStateMachineAliases":          awsapi.Op(s.listStateMachineAliases),
		"TestState":                        awsapi.Op(s.testState),
		"ValidateStateMachineDefinition":   awsapi.Op(s.validateStateMachineDefinition),
	}
}

// Page sizes of the lists.
const (
	defaultPage = 100
	maxPage     = 1000
)

// pageSize converts maxResults, which is in its limits, to a page size.
func pageSize(maxResults int) int {
	if maxResults == 0 {
		return defaultPage
	}

	return maxResults
}

// A page token holds the last key of a page, together with the name of the list. The next
// page begins after this key.

func newToken(list string, last []byte) string {
	return base64.RawURLEncoding.EncodeToString(append([]byte(list+"\n"), last...))
}

func readToken(list, token string) ([]byte, error) {
	text, err := base64.RawURLEncoding.DecodeString(token)
	last, ours := strings.CutPrefix(string(text), list+"\n")

	if err != nil || !ours {
		return nil, awsapi.Errorf("InvalidToken", "Invalid Token: 'Invalid token'")
	}

	return []byte(last), nil
}

func stamp(at time.Time) asl.Timestamp { return asl.Timestamp{Time: at} }

// stampUnlessZero returns at as a timestamp, or nil, which JSON omits, if at is zero.
func stampUnlessZero(at time.Time) *asl.Timestamp {
	if at.IsZero() {
		return nil
	}

	return &asl.Timestamp{Time: at}
}
