package eventbridge

import (
	"context"
	"strings"

	"triptych/emulator/awsapi"
)

type ruleDescription struct {
	Name         string
	Arn          string
	EventBusName string
	EventPattern string
	State        string
	Description  string `json:",omitempty"`
	RoleArn      string `json:",omitempty"`
}

// The states of a rule.
const (
	stateEnabled  = "ENABLED"
	stateDisabled = "DISABLED"
)

func (r *rule) describe() ruleDescription {
	state := stateEnabled
	if r.Disabled {
		state = stateDisabled
	}

	return ruleDescription{
		Name: r.Name, Arn: r.arn, EventBusName: BusName, EventPattern: string(r.Pattern), State: state, Description: r.Description, RoleArn: r.RoleARN,
	}
}

type listRulesInput struct {
	NamePrefix   string
	EventBusName string
}

type listRulesOutput struct {
	Rules []ruleDescription
}

// listRules returns all rules in one page, because there are only a few.
func (b *Bus) listRules(ctx context.Context, in listRulesInput) (listRulesOutput, error) {
	if err := b.config.Authorize(ctx, "events:ListRules", RuleARN(b.config.Region, b.config.Account, in.NamePrefix+"*")); err != nil {
		return listRulesOutput{}, err
	}

	if !b.isOurs(in.EventBusName) {
		return listRulesOutput{}, noSuch("Event bus", in.EventBusName)
	}

	out := listRulesOutput{Rules: []ruleDescription{}}

	for _, r := range b.list() {
		if strings.HasPrefix(r.Name, in.NamePrefix) {
			out.Rules = append(out.Rules, r.describe())
		}
	}

	return out, nil
}

type ruleInput struct {
	Name         string
	Rule         string // The name of the rule in ListTargetsByRule, which has no field Name.
	EventBusName string
}

func (b *Bus) describeRule(ctx context.Context, in ruleInput) (ruleDescription, error) {
	r, err := b.ruleNamed(ctx, "events:DescribeRule", in.Name, in.EventBusName)
	if err != nil {
		return ruleDescription{}, err
	}

	return r.describe(), nil
}

type targetDescription struct {
	ID               string `json:"Id"`
	Arn              string
	RoleArn          string            `json:",omitempty"`
	RetryPolicy      *RetryPolicy      `json:",omitempty"`
	DeadLetterConfig *deadLetterConfig `json:",omitempty"`
}

type deadLetterConfig struct {
	Arn string
}

func (t *RuleTarget) describe() targetDescription {
	described := targetDescription{ID: t.ID, Arn: t.ARN, RoleArn: t.RoleARN, RetryPolicy: t.Retry}
	if t.DeadLetterARN != "" {
		described.DeadLetterConfig = &deadLetterConfig{Arn: t.DeadLetterARN}
	}

	return described
}

type listTargetsOutput struct {
	Targets []targetDescription
}

func (b *Bus) listTargets(ctx context.Context, in ruleInput) (listTargetsOutput, error) {
	r, err := b.ruleNamed(ctx, "events:ListTargetsByRule", in.Rule, in.EventBusName)
	if err != nil {
		return listTargetsOutput{}, err
	}

	out := listTargetsOutput{Targets: []targetDescription{}}
	for i := range r.Targets {
		out.Targets = append(out.Targets, r.Targets[i].describe())
	}

	return out, nil
}

func (b *Bus) ruleNamed(ctx context.Context, action, name, bus string) (*rule, error) {
	if err := b.config.Authorize(ctx, action, RuleARN(b.config.Region, b.config.Account, name)); err != nil {
		return nil, err
	}

	if !b.isOurs(bus) {
		return nil, noSuch("Event bus", bus)
	}

	if found := b.named(name); found != nil {
		return found, nil
	}

	return nil, noSuch("Rule", name)
}

func noSuch(kind, name string) error {
	return awsapi.Errorf("ResourceNotFoundException", "%s %s does not exist.", kind, name)
}
