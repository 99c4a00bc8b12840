package stepfunctions

import (
	"math/rand/v2"
	"strings"
)

// qualifiedName returns the machine and the qualifier in the ARN of a machine (no
// qualifier), of a version (its number) or of an alias (its name).
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-cd-aliasing-versioning.html
func (s *Service) qualifiedName(arn string) (name, qualifier string, err error) {
	const colons = 6 // In the ARN of a machine.

	unqualified := arn

	if strings.Count(arn, ":") > colons {
		at := strings.LastIndexByte(arn, ':')
		unqualified, qualifier = arn[:at], arn[at+1:]

		if !validName(qualifier) {
			return "", "", invalidARN(arn)
		}
	}

	name, err = s.machineName(unqualified)

	return name, qualifier, err
}

// resolve finds the machine of an ARN, whose revision is that of the version or of the alias
// in the ARN. An alias with two versions selects one of them by their weights.
func (s *Service) resolve(arn string) (*machine, error) {
	name, qualifier, err := s.qualifiedName(arn)
	if err != nil {
		return nil, err
	}

	m := s.machineNamed(name)
	if m == nil {
		return nil, noMachine(arn)
	}

	if qualifier == "" {
		return m, nil
	}

	out := *m

	if alias, known := m.record.Aliases[qualifier]; known {
		out.aliasARN = arn
		qualifier = alias.pick(rand.IntN(wholePercent)) //nolint:gosec // The choice is not a secret.
	}

	version, known := m.record.versioned(qualifier)
	if !known {
		return nil, noMachine(arn)
	}

	out.versionARN, out.version = s.versionARN(name, version.Number), version
	out.revision, err = s.revision(version.Revision)

	return &out, err
}
