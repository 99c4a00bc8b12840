package eventbridge

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"slices"

	"triptych/emulator/awsapi"
)

// Limits of rules. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const (
	maxRules   = 300
	maxTargets = 5 // of a rule
)

var (
	ruleName = regexp.MustCompile(`^[\w.-]{1,64}$`)
	targetID = regexp.MustCompile(`^[\w.-]{1,64}$`)
)

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

func invalid(format string, args ...any) error {
	return awsapi.Errorf("ValidationException", format, args...)
}
