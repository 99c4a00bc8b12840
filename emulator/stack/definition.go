package stack

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"triptych/emulator/stepfunctions"
	"triptych/statemachine"
	"triptych/terraform"
)

// render replaces the variables that a template names. Terraform passes each template
// only its own variables.
func render(template string, variables map[string]string) (string, error) {
	wanted := statemachine.Placeholders(template)
	given := map[string]string{}

	for name, value := range variables {
		if slices.Contains(wanted, name) {
			given[name] = value
		}
	}

	return statemachine.Render(template, given)
}

// pipelineDefinition is the definition of the pipeline's state machine, as Terraform
// renders it.
func (n names) pipelineDefinition(recipe []byte) ([]byte, error) {
	variables := map[string]string{"recipe": statemachine.JSONText(string(recipe))}
	for _, function := range functions() {
		variables[function.Name+"_arn"] = n.functionARN(function.Name)
	}

	definition, err := render(statemachine.Pipeline(), variables)
	if err != nil {
		return nil, fmt.Errorf("render the pipeline: %w", err)
	}

	return []byte(definition), nil
}

// eraseDefinition is the definition of the erase machine, as Terraform renders it.
func (n names) eraseDefinition() ([]byte, error) {
	definition, err := statemachine.Render(statemachine.Erase(), map[string]string{
		"erase_arn": n.functionARN("erase"), "distribution_id": distributionID,
	})
	if err != nil {
		return nil, fmt.Errorf("render the erasure: %w", err)
	}

	return []byte(definition), nil
}

// failDefinition is the definition of the machine that records failures, as Terraform
// renders it.
func (n names) failDefinition(recipe []byte) ([]byte, error) {
	definition, err := statemachine.Render(statemachine.Fail(), map[string]string{
		"fail_arn": n.functionARN("fail"), "recipe": statemachine.JSONText(string(recipe)),
	})
	if err != nil {
		return nil, fmt.Errorf("render the fail machine: %w", err)
	}

	return []byte(definition), nil
}

// backfillDefinition is the definition of the backfill machine, as Terraform renders it.
func (n names) backfillDefinition(recipe []byte) ([]byte, error) {
	definition, err := statemachine.Render(statemachine.Backfill(), map[string]string{
		"backfill_arn": n.functionARN("backfill"), "recipe": statemachine.JSONText(string(recipe)),
		"uploads_bucket": n.uploads(), "pipeline_machine_arn": n.pipelineARN(),
	})
	if err != nil {
		return nil, fmt.Errorf("render the backfill: %w", err)
	}

	return []byte(definition), nil
}

// policy returns one of Terraform's policies, of a role or of a resource, rendered as
// Terraform does.
func (n names) policy(name string) ([]byte, error) { return n.policyWith(name, nil) }

// policyWith is policy with further variables, those that Terraform sets for each role.
func (n names) policyWith(name string, further map[string]string) ([]byte, error) {
	template, err := terraform.Policy(name)
	if err != nil {
		return nil, err
	}

	variables := map[string]string{
		"account": account, "partition": "aws", "region": region,
		"uploads_bucket_arn":           bucketARN(n.uploads()),
		"variants_bucket_arn":          bucketARN(n.variants()),
		"ledger_table_arn":             n.ledgerARN(),
		"event_bus_arn":                n.busARN(),
		"distribution_arn":             n.distributionARN(),
		"pipeline_machine_arn":         n.pipelineARN(),
		"erase_machine_arn":            n.eraserARN(),
		"fail_machine_arn":             n.failerARN(),
		"backfill_machine_arn":         n.backfillARN(),
		"pipeline_execution_arns":      stepfunctions.ExecutionARN(region, account, n.pipeline(), "*"),
		"backfill_execution_arns":      strings.TrimSuffix(stepfunctions.ExecutionARN(region, account, n.backfill(), ""), ":") + "*",
		"backfill_batch_arns":          stepfunctions.ExecutionARN(region, account, n.backfill()+"/originals", "*"),
		"failed_executions_queue_arn":  n.queueARN(n.failedExecutions()),
		"undelivered_events_queue_arn": n.queueARN(n.undelivered()),
		"upload_created_rule_arn":      n.ruleARN("upload-created"),
		"object_deleted_rule_arn":      n.ruleARN("object-deleted"),
		"execution_failed_rule_arn":    n.ruleARN("execution-failed"),
		"pipeline_status_rule_arn":     n.ruleARN("pipeline-status"),
	}

	for _, function := range functions() {
		variables[function.Name+"_arn"] = n.functionARN(function.Name)
	}

	maps.Copy(variables, further)

	policy, err := render(template, variables)
	if err != nil {
		return nil, fmt.Errorf("render the policy %s: %w", name, err)
	}

	return []byte(policy), nil
}
