package roles

import (
	"context"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

// maxSimulated limits the actions times the resources of one simulation.
const maxSimulated = 1000

// evaluation is the result for one action on one resource.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
type evaluation struct {
	EvalActionName       string
	EvalResourceName     string
	EvalDecision         string
	MatchedStatements    awsapi.Members[string]
	MissingContextValues awsapi.Members[string]
}

// simulatePrincipalPolicy answers SimulatePrincipalPolicy for a role: the decisions of its
// identity policies, without those of resources.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
func (s *Service) simulatePrincipalPolicy(ctx context.Context, in awsapi.Parameters) (any, error) {
	source, err := in.Required("PolicySourceArn")
	if err != nil {
		return nil, err
	}

	if err := s.config.Authorize(ctx, "iam:SimulatePrincipalPolicy", source); err != nil {
		return nil, err
	}

	for _, unsupported := range []string{"ResourcePolicy", "CallerArn", "ResourceHandlingOption", "PermissionsBoundaryPolicyInputList.member.1"} {
		if in.Has(unsupported) {
			return nil, awsapi.Errorf("InvalidInput", "the emulator's IAM does not support the parameter %s", unsupported)
		}
	}

	s.mu.RLock()
	role := s.named(source)

	if role == nil || s.arn(role) != source {
		s.mu.RUnlock()

		return nil, noSuchRole(source)
	}

	// They are parsed again, because a policy records which of its permissions were used.
	policies := parseAll(append(s.documents(role), in.List("PolicyInputList")...))
	s.mu.RUnlock()

	var attributes []iam.Attribute

	for _, entry := range in.Structures("ContextEntries") {
		for _, value := range entry.List("ContextKeyValues") {
			attributes = append(attributes, iam.Attribute{Key: entry.Text("ContextKeyName"), Value: value})
		}
	}

	actions, resources := in.List("ActionNames"), in.List("ResourceArns")
	if len(resources) == 0 {
		resources = []string{"*"}
	}

	if len(actions) == 0 || len(actions)*len(resources) > maxSimulated {
		return nil, awsapi.Errorf("InvalidInput", "ActionNames times ResourceArns must be between 1 and %d", maxSimulated)
	}

	names := map[iam.Decision]string{iam.Allowed: "allowed", iam.ImplicitlyDenied: "implicitDeny", iam.ExplicitlyDenied: "explicitDeny"}

	var results []evaluation

	for _, action := range actions {
		for _, resource := range resources {
			decision := iam.EvaluateAll(policies, action, resource, attributes...)
			results = append(results, evaluation{EvalActionName: action, EvalResourceName: resource, EvalDecision: names[decision]})
		}
	}

	return struct {
		page

		EvaluationResults awsapi.Members[evaluation]
	}{EvaluationResults: awsapi.MembersOf(results...)}, nil
}
