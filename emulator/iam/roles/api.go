package roles

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"triptych/emulator/awsapi"
)

// API returns IAM's protocol.
func (s *Service) API() *awsapi.Query {
	return &awsapi.Query{
		Name: "IAM", Namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
		Operations: map[string]awsapi.QueryOperation{
			"AttachRolePolicy":            s.attachRolePolicy,
			"CreatePolicy":                s.createPolicy,
			"CreateRole":                  s.createRole,
			"DeletePolicy":                s.deletePolicy,
			"DeleteRole":                  s.deleteRole,
			"DeleteRolePolicy":            s.deleteRolePolicy,
			"DetachRolePolicy":            s.detachRolePolicy,
			"GetPolicy":                   s.getPolicy,
			"GetPolicyVersion":            s.getPolicyVersion,
			"GetRole":                     s.getRole,
			"GetRolePolicy":               s.getRolePolicy,
			"ListAttachedRolePolicies":    s.listAttachedRolePolicies,
			"ListInstanceProfilesForRole": s.listInstanceProfilesForRole,
			"ListPolicies":                s.listPolicies,
			"ListPolicyVersions":          s.listPolicyVersions,
			"ListRolePolicies":            s.listRolePolicies,
			"ListRoleTags":                s.listRoleTags,
			"ListRoles":                   s.listRoles,
			"PutRolePolicy":               s.putRolePolicy,
			"SimulatePrincipalPolicy":     s.simulatePrincipalPolicy,
			"TagRole":                     s.tagRole,
			"UntagRole":                   s.untagRole,
			"UpdateAssumeRolePolicy":      s.updateAssumeRolePolicy,
			"UpdateRole":                  s.updateRole,
			"UpdateRoleDescription":       s.updateRole,
		},
	}
}

// Limits of names. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
var (
	roleName   = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)
	policyName = regexp.MustCompile(`^[\w+=,.@-]{1,128}$`)
	rolePath   = regexp.MustCompile(`^/([!-~]{1,510}/)?$`)
)

type tag struct{ Key, Value string }

func tagsOf(values map[string]string) awsapi.Members[tag] {
	var list awsapi.Members[tag]
	for _, key := range slices.Sorted(maps.Keys(values)) {
		list.Member = append(list.Member, tag{key, values[key]})
	}

	return list
}

// encodeDocument encodes a policy as IAM's answers contain it.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
func encodeDocument(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), "+", "%20")
}

// page is a part of a list, with IAM's paging.
type page struct {
	IsTruncated bool
	Marker      string `xml:",omitempty"`
}

// paginate selects the keys of a page. The marker of the next page is the last key.
func paginate(in awsapi.Parameters, keys []string) ([]string, page, error) {
	const most = 1000

	limit, err := in.Number("MaxItems", 100, 1, most)
	if err != nil {
		return nil, page{}, err
	}

	after := in.Text("Marker")
	keys = slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return after != "" && key <= after })

	if len(keys) <= limit {
		return keys, page{}, nil
	}

	return keys[:limit], page{IsTruncated: true, Marker: keys[limit-1]}, nil
}

func noSuchRole(name string) error {
	return &awsapi.Error{Code: "NoSuchEntity", Message: "The role with name " + name + " cannot be found.", Status: http.StatusNotFound}
}

// find authorizes an action on a role and returns the role. The caller holds the lock.
func (s *Service) find(ctx context.Context, action string, in awsapi.Parameters) (*Role, error) {
	name, err := in.Required("RoleName")
	if err != nil {
		return nil, err
	}

	path := "/"
	if role := s.roles[name]; role != nil {
		path = role.Path
	}

	if err := s.config.Authorize(ctx, "iam:"+action, s.arn(&Role{Name: name, Path: path})); err != nil {
		return nil, err
	}

	role := s.roles[name]
	if role == nil {
		return nil, noSuchRole(name)
	}

	return role, nil
}

// change finds a role, changes a copy of it, and stores it. The stack's own roles cannot be
// changed, because the emulator enforces the policies that Terraform deploys.
func (s *Service) change(ctx context.Context, action string, in awsapi.Parameters, change func(*Role) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()

	role, err := s.find(ctx, action, in)
	if err != nil {
		return err
	}

	if s.declared[role.Name] {
		return unmodifiable(role.Name)
	}

	changed := *role
	changed.Inline, changed.Tags = maps.Clone(role.Inline), maps.Clone(role.Tags)
	changed.Attached = slices.Clone(role.Attached)

	if err := change(&changed); err != nil {
		return err
	}

	if err := s.save(roleBucket, role.Name, changed); err != nil {
		return err
	}

	s.roles[role.Name] = &changed
	s.enforce(role.Name)

	return nil
}

func unmodifiable(name string) error {
	return awsapi.Errorf("UnmodifiableEntity", "The role %s is one of the emulator's own stack: it has the policies that terraform/ deploys, and cannot be changed or deleted.", name)
}
