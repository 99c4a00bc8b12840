package foreign

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventbridgetypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// target is a planned target of a rule.
type target struct {
	Rule      string `json:"rule"`
	ID        string `json:"target_id"`
	ARN       string `json:"arn"`
	RoleARN   string `json:"role_arn"`
	Input     string `json:"input"`
	InputPath string `json:"input_path"`

	Transformer []struct {
		Paths    map[string]string `json:"input_paths"`
		Template string            `json:"input_template"`
	} `json:"input_transformer"`
}

func (t target) input() eventbridgetypes.Target {
	made := eventbridgetypes.Target{Id: &t.ID, Arn: &t.ARN}

	if t.RoleARN != "" {
		made.RoleArn = &t.RoleARN
	}

	if t.Input != "" {
		made.Input = &t.Input
	}

	if t.InputPath != "" {
		made.InputPath = &t.InputPath
	}

	for _, transformer := range t.Transformer {
		made.InputTransformer = &eventbridgetypes.InputTransformer{InputPathsMap: transformer.Paths, InputTemplate: &transformer.Template}
	}

	return made
}

func (d *deployer) rules(ctx context.Context) error {
	type rule struct {
		Name    string `json:"name"`
		Pattern string `json:"event_pattern"`
	}

	rules, err := all[rule](d.Deployment, "aws_cloudwatch_event_rule")
	if err != nil {
		return err
	}

	targets, err := all[target](d.Deployment, "aws_cloudwatch_event_target")
	if err != nil {
		return err
	}

	client := eventbridge.NewFromConfig(d.config)

	for _, r := range rules {
		if _, err := client.PutRule(ctx, &eventbridge.PutRuleInput{Name: &r.Name, EventPattern: &r.Pattern}); err != nil {
			return fmt.Errorf("put the rule %s: %w", r.Name, err)
		}
	}

	for _, t := range targets {
		put, err := client.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: &t.Rule, Targets: []eventbridgetypes.Target{t.input()}})
		if err != nil {
			return fmt.Errorf("put the target of %s: %w", t.Rule, err)
		}

		for _, failed := range put.FailedEntries {
			return fmt.Errorf("put the target of %s: %s", t.Rule, aws.ToString(failed.ErrorMessage))
		}
	}

	return nil
}
