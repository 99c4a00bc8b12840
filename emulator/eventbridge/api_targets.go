package eventbridge

import (
	"context"
	"encoding/json"
	"slices"

	"triptych/emulator/awsapi"
)

type putTargetsInput struct {
	Rule         string
	EventBusName string
	Targets      []targetInput
}

// targetInput is a target with the members that the emulator supports. Any other member is
// rejected, because ignoring one would deliver another event, or to another receiver.
type targetInput struct {
	targetDescription

	unsupported []string
}

// UnmarshalJSON implements [json.Unmarshaler].
func (t *targetInput) UnmarshalJSON(text []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return err
	}

	for name, value := range members {
		if !slices.Contains([]string{"Id", "Arn", "RoleArn", "RetryPolicy", "DeadLetterConfig"}, name) && string(value) != "null" {
			t.unsupported = append(t.unsupported, name)
		}
	}

	slices.Sort(t.unsupported)

	return json.Unmarshal(text, &t.targetDescription)
}

type failedTarget struct {
	TargetID     string `json:"TargetId"`
	ErrorCode    string
	ErrorMessage string
}

type targetsOutput struct {
	FailedEntryCount int
	FailedEntries    []failedTarget
}

// putTargets answers PutTargets: it adds targets, or replaces those with the same ids.
func (b *Bus) putTargets(ctx context.Context, in putTargetsInput) (targetsOutput, error) {
	out := targetsOutput{FailedEntries: []failedTarget{}}

	err := b.change(ctx, "PutTargets", in.Rule, in.EventBusName, func(r *Rule) (*Rule, error) {
		for i := range in.Targets {
			target, err := b.target(&in.Targets[i])
			if err != nil {
				return nil, err
			}

			r.Targets = append(slices.DeleteFunc(r.Targets, func(t RuleTarget) bool { return t.ID == target.ID }), target)
		}

		if len(r.Targets) > maxTargets {
			return nil, awsapi.Errorf("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
		}

		return r, nil
	})

	return out, err
}

// target checks a target and finds its receiver.
func (b *Bus) target(in *targetInput) (RuleTarget, error) {
	if len(in.unsupported) > 0 {
		return RuleTarget{}, invalid("the emulator's EventBridge does not support these members of a target: %v", in.unsupported)
	}

	if !targetID.MatchString(in.ID) {
		return RuleTarget{}, invalid("1 validation error detected: Value '%s' at 'targets.1.member.id' failed to satisfy constraint: "+
			"Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+", in.ID)
	}

	target := RuleTarget{ID: in.ID, ARN: in.Arn, RoleARN: in.RoleArn, Retry: in.RetryPolicy}

	if in.DeadLetterConfig != nil {
		target.DeadLetterARN = in.DeadLetterConfig.Arn
	}

	if err := target.retryPolicy().validate(); err != nil {
		return RuleTarget{}, invalid("%v", err)
	}

	var err error

	if target.Target, err = b.config.Resolve(in.Arn, in.RoleArn); err != nil {
		return RuleTarget{}, invalid("Provided Arn is not in correct format, or the emulator cannot deliver to it: %v", err)
	}

	return target, nil
}

type removeTargetsInput struct {
	Rule         string
	EventBusName string
	Ids          []string //nolint:revive // The name in the JSON.
}

// removeTargets answers RemoveTargets.
func (b *Bus) removeTargets(ctx context.Context, in removeTargetsInput) (targetsOutput, error) {
	out := targetsOutput{FailedEntries: []failedTarget{}}

	return out, b.change(ctx, "RemoveTargets", in.Rule, in.EventBusName, func(r *Rule) (*Rule, error) {
		r.Targets = slices.DeleteFunc(r.Targets, func(t RuleTarget) bool { return slices.Contains(in.Ids, t.ID) })

		return r, nil
	})
}
