package eventbridge

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/eventbridge/pattern"
)

// ruleBucket stores the rules that were created through the API.
const ruleBucket = "events.rules"

// Limits of rules. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const (
	maxRules   = 300
	maxTargets = 5 // of a rule
)

var (
	ruleName = regexp.MustCompile(`^[\w.-]{1,64}$`)
	targetID = regexp.MustCompile(`^[\w.-]{1,64}$`)
)

// Rules that were created through the API are stored as Rule, without the targets'
// receivers, which Config.Resolve makes again.

// restore opens the rules that were created through the API.
func (b *Bus) restore() error {
	return b.config.DB.Update(func(tx *bbolt.Tx) error {
		stored, err := tx.CreateBucketIfNotExists([]byte(ruleBucket))
		if err != nil {
			return err
		}

		return stored.ForEach(func(name, value []byte) error {
			var made Rule
			if err := json.Unmarshal(value, &made); err != nil {
				return fmt.Errorf("read the rule %s: %w", name, err)
			}

			if b.named(made.Name) != nil {
				return nil // The stack has a rule with this name now.
			}

			for i := range made.Targets {
				target := &made.Targets[i]
				if target.Target, err = b.config.Resolve(target.ARN, target.RoleARN); err != nil {
					b.config.Logger.Warn("a target no longer exists", "rule", made.Name, "target", target.ARN, "error", err)
				}
			}

			opened, err := b.parse(made)
			if err != nil {
				return err
			}

			b.replace(made.Name, opened)

			return nil
		})
	})
}

func (b *Bus) parse(made Rule) (*rule, error) {
	parsed, err := pattern.Parse(made.Pattern)
	if err != nil {
		return nil, fmt.Errorf("parse the pattern of rule %s: %w", made.Name, err)
	}

	return &rule{Rule: made, arn: RuleARN(b.config.Region, b.config.Account, made.Name), pattern: parsed}, nil
}

// replace replaces the rule with a name, or removes it if the new one is nil. Deliveries in
// progress keep the list that they have.
func (b *Bus) replace(name string, by *rule) {
	list := slices.DeleteFunc(slices.Clone(b.list()), func(r rule) bool { return r.Name == name })
	if by != nil {
		list = append(list, *by)
	}

	slices.SortFunc(list, func(x, y rule) int { return compareNames(x.Name, y.Name) })
	b.rules.Store(&list)
}

// store stores a rule, or removes it if it is nil.
func (b *Bus) store(name string, made *Rule) error {
	err := b.config.DB.Update(func(tx *bbolt.Tx) error {
		if made == nil {
			return tx.Bucket([]byte(ruleBucket)).Delete([]byte(name))
		}

		encoded, err := json.Marshal(made)
		if err != nil {
			return err
		}

		return tx.Bucket([]byte(ruleBucket)).Put([]byte(name), encoded)
	})
	if err != nil {
		return fmt.Errorf("store the rule %s: %w", name, err)
	}

	return nil
}

type putRuleInput struct {
	Name               string
	EventPattern       string
	ScheduleExpression string
	State              string
	Description        string
	RoleArn            string
	EventBusName       string
	Tags               []tag
}

type putRuleOutput struct{ RuleArn string }

type tag struct{ Key, Value string }

func unchangeable(name string) error {
	return awsapi.Errorf("ManagedRuleException", "The rule %s is one of the emulator's own stack, which cannot be changed or deleted.", name)
}

// putRule answers PutRule: it creates a rule, or replaces everything of it but its targets.
func (b *Bus) putRule(ctx context.Context, in putRuleInput) (putRuleOutput, error) {
	arn := RuleARN(b.config.Region, b.config.Account, in.Name)
	if err := b.config.Authorize(ctx, "events:PutRule", arn); err != nil {
		return putRuleOutput{}, err
	}

	b.changing.Lock()
	defer b.changing.Unlock()

	before := b.named(in.Name)

	switch {
	case !b.isOurs(in.EventBusName):
		return putRuleOutput{}, noSuch("Event bus", in.EventBusName)
	case !ruleName.MatchString(in.Name):
		return putRuleOutput{}, invalid("1 validation error detected: Value '%s' at 'name' failed to satisfy constraint: "+
			"Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+", in.Name)
	case in.ScheduleExpression != "":
		return putRuleOutput{}, invalid("the emulator's EventBridge does not support ScheduleExpression")
	case in.EventPattern == "":
		return putRuleOutput{}, invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
	case !slices.Contains([]string{"", stateEnabled, stateDisabled}, in.State):
		return putRuleOutput{}, invalid("1 validation error detected: Value '%s' at 'state' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [ENABLED, DISABLED]", in.State)
	case before != nil && before.declared:
		return putRuleOutput{}, unchangeable(in.Name)
	case before == nil && len(b.list()) >= maxRules:
		return putRuleOutput{}, awsapi.Errorf("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
	}

	made := Rule{
		Name: in.Name, Pattern: json.RawMessage(in.EventPattern), Description: in.Description, RoleARN: in.RoleArn, Disabled: in.State == stateDisabled,
	}

	if before != nil {
		made.Targets, made.Tags = before.Targets, before.Tags
	} else if len(in.Tags) > 0 {
		made.Tags = tagMap(in.Tags)
	}

	opened, err := b.parse(made)
	if err != nil {
		return putRuleOutput{}, awsapi.Errorf("InvalidEventPatternException", "Event pattern is not valid. Reason: %v", err)
	}

	if err := b.store(in.Name, &made); err != nil {
		return putRuleOutput{}, err
	}

	b.replace(in.Name, opened)

	return putRuleOutput{arn}, nil
}

// change authorizes an action on a rule, changes a copy of the rule, and stores it. A change
// to nil removes the rule.
func (b *Bus) change(ctx context.Context, action, name, bus string, change func(*Rule) (*Rule, error)) error {
	b.changing.Lock()
	defer b.changing.Unlock()

	found, err := b.ruleNamed(ctx, "events:"+action, name, bus)

	switch {
	case err != nil:
		return err
	case found.declared:
		return unchangeable(name)
	}

	made := found.Rule
	made.Targets, made.Tags = slices.Clone(found.Targets), maps.Clone(found.Tags)

	changed, err := change(&made)
	if err != nil {
		return err
	}

	if changed == nil {
		if err := b.store(name, nil); err != nil {
			return err
		}

		b.replace(name, nil)

		return nil
	}

	opened, err := b.parse(*changed)
	if err != nil {
		return err
	}

	if err := b.store(name, changed); err != nil {
		return err
	}

	b.replace(name, opened)

	return nil
}

// deleteRule answers DeleteRule. A missing rule is not an error, and one with targets is in
// use, as on AWS.
func (b *Bus) deleteRule(ctx context.Context, in ruleInput) (struct{}, error) {
	err := b.change(ctx, "DeleteRule", in.Name, in.EventBusName, func(r *Rule) (*Rule, error) {
		if len(r.Targets) > 0 {
			return nil, invalid("Rule can't be deleted since it has targets.")
		}

		return nil, nil //nolint:nilnil // The rule is removed.
	})

	if failure, is := errors.AsType[*awsapi.Error](err); is && failure.Code == "ResourceNotFoundException" {
		err = nil
	}

	return struct{}{}, err
}

func (b *Bus) setState(ctx context.Context, action string, in ruleInput, disabled bool) (struct{}, error) {
	return struct{}{}, b.change(ctx, action, in.Name, in.EventBusName, func(r *Rule) (*Rule, error) {
		r.Disabled = disabled

		return r, nil
	})
}

func (b *Bus) enableRule(ctx context.Context, in ruleInput) (struct{}, error) {
	return b.setState(ctx, "EnableRule", in, false)
}

func (b *Bus) disableRule(ctx context.Context, in ruleInput) (struct{}, error) {
	return b.setState(ctx, "DisableRule", in, true)
}

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

func tagMap(tags []tag) map[string]string {
	values := map[string]string{}
	for _, one := range tags {
		values[one.Key] = one.Value
	}

	return values
}

func invalid(format string, args ...any) error {
	return awsapi.Errorf("ValidationException", format, args...)
}
