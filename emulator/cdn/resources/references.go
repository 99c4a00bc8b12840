package resources

import (
	"net/http"
	"slices"
)

// users reports whether another resource names this one. The service is locked.
func (s *Service) users(element, id string) bool {
	for _, one := range s.all {
		if one.ID == id {
			continue
		}

		parsed, err := parse(one.Config)
		if err != nil {
			continue
		}

		if slices.Contains(parsed.values[element], id) {
			return true
		}
	}

	return false
}

// checkReferences checks that everything that a configuration names exists. The service is
// locked.
func (s *Service) checkReferences(c *config) error {
	for _, k := range kinds() {
		for _, id := range c.values[k.element] {
			if id == "" || managed(k.element, id) || s.all[key(k.path, id)] != nil {
				continue
			}

			if k == keyGroups {
				return failure("TrustedKeyGroupDoesNotExist", http.StatusBadRequest, "The specified key group does not exist: %s", id)
			}

			return k.missing()
		}
	}

	for _, arn := range c.values["FunctionARN"] {
		function := s.functionOf(arn)

		switch {
		case function == nil:
			return failure("InvalidFunctionAssociation", http.StatusBadRequest, "The function %s does not exist", arn)
		case function.Live == nil:
			return failure("InvalidFunctionAssociation", http.StatusBadRequest, "The function %s is not published: publish it to the stage LIVE", arn)
		}
	}

	return nil
}
