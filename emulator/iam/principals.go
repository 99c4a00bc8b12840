package iam

import (
	"encoding/json"
	"maps"
	"slices"
)

// principals are the principals that a statement of a resource's policy applies to.
type principals struct {
	everybody bool
	services  []string
	arns      []string
}

// parsePrincipals parses "*", {"Service": …} and {"AWS": …}.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func parsePrincipals(raw json.RawMessage) (*principals, error) {
	var everybody string
	if err := json.Unmarshal(raw, &everybody); err == nil {
		if everybody != "*" {
			return nil, malformed(`the Principal is %q, want "*" or an object`, everybody)
		}

		return &principals{everybody: true}, nil
	}

	var kinds map[string]json.RawMessage
	if err := json.Unmarshal(raw, &kinds); err != nil || len(kinds) == 0 {
		return nil, malformed("a statement of a resource's policy needs a Principal")
	}

	found := &principals{}

	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		names, err := stringOrList(kinds[kind])
		if err != nil {
			return nil, err
		}

		switch kind {
		case "Service":
			found.services = append(found.services, names...)
		case "AWS":
			found.arns = append(found.arns, names...)
			found.everybody = found.everybody || slices.Contains(names, "*")
		default:
			return nil, malformed("a Principal of the kind %q is not supported by the emulator, only Service and AWS", kind)
		}
	}

	return found, nil
}

func (p *principals) include(caller *Principal) bool {
	switch {
	case p.everybody:
		return true
	case caller == nil:
		return false
	case caller.Service != "":
		return slices.Contains(p.services, caller.Service)
	default:
		return slices.Contains(p.arns, caller.ARN)
	}
}
