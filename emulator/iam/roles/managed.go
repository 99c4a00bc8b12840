package roles

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

// managedPolicy is a managed policy of the account. It has one version, v1. The policies
// that AWS manages do not exist in the emulator.
type managedPolicy struct {
	Name        string
	Path        string
	Description string
	Document    string
	Created     time.Time
	Tags        map[string]string
}

const onlyVersion = "v1"

// policyDocument is a managed policy in an answer.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html
type policyDocument struct {
	PolicyName                    string
	PolicyID                      string `xml:"PolicyId"`
	Arn                           string
	Path                          string
	DefaultVersionID              string `xml:"DefaultVersionId"`
	AttachmentCount               int
	PermissionsBoundaryUsageCount int
	IsAttachable                  bool
	Description                   string `xml:",omitempty"`
	CreateDate                    time.Time
	UpdateDate                    time.Time
	Tags                          awsapi.Members[tag]
}

func (s *Service) describePolicy(arn string, policy *managedPolicy) policyDocument {
	attached := 0

	for _, role := range s.roles {
		if slices.Contains(role.Attached, arn) {
			attached++
		}
	}

	return policyDocument{
		PolicyName: policy.Name, PolicyID: iam.PolicyID(arn), Arn: arn, Path: policy.Path, DefaultVersionID: onlyVersion,
		AttachmentCount: attached, IsAttachable: true, Description: policy.Description,
		CreateDate: policy.Created, UpdateDate: policy.Created, Tags: tagsOf(policy.Tags),
	}
}

type versionDocument struct {
	Document         string `xml:",omitempty"`
	VersionID        string `xml:"VersionId"`
	IsDefaultVersion bool
	CreateDate       time.Time
}

func noSuchPolicy(arn string) error {
	return &awsapi.Error{
		Code: "NoSuchEntity", Message: "Policy " + arn + " does not exist or is not attachable.", Status: http.StatusNotFound,
	}
}

// findPolicy authorizes an action on a policy. The caller holds the lock.
func (s *Service) findPolicy(ctx context.Context, action string, in awsapi.Parameters) (string, *managedPolicy, error) {
	arn, err := in.Required("PolicyArn")
	if err != nil {
		return "", nil, err
	}

	if err := s.config.Authorize(ctx, "iam:"+action, arn); err != nil {
		return "", nil, err
	}

	policy := s.managed[arn]
	if policy == nil {
		return "", nil, &awsapi.Error{Code: "NoSuchEntity", Message: "Policy " + arn + " was not found.", Status: http.StatusNotFound}
	}

	return arn, policy, nil
}

// getPolicy answers GetPolicy.
func (s *Service) getPolicy(ctx context.Context, in awsapi.Parameters) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()

	arn, policy, err := s.findPolicy(ctx, "GetPolicy", in)
	if err != nil {
		return nil, err
	}

	return struct{ Policy policyDocument }{s.describePolicy(arn, policy)}, nil
}

// getPolicyVersion answers GetPolicyVersion.
func (s *Service) getPolicyVersion(ctx context.Context, in awsapi.Parameters) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()

	arn, policy, err := s.findPolicy(ctx, "GetPolicyVersion", in)
	if err != nil {
		return nil, err
	}

	if version := in.Text("VersionId"); version != onlyVersion {
		return nil, &awsapi.Error{
			Code: "NoSuchEntity", Message: "Policy " + arn + " version " + version + " does not exist or is not attachable.", Status: http.StatusNotFound,
		}
	}

	return struct{ PolicyVersion versionDocument }{versionDocument{encodeDocument(policy.Document), onlyVersion, true, policy.Created}}, nil
}

// listPolicyVersions answers ListPolicyVersions.
func (s *Service) listPolicyVersions(ctx context.Context, in awsapi.Parameters) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()

	_, policy, err := s.findPolicy(ctx, "ListPolicyVersions", in)
	if err != nil {
		return nil, err
	}

	return struct {
		page

		Versions awsapi.Members[versionDocument]
	}{Versions: awsapi.MembersOf(versionDocument{"", onlyVersion, true, policy.Created})}, nil
}

// listPolicies answers ListPolicies.
func (s *Service) listPolicies(ctx context.Context, in awsapi.Parameters) (any, error) {
	if err := s.config.Authorize(ctx, "iam:ListPolicies", "arn:aws:iam::"+s.config.Account+":policy/"); err != nil {
		return nil, err
	}

	s.mu.RLock()
	defer s.mu.RUnlock()

	var arns []string

	for _, arn := range slices.Sorted(maps.Keys(s.managed)) {
		attached := s.describePolicy(arn, s.managed[arn]).AttachmentCount > 0

		if in.Text("Scope") != "AWS" && strings.HasPrefix(s.managed[arn].Path, in.Text("PathPrefix")) && (attached || in.Text("OnlyAttached") != "true") {
			arns = append(arns, arn)
		}
	}

	arns, part, err := paginate(in, arns)
	if err != nil {
		return nil, err
	}

	var list []policyDocument
	for _, arn := range arns {
		list = append(list, s.describePolicy(arn, s.managed[arn]))
	}

	return struct {
		page

		Policies awsapi.Members[policyDocument]
	}{part, awsapi.MembersOf(list...)}, nil
}

type attachedPolicy struct{ PolicyName, PolicyArn string }

// listAttachedRolePolicies answers ListAttachedRolePolicies.
func (s *Service) listAttachedRolePolicies(ctx context.Context, in awsapi.Parameters) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()

	role, err := s.find(ctx, "ListAttachedRolePolicies", in)
	if err != nil {
		return nil, err
	}

	arns, part, err := paginate(in, slices.Sorted(slices.Values(role.Attached)))
	if err != nil {
		return nil, err
	}

	var list []attachedPolicy

	for _, arn := range arns {
		if policy := s.managed[arn]; policy != nil {
			list = append(list, attachedPolicy{policy.Name, arn})
		}
	}

	return struct {
		page

		AttachedPolicies awsapi.Members[attachedPolicy]
	}{part, awsapi.MembersOf(list...)}, nil
}
