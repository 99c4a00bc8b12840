package eventbridge

import (
	"context"
	"maps"
	"slices"
	"strings"

	"triptych/emulator/awsapi"
)

type tag struct{ Key, Value string }

func tagMap(tags []tag) map[string]string {
	values := map[string]string{}
	for _, one := range tags {
		values[one.Key] = one.Value
	}

	return values
}

type resourceInput struct {
	ResourceARN string
	Tags        []tag
	TagKeys     []string
}

type tagListOutput struct{ Tags []tag }

// ruleOf returns the name of the rule with an ARN, or "".
func (b *Bus) ruleOf(arn string) string {
	return strings.TrimPrefix(arn, RuleARN(b.config.Region, b.config.Account, ""))
}

// listTagsForResource answers ListTagsForResource. The bus has no tags.
func (b *Bus) listTagsForResource(ctx context.Context, in resourceInput) (tagListOutput, error) {
	out := tagListOutput{Tags: []tag{}}

	if in.ResourceARN == BusARN(b.config.Region, b.config.Account) {
		return out, b.config.Authorize(ctx, "events:ListTagsForResource", in.ResourceARN)
	}

	found, err := b.ruleNamed(ctx, "events:ListTagsForResource", b.ruleOf(in.ResourceARN), "")
	if err != nil {
		return out, err
	}

	for _, key := range slices.Sorted(maps.Keys(found.Tags)) {
		out.Tags = append(out.Tags, tag{key, found.Tags[key]})
	}

	return out, nil
}

func (b *Bus) tagResource(ctx context.Context, in resourceInput) (struct{}, error) {
	return struct{}{}, b.change(ctx, "TagResource", b.ruleOf(in.ResourceARN), "", func(r *Rule) (*Rule, error) {
		if r.Tags == nil {
			r.Tags = map[string]string{}
		}

		maps.Copy(r.Tags, tagMap(in.Tags))

		return r, nil
	})
}

func (b *Bus) untagResource(ctx context.Context, in resourceInput) (struct{}, error) {
	return struct{}{}, b.change(ctx, "UntagResource", b.ruleOf(in.ResourceARN), "", func(r *Rule) (*Rule, error) {
		maps.DeleteFunc(r.Tags, func(key, _ string) bool { return slices.Contains(in.TagKeys, key) })

		return r, nil
	})
}

type busDescription struct {
	Name string
	Arn  string
}

type listBusesOutput struct{ EventBuses []busDescription }

// listEventBuses answers ListEventBuses.
func (b *Bus) listEventBuses(ctx context.Context, in struct{ NamePrefix string }) (listBusesOutput, error) {
	out := listBusesOutput{EventBuses: []busDescription{}}
	if strings.HasPrefix(BusName, in.NamePrefix) {
		out.EventBuses = append(out.EventBuses, busDescription{BusName, BusARN(b.config.Region, b.config.Account)})
	}

	return out, b.config.Authorize(ctx, "events:ListEventBuses", "*")
}

// describeEventBus answers DescribeEventBus.
func (b *Bus) describeEventBus(ctx context.Context, in struct{ Name string }) (busDescription, error) {
	if err := b.config.Authorize(ctx, "events:DescribeEventBus", BusARN(b.config.Region, b.config.Account)); err != nil {
		return busDescription{}, err
	}

	if !b.isOurs(in.Name) {
		return busDescription{}, noSuch("Event bus", in.Name)
	}

	return busDescription{BusName, BusARN(b.config.Region, b.config.Account)}, nil
}

type byTargetInput struct {
	TargetArn    string
	EventBusName string
}

type byTargetOutput struct{ RuleNames []string }

// listRuleNamesByTarget answers ListRuleNamesByTarget.
func (b *Bus) listRuleNamesByTarget(ctx context.Context, in byTargetInput) (byTargetOutput, error) {
	out := byTargetOutput{RuleNames: []string{}}

	if err := b.config.Authorize(ctx, "events:ListRuleNamesByTarget", "*"); err != nil {
		return out, err
	}

	if !b.isOurs(in.EventBusName) {
		return out, noSuch("Event bus", in.EventBusName)
	}

	for _, r := range b.list() {
		if slices.ContainsFunc(r.Targets, func(t RuleTarget) bool { return t.ARN == in.TargetArn }) {
			out.RuleNames = append(out.RuleNames, r.Name)
		}
	}

	return out, nil
}

// operations has all operations of the API.
func (b *Bus) operations() map[string]awsapi.Operation {
	return map[string]awsapi.Operation{
		"DeleteRule":            awsapi.Op(b.deleteRule),
		"DescribeEventBus":      awsapi.Op(b.describeEventBus),
		"DescribeRule":          awsapi.Op(b.describeRule),
		"DisableRule":           awsapi.Op(b.disableRule),
		"EnableRule":            awsapi.Op(b.enableRule),
		"ListEventBuses":        awsapi.Op(b.listEventBuses),
		"ListRuleNamesByTarget": awsapi.Op(b.listRuleNamesByTarget),
		"ListRules":             awsapi.Op(b.listRules),
		"ListTagsForResource":   awsapi.Op(b.listTagsForResource),
		"ListTargetsByRule":     awsapi.Op(b.listTargets),
		"PutEvents":             awsapi.Op(b.putEvents),
		"PutRule":               awsapi.Op(b.putRule),
		"PutTargets":            awsapi.Op(b.putTargets),
		"RemoveTargets":         awsapi.Op(b.removeTargets),
		"TagResource":           awsapi.Op(b.tagResource),
		"TestEventPattern":      awsapi.Op(b.testEventPattern),
		"UntagResource":         awsapi.Op(b.untagResource),
	}
}
