package stepfunctions

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"triptych/emulator/awsapi"
	"triptych/emulator/eventbridge"
)

// Target returns an EventBridge target that starts an execution of a machine for every
// event. The input is the event.
//
// As on AWS, the execution's name begins with the event's ID. In the emulator it depends
// only on the event, the rule and the machine. So an event that is delivered twice starts
// one execution, even if that execution has already ended.
func (s *Service) Target(machineARN string) eventbridge.Target {
	return target{service: s, machineARN: machineARN}
}

type target struct {
	service    *Service
	machineARN string
}

// Deliver implements [eventbridge.Target].
func (t target) Deliver(ctx context.Context, ruleARN string, event json.RawMessage) error {
	const suffixBytes = 18 // As many hex digits as a UUID has characters.

	var envelope struct {
		ID string `json:"id"`
	}

	if err := json.Unmarshal(event, &envelope); err != nil {
		return fmt.Errorf("read the event: %w", err)
	}

	sum := sha256.Sum256([]byte(ruleARN + "\n" + t.machineARN))
	name := envelope.ID + "_" + hex.EncodeToString(sum[:suffixBytes])

	_, _, err := t.service.Start(ctx, t.machineARN, name, event)

	var failure *awsapi.Error
	if errors.As(err, &failure) && failure.Code == alreadyExists {
		return nil
	}

	return err
}
