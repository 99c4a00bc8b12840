package roles

import "triptych/emulator/iam"

// act enforces the policies of a role that was created through the API, and makes its
// principal. The stack has made the principals of its own roles. The caller holds the lock,
// or is New.
func (s *Service) act(name string) error {
	if s.declared[name] {
		return nil
	}

	s.enforce(name)

	if s.acting[name] || s.config.Principal == nil {
		return nil
	}

	s.acting[name] = true

	return s.config.Principal(s.arn(s.roles[name]), func() []*iam.Policy {
		s.enforcing.Lock()
		defer s.enforcing.Unlock()

		return s.enforced[name]
	})
}

// enforce makes a role's policies effective. A role that was deleted has none. The caller
// holds the lock.
func (s *Service) enforce(name string) {
	var policies []*iam.Policy
	if role := s.roles[name]; role != nil {
		policies = parseAll(s.documents(role))
	}

	s.enforcing.Lock()
	defer s.enforcing.Unlock()

	s.enforced[name] = policies
}

// documents returns the texts of a role's policies.
func (s *Service) documents(role *Role) []string {
	var texts []string
	for _, text := range role.Inline {
		texts = append(texts, text)
	}

	for _, arn := range role.Attached {
		if policy := s.managed[arn]; policy != nil {
			texts = append(texts, policy.Document)
		}
	}

	return texts
}

// parseAll parses policies that were checked before.
func parseAll(documents []string) []*iam.Policy {
	var parsed []*iam.Policy

	for _, text := range documents {
		if policy, err := iam.ParsePolicy([]byte(text)); err == nil {
			parsed = append(parsed, policy)
		}
	}

	return parsed
}
