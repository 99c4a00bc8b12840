package roles

import (
	"context"
	"net/http"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

// maxManaged limits a managed policy, in characters.
const maxManaged = 6144

// createPolicy answers CreatePolicy.
func (s *Service) createPolicy(ctx context.Context, in awsapi.Parameters) (any, error) {
	policy := &managedPolicy{
		Name: in.Text("PolicyName"), Path: in.Text("Path"), Description: in.Text("Description"),
		Document: in.Text("PolicyDocument"), Created: s.config.Now().UTC().Truncate(time.Second),
	}
	if policy.Path == "" {
		policy.Path = "/"
	}

	arn := "arn:aws:iam::" + s.config.Account + ":policy" + policy.Path + policy.Name

	if err := s.config.Authorize(ctx, "iam:CreatePolicy", arn); err != nil {
		return nil, err
	}

	if !policyName.MatchString(policy.Name) || !rolePath.MatchString(policy.Path) {
		return nil, invalidName("policyName", policy.Path+policy.Name)
	}

	if _, err := iam.ParsePolicy([]byte(policy.Document)); err != nil {
		return nil, malformed("%v", err)
	}

	if len(policy.Document) > maxManaged {
		return nil, &awsapi.Error{Code: "LimitExceeded", Message: "Cannot exceed quota for PolicySize: 6144", Status: http.StatusConflict}
	}

	var err error
	if policy.Tags, err = readTags(in, nil); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	if s.managed[arn] != nil {
		return nil, &awsapi.Error{
			Code: "EntityAlreadyExists", Status: http.StatusConflict,
			Message: "A policy called " + policy.Name + " already exists. Duplicate names are not allowed.",
		}
	}

	if err := s.save(policyBucket, arn, policy); err != nil {
		return nil, err
	}

	s.managed[arn] = policy

	return struct{ Policy policyDocument }{s.describePolicy(arn, policy)}, nil
}

// deletePolicy answers DeletePolicy. An attached policy is in use, as on AWS.
func (s *Service) deletePolicy(ctx context.Context, in awsapi.Parameters) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	arn, policy, err := s.findPolicy(ctx, "DeletePolicy", in)
	if err != nil {
		return nil, err
	}

	if s.describePolicy(arn, policy).AttachmentCount > 0 {
		return nil, conflict("Cannot delete a policy attached to entities.")
	}

	if err := s.save(policyBucket, arn, nil); err != nil {
		return nil, err
	}

	delete(s.managed, arn)

	return nil, nil //nolint:nilnil // The answer has no result.
}
