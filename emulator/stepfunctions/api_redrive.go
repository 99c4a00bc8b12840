package stepfunctions

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions/asl"
)

// Limits of the stored client tokens: their age, and their number.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
const (
	redriveTokenPeriod = 15 * time.Minute
	maxRedriveTokens   = 10
)

// redriveRecord is one redrive that was requested with a client token.
type redriveRecord struct {
	Token string    `json:"token"`
	Date  time.Time `json:"date"`
}

type redriveExecutionInput struct {
	ExecutionARN string  `json:"executionArn"`
	ClientToken  *string `json:"clientToken"`
}

type redriveExecutionOutput struct {
	RedriveDate asl.Timestamp `json:"redriveDate"`
}

// redriveExecution resumes a failed execution, with the definition that it was started
// with. If it is called again with the same token, it returns the same response.
func (s *Service) redriveExecution(ctx context.Context, in redriveExecutionInput) (redriveExecutionOutput, error) {
	key, err := s.authorized(ctx, "states:RedriveExecution", in.ExecutionARN)
	if err != nil {
		return redriveExecutionOutput{}, err
	}

	token := ""

	if in.ClientToken != nil {
		token = *in.ClientToken
	}

	e, first := s.claim(key)
	if !first {
		e.mu.Lock() // Held until the redrive is stored, because the execution in memory can be this redrive itself.
	}
	defer e.mu.Unlock()

	before, err := s.redrives(key)
	if err != nil {
		s.dropIf(first, e)

		return redriveExecutionOutput{}, err
	}

	for _, record := range before {
		if token != "" && record.Token == token {
			s.dropIf(first, e)

			return redriveExecutionOutput{RedriveDate: stamp(record.Date)}, nil
		}
	}

	if !first {
		return redriveExecutionOutput{}, notRedrivableError("Execution is RUNNING and cannot be redriven")
	}

	return s.redrive(e, token, before)
}

func (s *Service) dropIf(ours bool, e *execution) {
	if ours {
		s.drop(e)
	}
}

// redrive redrives an execution that has been claimed and is locked.
func (s *Service) redrive(e *execution, token string, before []redriveRecord) (redriveExecutionOutput, error) {
	refuse := func(err error) (redriveExecutionOutput, error) {
		s.drop(e)

		return redriveExecutionOutput{}, err
	}

	x, rev, err := s.stored(e.key)
	if err != nil {
		return refuse(err)
	}

	status, reason := s.redriveStatus(x)
	if status == redrivableByMapRun {
		reason = "Execution was started by a Map Run, which redrives it when the execution of that is redriven"
	}

	if status != redrivable {
		return refuse(notRedrivableError(reason))
	}

	effects, err := rev.machineOf(e.key).Redrive(x)
	if err != nil {
		return refuse(notRedrivableError(err.Error()))
	}

	if token != "" {
		before = append(before, redriveRecord{Token: token, Date: x.RedriveDate()})
		before = before[max(0, len(before)-maxRedriveTokens):]
	}

	text, err := json.Marshal(before)
	if err != nil {
		return refuse(fmt.Errorf("encode the redrives of %s: %w", e.key, err))
	}

	e.x, e.rev, e.redrives = x, rev, text

	if err := s.record(e, effects, (*change).revive); err != nil {
		return redriveExecutionOutput{}, err
	}

	e.redrives = nil // They are stored now.

	return redriveExecutionOutput{RedriveDate: stamp(x.RedriveDate())}, nil
}

// redrives returns the stored redrives of an execution, the newest last.
func (s *Service) redrives(key string) ([]redriveRecord, error) {
	var text []byte

	err := s.config.DB.View(func(tx *bbolt.Tx) error {
		text = bytes.Clone(tx.Bucket([]byte(redrivesBucket)).Get([]byte(key)))

		return nil
	})
	if err != nil || text == nil {
		return nil, err
	}

	var all, valid []redriveRecord
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("read the redrives of %s: %w", key, err)
	}

	for _, record := range all {
		if time.Since(record.Date) < redriveTokenPeriod {
			valid = append(valid, record)
		}
	}

	return valid, nil
}

func notRedrivableError(reason string) error {
	return awsapi.Errorf("ExecutionNotRedrivable", "%s", reason)
}
