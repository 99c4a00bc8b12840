package stack

import (
	"context"
	"encoding/json"

	"triptych/emulator/cdn"
	"triptych/emulator/eventbridge"
	"triptych/emulator/iam"
	"triptych/emulator/lambda"
	"triptych/emulator/sqs"
	"triptych/emulator/stepfunctions"
)

// On AWS a service calls another service under a role, or in its own name, and such a
// call can be denied like any other. In the emulator, services call each other directly.
// The types of this file check the permission first, as the same callers and under the
// same policies.

// asMachine puts the machine's role into the context of its tasks. A machine that was
// created through the API may have a role that the emulator does not know, and then may do
// everything.
func (who identities) asMachine(ctx context.Context, roleARN string) context.Context {
	role := who.machines[roleARN]
	if role == nil {
		role, _ = who.directory.ByARN(roleARN)
	}

	return iam.WithPrincipal(ctx, role)
}

// invoker calls Lambda for the state machines.
type invoker struct {
	lambda *lambda.Service
}

// Invoke implements [stepfunctions.Invoker].
func (i invoker) Invoke(ctx context.Context, function string, payload []byte) (lambda.Result, error) {
	if err := iam.Check(ctx, "lambda:InvokeFunction", function); err != nil {
		return lambda.Result{}, err
	}

	return i.lambda.Invoke(ctx, function, payload)
}

// invalidating calls CloudFront for the state machines.
func invalidating(distribution *cdn.Distribution) stepfunctions.Integration {
	return func(ctx context.Context, arguments json.RawMessage) (json.RawMessage, error) {
		var in struct {
			ID string `json:"DistributionId"`
		}

		if err := json.Unmarshal(arguments, &in); err != nil || in.ID == "" {
			in.ID = distributionID
		}

		if err := iam.Check(ctx, "cloudfront:CreateInvalidation", "arn:aws:cloudfront::"+account+":distribution/"+in.ID); err != nil {
			return nil, err
		}

		return distribution.CreateInvalidation(ctx, arguments)
	}
}

// starting is a machine as a rule's target: EventBridge starts it under its role.
type starting struct {
	eventbridge.Target

	role    *iam.Principal
	machine string // its ARN
}

// Deliver implements [eventbridge.Target].
func (s starting) Deliver(ctx context.Context, ruleARN string, event json.RawMessage) error {
	if err := iam.Check(iam.WithPrincipal(ctx, s.role), "states:StartExecution", s.machine); err != nil {
		return err
	}

	return s.Target.Deliver(ctx, ruleARN, event)
}

// sending is a queue as a rule's target: EventBridge sends in its own name, on behalf of
// the rule, and the queue's policy decides.
type sending struct {
	eventbridge.Target

	who   identities
	queue string // its ARN
}

// Deliver implements [eventbridge.Target].
func (s sending) Deliver(ctx context.Context, ruleARN string, event json.RawMessage) error {
	if err := s.who.maySend(ctx, ruleARN, s.queue); err != nil {
		return err
	}

	return s.Target.Deliver(ctx, ruleARN, event)
}

// undeliveredQueues has the queues for events that EventBridge could not deliver.
type undeliveredQueues struct {
	queues *sqs.Service
	who    identities
}

// Send implements [eventbridge.Queues]. The attributes name the rule.
func (d undeliveredQueues) Send(ctx context.Context, queueARN, body string, attributes map[string]string) error {
	if err := d.who.maySend(ctx, attributes["RULE_ARN"], queueARN); err != nil {
		return err
	}

	return d.queues.Send(ctx, queueARN, body, attributes)
}

func (who identities) maySend(ctx context.Context, ruleARN, queueARN string) error {
	policy := who.queues[queueARN]
	if policy == nil && who.createdQueue != nil {
		policy = who.createdQueue(queueARN)
	}

	return iam.CheckAt(iam.WithPrincipal(ctx, who.rule(ruleARN)), policy, "sqs:SendMessage", queueARN)
}
