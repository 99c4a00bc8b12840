package stack

import (
	"fmt"
	"strings"

	"triptych/emulator/eventbridge"
	"triptych/emulator/sqs"
	"triptych/emulator/stepfunctions"
	"triptych/statemachine"
)

// rules returns the rules: which of S3's events start which machine, and that failed
// executions go to the failed-executions queue. Events that cannot be delivered go to a
// queue of their own, after AWS's 24 hours or 185 attempts.
func (s *Stack) rules(n names, who identities) ([]eventbridge.Rule, error) {
	upload := map[string]string{"uploads_bucket": n.uploads()}
	machines := map[string]string{"pipeline_machine_arn": n.pipelineARN(), "erase_machine_arn": n.eraserARN(), "fail_machine_arn": n.failerARN()}
	pipeline := map[string]string{"pipeline_machine_arn": n.pipelineARN()}
	failedExecutions := n.queueARN(n.failedExecutions())

	var rules []eventbridge.Rule

	for _, rule := range []struct {
		name, description, template string
		variables                   map[string]string
		target                      eventbridge.RuleTarget
	}{
		{
			"upload-created", "An original has been uploaded: start the pipeline.", statemachine.UploadCreatedPattern(), upload,
			eventbridge.RuleTarget{ID: "pipeline", RoleARN: n.role("events"), ARN: n.pipelineARN(), Target: starting{s.workflow.Target(n.pipelineARN()), who.events, n.pipelineARN()}},
		},
		{
			"object-deleted", "An original has been deleted: erase everything generated from it.", statemachine.ObjectDeletedPattern(), upload,
			eventbridge.RuleTarget{ID: "erase", RoleARN: n.role("events"), ARN: n.eraserARN(), Target: starting{s.workflow.Target(n.eraserARN()), who.events, n.eraserARN()}},
		},
		{
			"pipeline-status", "An execution of the pipeline has failed, timed out or been stopped, or was redriven: record it in the ledger.", statemachine.PipelineStatusPattern(), pipeline,
			eventbridge.RuleTarget{ID: "fail", RoleARN: n.role("events"), ARN: n.failerARN(), Target: starting{s.workflow.Target(n.failerARN()), who.events, n.failerARN()}},
		},
		{
			"execution-failed", "An execution has failed, timed out or been stopped: keep it for `triptych replay`.", statemachine.ExecutionFailedPattern(), machines,
			eventbridge.RuleTarget{ID: "failed-executions", ARN: failedExecutions, Target: sending{s.queues.Target(failedExecutions), who, failedExecutions}},
		},
	} {
		pattern, err := statemachine.Render(rule.template, rule.variables)
		if err != nil {
			return nil, fmt.Errorf("render the event pattern of %s: %w", rule.name, err)
		}

		rule.target.DeadLetterARN = n.queueARN(n.undelivered())
		rules = append(rules, eventbridge.Rule{
			Name: n.stack + "-" + rule.name, Description: rule.description, Tags: n.tags(),
			Pattern: []byte(pattern), Targets: []eventbridge.RuleTarget{rule.target},
		})
	}

	return rules, nil
}

// resolve returns the receiver of a rule that is created through the API: a queue, whose
// policy decides, or a state machine, which EventBridge starts under a role.
func (s *Stack) resolve(who identities) func(arn, roleARN string) (eventbridge.Target, error) {
	return func(arn, roleARN string) (eventbridge.Target, error) {
		switch {
		case strings.HasPrefix(arn, sqs.QueueARN(region, account, "")):
			return sending{s.queues.Target(arn), who, arn}, nil
		case strings.HasPrefix(arn, stepfunctions.MachineARN(region, account, "")):
			if err := s.roles.Assumable(roleARN, eventsService); err != nil {
				return nil, err
			}

			role, known := who.directory.ByARN(roleARN)
			if !known {
				return nil, fmt.Errorf("the role %s does not exist", roleARN)
			}

			return starting{s.workflow.Target(arn), role, arn}, nil
		default:
			return nil, fmt.Errorf("%s is neither a queue nor a state machine", arn)
		}
	}
}
