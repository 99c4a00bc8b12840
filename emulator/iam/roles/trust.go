package roles

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Assumable returns an error if a service ("lambda.amazonaws.com") cannot assume the role
// with this ARN. Conditions of the trust policy are not evaluated, because they name
// resources that use the role later.
func (s *Service) Assumable(arn, service string) error {
	s.mu.RLock()
	defer s.mu.RUnlock()

	role := s.named(arn)
	if role == nil || s.arn(role) != arn {
		return fmt.Errorf("the role %s does not exist", arn)
	}

	trusted, err := trustedServices(role.Trust)
	if err != nil {
		return err
	}

	if !slices.Contains(trusted, service) {
		return fmt.Errorf("the trust policy of the role %s does not name %s", arn, service)
	}

	return nil
}

// trustedServices returns the services that a trust policy lets assume the role.
func trustedServices(document string) ([]string, error) {
	var policy struct {
		Statement statements
	}

	if err := json.Unmarshal([]byte(document), &policy); err != nil {
		return nil, fmt.Errorf("read the trust policy: %w", err)
	}

	var services []string

	for _, one := range policy.Statement {
		if one.Effect == "Allow" && slices.Contains(one.Action, "sts:AssumeRole") {
			services = append(services, one.Principal.Service...)
		}
	}

	return services, nil
}

// statements are a list of statements, or a single one.
type statements []trustStatement

type trustStatement struct {
	Effect    string
	Action    texts
	Principal struct {
		Service, AWS, Federated texts
	}
}

// UnmarshalJSON implements [json.Unmarshaler].
func (l *statements) UnmarshalJSON(text []byte) error {
	var many []trustStatement
	if err := json.Unmarshal(text, &many); err == nil {
		*l = many

		return nil
	}

	var one trustStatement
	if err := json.Unmarshal(text, &one); err != nil {
		return err
	}

	*l = statements{one}

	return nil
}

// texts are a list of texts, or a single one.
type texts []string

// UnmarshalJSON implements [json.Unmarshaler].
func (l *texts) UnmarshalJSON(text []byte) error {
	var one string
	if err := json.Unmarshal(text, &one); err == nil {
		*l = texts{one}

		return nil
	}

	var many []string
	if err := json.Unmarshal(text, &many); err != nil {
		return err
	}

	*l = many

	return nil
}
