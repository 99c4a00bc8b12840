package stack

import (
	"fmt"

	"triptych/emulator/eventbridge"
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
		name, template string
		variables      map[string]string
		target         eventbridge.RuleTarget
	}{
		{
			"upload-created", statemachine.UploadCreatedPattern(), upload,
			eventbridge.RuleTarget{ID: "pipeline", ARN: n.pipelineARN(), Target: starting{s.workflow.Target(n.pipelineARN()), who.events, n.pipelineARN()}},
		},
		{
			"object-deleted", statemachine.ObjectDeletedPattern(), upload,
			eventbridge.RuleTarget{ID: "erase", ARN: n.eraserARN(), Target: starting{s.workflow.Target(n.eraserARN()), who.events, n.eraserARN()}},
		},
		{
			"pipeline-status", statemachine.PipelineStatusPattern(), pipeline,
			eventbridge.RuleTarget{ID: "fail", ARN: n.failerARN(), Target: starting{s.workflow.Target(n.failerARN()), who.events, n.failerARN()}},
		},
		{
			"execution-failed", statemachine.ExecutionFailedPattern(), machines,
			eventbridge.RuleTarget{ID: "failed-executions", ARN: failedExecutions, Target: sending{s.queues.Target(failedExecutions), who, failedExecutions}},
		},
	} {
		pattern, err := statemachine.Render(rule.template, rule.variables)
		if err != nil {
			return nil, fmt.Errorf("render the event pattern of %s: %w", rule.name, err)
		}

		rule.target.DeadLetterARN = n.queueARN(n.undelivered())
		rules = append(rules, eventbridge.Rule{
			Name: n.stack + "-" + rule.name, Pattern: []byte(pattern), Targets: []eventbridge.RuleTarget{rule.target},
		})
	}

	return rules, nil
}
