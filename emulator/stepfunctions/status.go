package stepfunctions

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	"go.etcd.io/bbolt"

	"triptych/emulator/eventbridge"
	"triptych/emulator/stepfunctions/asl"
)

// maxStatusDataBytes is the maximum size of the input and the output together in a status
// event.
// https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
const maxStatusDataBytes = 248 << 10

// redrivablePeriod is the maximum time between the end of an execution and its redrive.
// https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
const (
	redrivablePeriod = 14 * 24 * time.Hour
	maxRedrives      = 1000
	maxRedriveEvents = 24_999 // A history has at most 25,000 events, and a redrive appends to it.
)

const (
	redrivable    = "REDRIVABLE"
	notRedrivable = "NOT_REDRIVABLE"
	// redrivableByMapRun is the status of a child execution that its parent can redrive.
	// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
	redrivableByMapRun = "REDRIVABLE_BY_MAP_RUN"
)

// redriveStatus returns the redrive status of an execution. If the execution cannot be
// redriven, redriveStatus also returns the reason.
func (s *Service) redriveStatus(x *asl.Execution) (status, reason string) {
	m := s.machineNamed(parentName(x.Options().StateMachineName))

	switch {
	case !x.Redrivable():
		return notRedrivable, fmt.Sprintf("Execution is %s and cannot be redriven", x.Status())
	case time.Since(x.Stopped()) > redrivablePeriod:
		return notRedrivable, "Execution redrivable period exceeded"
	case x.RedriveCount() >= maxRedrives:
		return notRedrivable, "Execution redrive count limit exceeded"
	case x.EventCount() >= maxRedriveEvents:
		return notRedrivable, "Execution history event limit exceeded"
	case m == nil || m.record.Deleting:
		return notRedrivable, "State machine is in DELETING status"
	case x.Options().MapRunARN != "":
		return redrivableByMapRun, ""
	default:
		return redrivable, ""
	}
}

// statusDetail is the detail of a "Step Functions Execution Status Change" event. startDate
// and stopDate are milliseconds since 1970. redriveDate is a text in the format of RFC 3339.
// Missing values are null.
type statusDetail struct {
	ExecutionARN           string           `json:"executionArn"`
	StateMachineARN        string           `json:"stateMachineArn"`
	Name                   string           `json:"name"`
	Status                 asl.Status       `json:"status"`
	StartDate              int64            `json:"startDate"`
	StopDate               *int64           `json:"stopDate"`
	Input                  *string          `json:"input"`
	InputDetails           *includedDetails `json:"inputDetails"`
	Output                 *string          `json:"output"`
	OutputDetails          *includedDetails `json:"outputDetails"`
	StateMachineVersionARN *string          `json:"stateMachineVersionArn"`
	StateMachineAliasARN   *string          `json:"stateMachineAliasArn"`
	RedriveCount           int              `json:"redriveCount"`
	RedriveDate            *string          `json:"redriveDate"`
	RedriveStatus          string           `json:"redriveStatus"`
	RedriveStatusReason    string           `json:"redriveStatusReason"`
	Error                  *string          `json:"error"`
	Cause                  *string          `json:"cause"`
}

type includedDetails struct {
	Included bool `json:"included"`
}

func (s *Service) newStatusDetail(x *asl.Execution) statusDetail {
	options := x.Options()
	d := statusDetail{
		ExecutionARN: options.ExecutionARN, StateMachineARN: options.StateMachineARN, Name: options.ExecutionName,
		Status: x.Status(), StartDate: x.Started().UnixMilli(), RedriveCount: x.RedriveCount(),
		StateMachineVersionARN: optional(options.VersionARN), StateMachineAliasARN: optional(options.AliasARN),
	}

	if d.RedriveStatus, d.RedriveStatusReason = s.redriveStatus(x); d.RedriveStatus == redrivable {
		d.RedriveStatusReason = fmt.Sprintf("Execution is %s and is redrivable", x.Status())
	}

	if at := x.RedriveDate(); !at.IsZero() {
		d.RedriveDate = new(at.UTC().Format(time.RFC3339Nano))
	}

	if outcome := x.Outcome(); outcome != nil {
		d.StopDate = new(x.Stopped().UnixMilli())
		d.Error, d.Cause = optional(outcome.Error), optional(outcome.Cause)

		if outcome.Status == asl.StatusSucceeded {
			d.Output = new(string(outcome.Output))
		}
	}

	d.Input = new(string(x.Input()))
	d.bound()

	return d
}

// bound removes data that is too large for the bus: first the input, then the output.
func (d *statusDetail) bound() {
	output := escapedBytes(d.Output)

	d.InputDetails = &includedDetails{Included: escapedBytes(d.Input)+output <= maxStatusDataBytes}
	if !d.InputDetails.Included {
		d.Input = nil
	}

	if d.Output == nil {
		return
	}

	d.OutputDetails = &includedDetails{Included: output <= maxStatusDataBytes}
	if !d.OutputDetails.Included {
		d.Output = nil
	}
}

func escapedBytes(text *string) int {
	escaped, _ := json.Marshal(text) // A string can always be marshaled.

	return len(escaped)
}

func optional(text string) *string {
	if text == "" {
		return nil
	}

	return &text
}

// statusChange is an event that the bus has not accepted yet.
type statusChange struct {
	ID      string          `json:"id"`
	Time    time.Time       `json:"time"`
	Subject string          `json:"subject"` // The execution's ARN.
	Detail  json.RawMessage `json:"detail"`
}

// addStatusChanges adds the event for a status change to c, which stores the event in the
// outbox. If an execution ends as soon as it starts, only the event for the end is emitted.
// AWS guarantees neither event.
//
// A redrive counts as a start: it emits RUNNING with a redriveCount above 0. AWS's page has
// no example of this event. It says that every change of an execution's status is sent, on
// a best-effort basis and in any order, with redriveCount and redriveDate. An execution
// that was redriven is RUNNING again (API_RedriveExecution).
//
// https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
func (s *Service) addStatusChanges(c *change, x *asl.Execution, started bool) error {
	if s.config.Emit == nil || (!started && x.Outcome() == nil) || x.Options().MapRunARN != "" {
		return nil
	}

	detail, err := json.Marshal(s.newStatusDetail(x))
	if err != nil {
		return fmt.Errorf("encode the status of %s: %w", c.key, err)
	}

	at := time.Now()
	c.outbox, err = json.Marshal(statusChange{ID: uuid.NewString(), Time: at, Subject: x.Options().ExecutionARN, Detail: detail})

	return err
}

// emit sends the stored event to the bus and removes it from the outbox.
func (s *Service) emit(c *change) {
	if c.outbox == nil {
		return
	}

	if err := s.hand(c.outboxID, c.outbox); err != nil {
		s.config.Logger.Warn("emit status change failed; it will be retried at the next start", "execution", c.key, "error", err)
	}
}

func (s *Service) hand(id uint64, text []byte) error {
	var change statusChange
	if err := json.Unmarshal(text, &change); err != nil {
		return fmt.Errorf("read status change %d: %w", id, err)
	}

	err := s.config.Emit(s.ctx, eventbridge.Event{
		ID: change.ID, Source: "aws.states", DetailType: "Step Functions Execution Status Change",
		Time: change.Time, Resources: []string{change.Subject}, Detail: change.Detail,
	})
	if err != nil {
		return fmt.Errorf("emit status change %d: %w", id, err)
	}

	// The result of the removal is ignored. If the removal fails, the event is sent again at
	// the next start.
	s.commits.Enqueue(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(outboxBucket)).Delete(binary.BigEndian.AppendUint64(nil, id))
	})

	return nil
}

// emitPending emits the events that an earlier process stored and did not remove from the
// outbox. The oldest event is the first.
func (s *Service) emitPending() error {
	if s.config.Emit == nil {
		return nil
	}

	type leftOver struct {
		id   uint64
		text []byte
	}

	var left []leftOver

	err := s.config.DB.View(func(tx *bbolt.Tx) error {
		return tx.Bucket([]byte(outboxBucket)).ForEach(func(k, v []byte) error {
			left = append(left, leftOver{binary.BigEndian.Uint64(k), bytes.Clone(v)})

			return nil
		})
	})
	problems := []error{err}

	for _, change := range left {
		problems = append(problems, s.hand(change.id, change.text))
	}

	return errors.Join(problems...)
}
