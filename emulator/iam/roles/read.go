package roles

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"triptych/emulator/awsapi"
)

const defaultSession = 3600 // seconds

// roleDocument is a role in an answer.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
type roleDocument struct {
	Path                     string
	RoleName                 string
	RoleID                   string `xml:"RoleId"`
	Arn                      string
	CreateDate               time.Time
	AssumeRolePolicyDocument string
	Description              string `xml:",omitempty"`
	MaxSessionDuration       int
	Tags                     *awsapi.Members[tag] `xml:",omitempty"`
}

func (s *Service) describe(role *Role) roleDocument {
	return roleDocument{
		Path: role.Path, RoleName: role.Name, RoleID: roleID(s.arn(role)), Arn: s.arn(role), CreateDate: role.Created.UTC(),
		AssumeRolePolicyDocument: encodeDocument(role.Trust), Description: role.Description,
		MaxSessionDuration: cmp.Or(role.MaxSession, defaultSession),
	}
}

type roleResult struct{ Role roleDocument }

// getRole answers GetRole.
func (s *Service) getRole(ctx context.Context, in awsapi.Parameters) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()

	role, err := s.find(ctx, "GetRole", in)
	if err != nil {
		return nil, err
	}

	found := roleResult{s.describe(role)}

	if len(role.Tags) > 0 {
		tags := tagsOf(role.Tags)
		found.Role.Tags = &tags
	}

	return found, nil
}

// listRoles answers ListRoles, whose roles have no tags.
func (s *Service) listRoles(ctx context.Context, in awsapi.Parameters) (any, error) {
	if err := s.config.Authorize(ctx, "iam:ListRoles", "arn:aws:iam::"+s.config.Account+":role/"); err != nil {
		return nil, err
	}

	s.mu.RLock()
	defer s.mu.RUnlock()

	var names []string

	for _, name := range slices.Sorted(maps.Keys(s.roles)) {
		if strings.HasPrefix(s.roles[name].Path, in.Text("PathPrefix")) {
			names = append(names, name)
		}
	}

	names, part, err := paginate(in, names)
	if err != nil {
		return nil, err
	}

	var list []roleDocument
	for _, name := range names {
		list = append(list, s.describe(s.roles[name]))
	}

	return struct {
		page

		Roles awsapi.Members[roleDocument]
	}{part, awsapi.MembersOf(list...)}, nil
}

// listRoleTags answers ListRoleTags.
func (s *Service) listRoleTags(ctx context.Context, in awsapi.Parameters) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()

	role, err := s.find(ctx, "ListRoleTags", in)
	if err != nil {
		return nil, err
	}

	return struct {
		page

		Tags awsapi.Members[tag]
	}{Tags: tagsOf(role.Tags)}, nil
}

// listInstanceProfilesForRole answers ListInstanceProfilesForRole. There are no instances.
func (s *Service) listInstanceProfilesForRole(ctx context.Context, in awsapi.Parameters) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()

	if _, err := s.find(ctx, "ListInstanceProfilesForRole", in); err != nil {
		return nil, err
	}

	return struct {
		page

		InstanceProfiles awsapi.Members[string]
	}{}, nil
}
