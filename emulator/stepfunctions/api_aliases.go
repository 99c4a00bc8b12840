package stepfunctions

import (
	"context"
	"maps"
	"slices"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions/asl"
)

type createAliasInput struct {
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Routing     []routing `json:"routingConfiguration"`
}

type createAliasOutput struct {
	AliasARN     string        `json:"stateMachineAliasArn"`
	CreationDate asl.Timestamp `json:"creationDate"`
}

// createStateMachineAlias creates an alias. A second request with the same parameters
// returns the same response.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachineAlias.html
func (s *Service) createStateMachineAlias(ctx context.Context, in createAliasInput) (createAliasOutput, error) {
	if err := checkAliasName(in.Name); err != nil {
		return createAliasOutput{}, err
	}

	s.changing.Lock()
	defer s.changing.Unlock()

	m, routes, err := s.routes(in.Routing)
	if err != nil {
		return createAliasOutput{}, err
	}

	arn := m.arn + ":" + in.Name
	if err := s.config.Authorize(ctx, "states:CreateStateMachineAlias", arn); err != nil {
		return createAliasOutput{}, err
	}

	now := time.Now().UTC()
	alias, exists := m.record.Aliases[in.Name]

	switch {
	case exists && alias.Description == in.Description && slices.Equal(alias.Routes, routes):
	case exists:
		return createAliasOutput{}, awsapi.Errorf("ConflictException",
			"Failed to create alias because an alias with the same name and a different routing configuration already exists.")
	case len(m.record.Aliases) >= maxAliases:
		return createAliasOutput{}, awsapi.Errorf("ServiceQuotaExceededException", "A state machine has at most %d aliases", maxAliases)
	default:
		alias = aliasRecord{Description: in.Description, Routes: routes, Created: now, Updated: now}
		err = s.setAlias(m, in.Name, &alias)
	}

	return createAliasOutput{AliasARN: arn, CreationDate: stamp(alias.Created)}, err
}

type updateAliasInput struct {
	AliasARN    string    `json:"stateMachineAliasArn"`
	Description *string   `json:"description"`
	Routing     []routing `json:"routingConfiguration"`
}

type updateAliasOutput struct {
	UpdateDate asl.Timestamp `json:"updateDate"`
}

// updateStateMachineAlias changes the description or the versions of an alias.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_UpdateStateMachineAlias.html
func (s *Service) updateStateMachineAlias(ctx context.Context, in updateAliasInput) (updateAliasOutput, error) {
	if err := s.config.Authorize(ctx, "states:UpdateStateMachineAlias", in.AliasARN); err != nil {
		return updateAliasOutput{}, err
	}

	if in.Description == nil && in.Routing == nil {
		return updateAliasOutput{}, awsapi.Errorf("ValidationException", "Either the description or the routingConfiguration must be specified")
	}

	s.changing.Lock()
	defer s.changing.Unlock()

	m, name, err := s.aliasAt(in.AliasARN)
	if err != nil {
		return updateAliasOutput{}, err
	}

	alias := m.record.Aliases[name]

	if in.Routing != nil {
		target, routes, err := s.routes(in.Routing)
		if err != nil {
			return updateAliasOutput{}, err
		}

		if target.Machine != m.Machine {
			return updateAliasOutput{}, awsapi.Errorf("ValidationException", "The versions must be those of the state machine of the alias, %s", m.arn)
		}

		alias.Routes = routes
	}

	if in.Description != nil {
		alias.Description = *in.Description
	}

	alias.Updated = time.Now().UTC()

	return updateAliasOutput{UpdateDate: stamp(alias.Updated)}, s.setAlias(m, name, &alias)
}

type aliasInput struct {
	AliasARN string `json:"stateMachineAliasArn"`
}

type describeAliasOutput struct {
	AliasARN     string        `json:"stateMachineAliasArn"`
	Name         string        `json:"name"`
	Description  string        `json:"description,omitempty"`
	Routing      []routing     `json:"routingConfiguration"`
	CreationDate asl.Timestamp `json:"creationDate"`
	UpdateDate   asl.Timestamp `json:"updateDate"`
}

// describeStateMachineAlias describes an alias.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeStateMachineAlias.html
func (s *Service) describeStateMachineAlias(ctx context.Context, in aliasInput) (describeAliasOutput, error) {
	if err := s.config.Authorize(ctx, "states:DescribeStateMachineAlias", in.AliasARN); err != nil {
		return describeAliasOutput{}, err
	}

	m, name, err := s.aliasAt(in.AliasARN)
	if err != nil {
		return describeAliasOutput{}, err
	}

	alias := m.record.Aliases[name]
	out := describeAliasOutput{
		AliasARN: in.AliasARN, Name: name, Description: alias.Description, CreationDate: stamp(alias.Created), UpdateDate: stamp(alias.Updated),
	}

	for _, route := range alias.Routes {
		out.Routing = append(out.Routing, routing{VersionARN: s.versionARN(m.Machine, route.Version), Weight: route.Weight})
	}

	return out, nil
}

// deleteStateMachineAlias deletes an alias. Executions that were started with it continue.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_DeleteStateMachineAlias.html
func (s *Service) deleteStateMachineAlias(ctx context.Context, in aliasInput) (struct{}, error) {
	if err := s.config.Authorize(ctx, "states:DeleteStateMachineAlias", in.AliasARN); err != nil {
		return struct{}{}, err
	}

	s.changing.Lock()
	defer s.changing.Unlock()

	m, name, err := s.aliasAt(in.AliasARN)
	if err != nil {
		return struct{}{}, err
	}

	return struct{}{}, s.setAlias(m, name, nil)
}

type listAliasesOutput struct {
	Aliases   []createAliasOutput `json:"stateMachineAliases"`
	NextToken string              `json:"nextToken,omitempty"`
}

// listStateMachineAliases lists the aliases of a machine, or those that have a version, by
// their names.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListStateMachineAliases.html
func (s *Service) listStateMachineAliases(ctx context.Context, in listOfMachineInput) (listAliasesOutput, error) {
	if err := s.config.Authorize(ctx, "states:ListStateMachineAliases", in.StateMachineARN); err != nil {
		return listAliasesOutput{}, err
	}

	m, err := s.resolve(in.StateMachineARN)
	if err != nil {
		return listAliasesOutput{}, err
	}

	list, after := "aliases of "+in.StateMachineARN, ""

	if in.NextToken != "" {
		last, err := readToken(list, in.NextToken)
		if err != nil {
			return listAliasesOutput{}, err
		}

		after = string(last)
	}

	names := slices.Sorted(maps.Keys(m.record.Aliases))
	if m.versionARN != "" {
		names = m.record.aliasesOf(m.version.Number)
	}

	out := listAliasesOutput{Aliases: []createAliasOutput{}}

	for _, name := range names {
		if name <= after {
			continue
		}

		if len(out.Aliases) == pageSize(in.MaxResults) {
			last := out.Aliases[len(out.Aliases)-1].AliasARN
			out.NextToken = newToken(list, []byte(last[len(m.arn)+1:]))

			break
		}

		out.Aliases = append(out.Aliases, createAliasOutput{AliasARN: m.arn + ":" + name, CreationDate: stamp(m.record.Aliases[name].Created)})
	}

	return out, nil
}
