package roles

import (
	"context"
	"maps"
	"net/http"
	"slices"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

// maxInline limits the inline policies of a role together, in characters.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const maxInline = 10_240

type rolePolicyResult struct{ RoleName, PolicyName, PolicyDocument string }

// getRolePolicy answers GetRolePolicy.
func (s *Service) getRolePolicy(ctx context.Context, in awsapi.Parameters) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()

	role, err := s.find(ctx, "GetRolePolicy", in)
	if err != nil {
		return nil, err
	}

	name, err := in.Required("PolicyName")
	if err != nil {
		return nil, err
	}

	text, known := role.Inline[name]
	if !known {
		return nil, noSuchRolePolicy(name)
	}

	return rolePolicyResult{role.Name, name, encodeDocument(text)}, nil
}

func noSuchRolePolicy(name string) error {
	return &awsapi.Error{Code: "NoSuchEntity", Message: "The role policy with name " + name + " cannot be found.", Status: http.StatusNotFound}
}

// listRolePolicies answers ListRolePolicies: the names of the inline policies.
func (s *Service) listRolePolicies(ctx context.Context, in awsapi.Parameters) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()

	role, err := s.find(ctx, "ListRolePolicies", in)
	if err != nil {
		return nil, err
	}

	names, part, err := paginate(in, slices.Sorted(maps.Keys(role.Inline)))
	if err != nil {
		return nil, err
	}

	return struct {
		page

		PolicyNames awsapi.Members[string]
	}{part, awsapi.MembersOf(names...)}, nil
}

// putRolePolicy answers PutRolePolicy. A policy that the emulator would not enforce as AWS
// does is rejected.
func (s *Service) putRolePolicy(ctx context.Context, in awsapi.Parameters) (any, error) {
	return nil, s.change(ctx, "PutRolePolicy", in, func(role *Role) error {
		name, document := in.Text("PolicyName"), in.Text("PolicyDocument")
		if !policyName.MatchString(name) {
			return invalidName("policyName", name)
		}

		if _, err := iam.ParsePolicy([]byte(document)); err != nil {
			return malformed("%v", err)
		}

		if role.Inline == nil {
			role.Inline = map[string]string{}
		}

		role.Inline[name] = document

		size := 0
		for _, text := range role.Inline {
			size += len(text)
		}

		if size > maxInline {
			return &awsapi.Error{
				Code: "LimitExceeded", Status: http.StatusConflict,
				Message: "Maximum policy size of 10240 bytes exceeded for role " + role.Name,
			}
		}

		return nil
	})
}

// deleteRolePolicy answers DeleteRolePolicy.
func (s *Service) deleteRolePolicy(ctx context.Context, in awsapi.Parameters) (any, error) {
	return nil, s.change(ctx, "DeleteRolePolicy", in, func(role *Role) error {
		name := in.Text("PolicyName")
		if _, known := role.Inline[name]; !known {
			return noSuchRolePolicy(name)
		}

		delete(role.Inline, name)

		return nil
	})
}
