package stack

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"triptych/emulator/iam"
	"triptych/emulator/iam/roles"
)

// inlinePolicies returns the inline policies that Terraform gives a role, by name
// (terraform/access.tf). The policy with the name of the role is the one that the stack
// needs; the others are for logs and traces.
func (n names) inlinePolicies(role string) (map[string]string, error) {
	further := map[string]string{}
	files := []string{"events"}

	machine, isMachine := strings.CutSuffix(role, "-machine")

	switch {
	case isMachine:
		files = []string{"machine-" + machine, "machine-logs", "machine-xray"}
	case role != "events":
		files = []string{role, "logs", "xray"}
		further["log_group_arn"] = "arn:aws:logs:" + region + ":" + account + ":log-group:" + n.logGroup(role)
	}

	policies := map[string]string{}

	for _, file := range files {
		text, err := n.policyWith(file, further)
		if err != nil {
			return nil, err
		}

		if file == "events" {
			file = "start-executions"
		}

		policies[file] = string(text)
	}

	return policies, nil
}

// logGroup returns the name of a function's log group.
func (n names) logGroup(function string) string { return "/aws/lambda/" + n.function(function) }

// furtherPolicies returns the policies of a role that the stack itself does not need. They
// are not in the report on access.
func (n names) furtherPolicies(role string) (func() []*iam.Policy, error) {
	texts, err := n.inlinePolicies(role)
	if err != nil {
		return nil, err
	}

	var further []*iam.Policy

	for name, text := range texts {
		if name == role || name == "start-executions" || name == "machine-"+strings.TrimSuffix(role, "-machine") {
			continue
		}

		policy, err := iam.ParsePolicy([]byte(text))
		if err != nil {
			return nil, fmt.Errorf("the policy %s: %w", name, err)
		}

		further = append(further, policy)
	}

	return func() []*iam.Policy { return further }, nil
}

// declaredRoles returns the roles of the stack, as Terraform creates them.
func (n names) declaredRoles() ([]roles.Role, error) {
	var declared []roles.Role

	add := func(role, description, trust string, further map[string]string) error {
		policies, err := n.inlinePolicies(role)
		if err != nil {
			return err
		}

		document, err := n.policyWith(trust, further)
		if err != nil {
			return err
		}

		declared = append(declared, roles.Role{
			Name: n.stack + "-" + role, Description: description, Trust: string(document), Inline: policies, Tags: n.tags(),
		})

		return nil
	}

	for _, function := range functions() {
		if err := add(function.Name, "The function "+function.Name+" of the Triptych stack "+n.stack+".", "trust-lambda", nil); err != nil {
			return nil, err
		}
	}

	for _, machine := range machines() {
		arn := map[string]string{"machine_arn": "arn:aws:states:" + region + ":" + account + ":stateMachine:" + n.stack + "-" + machine}
		if err := add(machine+"-machine", "The state machine "+machine+" of the Triptych stack "+n.stack+".", "trust-states", arn); err != nil {
			return nil, err
		}
	}

	starting := []string{n.ruleARN("object-deleted"), n.ruleARN("pipeline-status"), n.ruleARN("upload-created")}

	rules, err := json.Marshal(starting)
	if err != nil {
		return nil, fmt.Errorf("list the rules: %w", err)
	}

	err = add("events", "Lets EventBridge start the state machines of the Triptych stack "+n.stack+".", "trust-events", map[string]string{"rule_arns": string(rules)})

	slices.SortFunc(declared, func(a, b roles.Role) int { return strings.Compare(a.Name, b.Name) })

	return declared, err
}

// tags has the tags that Terraform gives each resource of the stack.
func (n names) tags() map[string]string { return map[string]string{"triptych:stack": n.stack} }

// startRoles opens IAM. A role that was created through the API is a caller of its own,
// whose policies are enforced as those of the stack's roles are.
func (s *Stack) startRoles(n names, who identities) error {
	declared, err := n.declaredRoles()
	if err != nil {
		return err
	}

	s.roles, err = roles.New(roles.Config{
		DB: s.db, Account: account, Declared: declared, Authorize: authorize,
		Principal: func(arn string, policies func() []*iam.Policy) error {
			return who.directory.Add(withKeys(&iam.Principal{
				ARN: arn, Policies: policies, Attributes: overTLS(), OnDenied: who.access.denied(arn),
			}))
		},
	})
	if err != nil {
		return fmt.Errorf("start IAM: %w", err)
	}

	return nil
}
