package roles

import (
	"context"
	"net/http"
	"slices"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

const (
	maxSession = 12 * 3600
	maxTags    = 50
)

func roleID(arn string) string { return iam.RoleID(arn) }

func invalidName(what, value string) error {
	return awsapi.Errorf("ValidationError", "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: "+
		"Member must consist of letters, digits and the symbols _+=,.@-, and must not be too long", value, what)
}

// readTags returns the tags of a request together with the tags before.
func readTags(in awsapi.Parameters, before map[string]string) (map[string]string, error) {
	tags := before

	for _, one := range in.Structures("Tags") {
		if tags == nil {
			tags = map[string]string{}
		}

		tags[one.Text("Key")] = one.Text("Value")
	}

	if len(tags) > maxTags {
		return nil, awsapi.Errorf("LimitExceeded", "The number of tags has reached the maximum limit.")
	}

	return tags, nil
}

// createRole answers CreateRole.
func (s *Service) createRole(ctx context.Context, in awsapi.Parameters) (any, error) {
	role := &Role{
		Name: in.Text("RoleName"), Path: in.Text("Path"), Description: in.Text("Description"),
		Trust: in.Text("AssumeRolePolicyDocument"), Created: s.config.Now().UTC().Truncate(time.Second),
	}
	if role.Path == "" {
		role.Path = "/"
	}

	if err := s.config.Authorize(ctx, "iam:CreateRole", s.arn(role)); err != nil {
		return nil, err
	}

	if !roleName.MatchString(role.Name) {
		return nil, invalidName("roleName", role.Name)
	}

	if !rolePath.MatchString(role.Path) {
		return nil, invalidName("path", role.Path)
	}

	if in.Has("PermissionsBoundary") {
		return nil, awsapi.Errorf("InvalidInput", "the emulator's IAM does not support a PermissionsBoundary")
	}

	if _, err := trustedServices(role.Trust); err != nil {
		return nil, malformed("This policy contains invalid Json: %v", err)
	}

	var err error

	if role.MaxSession, err = in.Number("MaxSessionDuration", defaultSession, defaultSession, maxSession); err != nil {
		return nil, err
	}

	if role.Tags, err = readTags(in, nil); err != nil {
		return nil, err
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	if s.roles[role.Name] != nil {
		return nil, &awsapi.Error{
			Code: "EntityAlreadyExists", Message: "Role with name " + role.Name + " already exists.", Status: http.StatusConflict,
		}
	}

	if err := s.save(roleBucket, role.Name, role); err != nil {
		return nil, err
	}

	s.roles[role.Name] = role

	if err := s.act(role.Name); err != nil {
		return nil, err
	}

	created := roleResult{s.describe(role)}

	if len(role.Tags) > 0 {
		tags := tagsOf(role.Tags)
		created.Role.Tags = &tags
	}

	return created, nil
}

// deleteRole answers DeleteRole. A role with policies is in use, as on AWS.
func (s *Service) deleteRole(ctx context.Context, in awsapi.Parameters) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	role, err := s.find(ctx, "DeleteRole", in)

	switch {
	case err != nil:
		return nil, err
	case s.declared[role.Name]:
		return nil, unmodifiable(role.Name)
	case len(role.Inline) > 0:
		return nil, conflict("Cannot delete entity, must delete policies first.")
	case len(role.Attached) > 0:
		return nil, conflict("Cannot delete entity, must detach all policies first.")
	}

	if err := s.save(roleBucket, role.Name, nil); err != nil {
		return nil, err
	}

	delete(s.roles, role.Name)
	s.enforce(role.Name)

	return nil, nil //nolint:nilnil // The answer has no result.
}

func conflict(message string) error {
	return &awsapi.Error{Code: "DeleteConflict", Message: message, Status: http.StatusConflict}
}

// updateRole answers UpdateRole and UpdateRoleDescription.
func (s *Service) updateRole(ctx context.Context, in awsapi.Parameters) (any, error) {
	err := s.change(ctx, in.Text("Action"), in, func(role *Role) error {
		if in.Has("Description") {
			role.Description = in.Text("Description")
		}

		var err error

		role.MaxSession, err = in.Number("MaxSessionDuration", role.MaxSession, defaultSession, maxSession)

		return err
	})
	if err != nil {
		return nil, err
	}

	if in.Text("Action") == "UpdateRoleDescription" {
		s.mu.RLock()
		defer s.mu.RUnlock()

		if role := s.roles[in.Text("RoleName")]; role != nil {
			return roleResult{s.describe(role)}, nil
		}
	}

	return struct{}{}, nil
}

// updateAssumeRolePolicy answers UpdateAssumeRolePolicy.
func (s *Service) updateAssumeRolePolicy(ctx context.Context, in awsapi.Parameters) (any, error) {
	return nil, s.change(ctx, "UpdateAssumeRolePolicy", in, func(role *Role) error {
		role.Trust = in.Text("PolicyDocument")

		if _, err := trustedServices(role.Trust); err != nil {
			return malformed("This policy contains invalid Json: %v", err)
		}

		return nil
	})
}

// tagRole answers TagRole.
func (s *Service) tagRole(ctx context.Context, in awsapi.Parameters) (any, error) {
	return nil, s.change(ctx, "TagRole", in, func(role *Role) error {
		var err error

		role.Tags, err = readTags(in, role.Tags)

		return err
	})
}

// untagRole answers UntagRole.
func (s *Service) untagRole(ctx context.Context, in awsapi.Parameters) (any, error) {
	return nil, s.change(ctx, "UntagRole", in, func(role *Role) error {
		for _, key := range in.List("TagKeys") {
			delete(role.Tags, key)
		}

		return nil
	})
}

// attachRolePolicy answers AttachRolePolicy.
func (s *Service) attachRolePolicy(ctx context.Context, in awsapi.Parameters) (any, error) {
	return nil, s.change(ctx, "AttachRolePolicy", in, func(role *Role) error {
		arn := in.Text("PolicyArn")
		if s.managed[arn] == nil {
			return noSuchPolicy(arn)
		}

		if !slices.Contains(role.Attached, arn) {
			role.Attached = append(role.Attached, arn)
		}

		return nil
	})
}

// detachRolePolicy answers DetachRolePolicy.
func (s *Service) detachRolePolicy(ctx context.Context, in awsapi.Parameters) (any, error) {
	return nil, s.change(ctx, "DetachRolePolicy", in, func(role *Role) error {
		at := slices.Index(role.Attached, in.Text("PolicyArn"))
		if at < 0 {
			return noSuchPolicy(in.Text("PolicyArn"))
		}

		role.Attached = slices.Delete(role.Attached, at, at+1)

		return nil
	})
}
