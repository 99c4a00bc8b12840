package stepfunctions

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions/asl"
)

// maxVersions limits the versions of a machine.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html
const maxVersions = 1000

// versionRecord is a version of a machine: a number for one of its revisions.
type versionRecord struct {
	Number      int       `json:"number"`
	Revision    string    `json:"revision"`
	Description string    `json:"description,omitempty"`
	Created     time.Time `json:"created"`
}

func (s *Service) versionARN(machine string, number int) string {
	return MachineARN(s.config.Region, s.config.Account, machine) + ":" + strconv.Itoa(number)
}

// versioned finds a version by its qualifier.
func (r *machineRecord) versioned(qualifier string) (versionRecord, bool) {
	number, err := strconv.Atoi(qualifier)
	index := slices.IndexFunc(r.Versions, func(v versionRecord) bool { return v.Number == number })

	if err != nil || index < 0 || strconv.Itoa(number) != qualifier {
		return versionRecord{}, false
	}

	return r.Versions[index], true
}

// publish adds a version of the current revision, unless the newest version has this
// revision.
func (r *machineRecord) publish(description string, now time.Time) versionRecord {
	if newest := len(r.Versions) - 1; newest >= 0 && r.Versions[newest].Revision == r.Revision {
		return r.Versions[newest]
	}

	r.LastVersion++
	version := versionRecord{Number: r.LastVersion, Revision: r.Revision, Description: description, Created: now}
	r.Versions = append(slices.Clone(r.Versions), version)

	return version
}

type publishInput struct {
	StateMachineARN string  `json:"stateMachineArn"`
	RevisionID      *string `json:"revisionId"`
	Description     string  `json:"description"`
}

type publishOutput struct {
	CreationDate asl.Timestamp `json:"creationDate"`
	VersionARN   string        `json:"stateMachineVersionArn"`
}

// publishStateMachineVersion creates a version of a machine's current revision. If this
// revision has a version already, it returns that version.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_PublishStateMachineVersion.html
func (s *Service) publishStateMachineVersion(ctx context.Context, in publishInput) (publishOutput, error) {
	const initial = "INITIAL" // The revision ID of a machine that was not updated.

	if err := s.config.Authorize(ctx, "states:PublishStateMachineVersion", in.StateMachineARN); err != nil {
		return publishOutput{}, err
	}

	name, err := s.machineName(in.StateMachineARN)
	if err != nil {
		return publishOutput{}, err
	}

	s.changing.Lock()
	defer s.changing.Unlock()

	m, err := s.changeable(name)
	if err != nil {
		return publishOutput{}, err
	}

	current := initial
	if m.record.Changed {
		current = m.id()
	}

	if in.RevisionID != nil && *in.RevisionID != current {
		return publishOutput{}, awsapi.Errorf("ConflictException",
			"Failed to publish the State Machine version for revision %s. The current State Machine revision is %s.", *in.RevisionID, current)
	}

	return s.publish(m, in.Description)
}

// publish stores a version of a machine's current revision. The machine is locked against
// changes.
func (s *Service) publish(m *machine, description string) (publishOutput, error) {
	if len(m.record.Versions) >= maxVersions {
		return publishOutput{}, awsapi.Errorf("ServiceQuotaExceededException", "A state machine has at most %d versions", maxVersions)
	}

	var version versionRecord

	err := s.setMachine(m.Machine, m.revision, func(record *machineRecord) { version = record.publish(description, time.Now().UTC()) })
	if err != nil {
		return publishOutput{}, err
	}

	return publishOutput{CreationDate: stamp(version.Created), VersionARN: s.versionARN(m.Machine, version.Number)}, nil
}

type versionInput struct {
	VersionARN string `json:"stateMachineVersionArn"`
}

// deleteStateMachineVersion deletes a version that no alias has. If the version does not
// exist, it succeeds.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineVersion.html
func (s *Service) deleteStateMachineVersion(ctx context.Context, in versionInput) (struct{}, error) {
	if err := s.config.Authorize(ctx, "states:DeleteStateMachineVersion", in.VersionARN); err != nil {
		return struct{}{}, err
	}

	name, qualifier, err := s.qualifiedName(in.VersionARN)
	if err == nil && qualifier == "" {
		err = invalidARN(in.VersionARN)
	}

	if err != nil {
		return struct{}{}, err
	}

	s.changing.Lock()
	defer s.changing.Unlock()

	m := s.machineNamed(name)
	if m == nil {
		return struct{}{}, nil
	}

	version, known := m.record.versioned(qualifier)
	if !known {
		return struct{}{}, nil
	}

	if aliases := m.record.aliasesOf(version.Number); len(aliases) > 0 {
		return struct{}{}, awsapi.Errorf("ConflictException",
			"Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: %s", listText(aliases))
	}

	return struct{}{}, s.setMachine(name, m.revision, func(record *machineRecord) {
		record.Versions = slices.DeleteFunc(slices.Clone(record.Versions), func(v versionRecord) bool { return v.Number == version.Number })
	})
}

type listOfMachineInput struct {
	StateMachineARN string `json:"stateMachineArn"`
	MaxResults      int    `json:"maxResults"`
	NextToken       string `json:"nextToken"`
}

type listVersionsOutput struct {
	Versions  []publishOutput `json:"stateMachineVersions"`
	NextToken string          `json:"nextToken,omitempty"`
}

// listStateMachineVersions lists the versions of a machine, the newest first.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineVersions.html
func (s *Service) listStateMachineVersions(ctx context.Context, in listOfMachineInput) (listVersionsOutput, error) {
	if err := s.config.Authorize(ctx, "states:ListStateMachineVersions", in.StateMachineARN); err != nil {
		return listVersionsOutput{}, err
	}

	name, err := s.machineName(in.StateMachineARN)
	if err != nil {
		return listVersionsOutput{}, err
	}

	m := s.machineNamed(name)
	if m == nil {
		return listVersionsOutput{}, noMachine(in.StateMachineARN)
	}

	list, before := "versions of "+name, m.record.LastVersion+1

	if in.NextToken != "" {
		last, err := readToken(list, in.NextToken)
		if err != nil {
			return listVersionsOutput{}, err
		}

		if before, err = strconv.Atoi(string(last)); err != nil {
			return listVersionsOutput{}, awsapi.Errorf("InvalidToken", "Invalid Token: '%s'", in.NextToken)
		}
	}

	out := listVersionsOutput{Versions: []publishOutput{}}
	last := before

	for _, version := range slices.Backward(m.record.Versions) {
		if version.Number >= before {
			continue
		}

		if len(out.Versions) == pageSize(in.MaxResults) {
			out.NextToken = newToken(list, []byte(strconv.Itoa(last)))

			break
		}

		last = version.Number
		out.Versions = append(out.Versions, publishOutput{CreationDate: stamp(version.Created), VersionARN: s.versionARN(name, version.Number)})
	}

	return out, nil
}

// listText formats names as AWS does in messages: [a, b].
func listText(names []string) string {
	return "[" + strings.Join(names, ", ") + "]"
}
