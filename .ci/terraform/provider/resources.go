package main

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// UpgradeResourceState reads state as it was written: there is one version of the schema.
func (s *server) UpgradeResourceState(_ context.Context, request *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	body, err := find(s.schemas.Resources, request.TypeName)
	if err != nil {
		return nil, err
	}

	state, err := request.RawState.Unmarshal(body.object)
	if err != nil {
		return nil, fmt.Errorf("read the state of %s: %w", request.TypeName, err)
	}

	encoded, err := tfprotov6.NewDynamicValue(body.object, state)

	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &encoded}, err
}

// ReadResource returns the state unchanged, because the resource does not exist anywhere
// else.
func (s *server) ReadResource(_ context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: request.CurrentState, Private: request.Private}, nil
}

// PlanResourceChange leaves the computed attributes of a new resource to be known after
// apply. Those of a known resource stay, and nothing replaces it.
func (s *server) PlanResourceChange(_ context.Context, request *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	body, err := find(s.schemas.Resources, request.TypeName)
	if err != nil {
		return nil, err
	}

	prior, err := request.PriorState.Unmarshal(body.object)
	if err != nil {
		return nil, fmt.Errorf("read the state of %s: %w", request.TypeName, err)
	}

	proposed, err := request.ProposedNewState.Unmarshal(body.object)
	if err != nil {
		return nil, fmt.Errorf("read the proposed state of %s: %w", request.TypeName, err)
	}

	if prior.IsNull() {
		if proposed, err = body.complete(proposed, isUnset, unknown); err != nil {
			return nil, fmt.Errorf("plan %s: %w", request.TypeName, err)
		}
	}

	encoded, err := tfprotov6.NewDynamicValue(body.object, proposed)

	return &tfprotov6.PlanResourceChangeResponse{PlannedState: &encoded}, err
}

// ApplyResourceChange makes up the values that the plan left unknown.
func (s *server) ApplyResourceChange(_ context.Context, request *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	body, err := find(s.schemas.Resources, request.TypeName)
	if err != nil {
		return nil, err
	}

	planned, err := request.PlannedState.Unmarshal(body.object)
	if err != nil {
		return nil, fmt.Errorf("read the plan of %s: %w", request.TypeName, err)
	}

	if planned, err = body.complete(planned, isUnknown, madeUp(request.TypeName, s.configuredRegion())); err != nil {
		return nil, fmt.Errorf("apply %s: %w", request.TypeName, err)
	}

	encoded, err := tfprotov6.NewDynamicValue(body.object, planned)

	return &tfprotov6.ApplyResourceChangeResponse{NewState: &encoded}, err
}

// ReadDataSource answers for the account, partition and region of the provider.
func (s *server) ReadDataSource(_ context.Context, request *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	body, err := find(s.schemas.Data, request.TypeName)
	if err != nil {
		return nil, err
	}

	config, err := request.Config.Unmarshal(body.object)
	if err != nil {
		return nil, fmt.Errorf("read the configuration of %s: %w", request.TypeName, err)
	}

	region := s.configuredRegion()
	known := map[string]string{
		"aws_caller_identity.account_id": account,
		"aws_caller_identity.id":         account,
		"aws_caller_identity.arn":        "arn:aws:iam::" + account + ":root",
		"aws_partition.partition":        "aws",
		"aws_partition.id":               "aws",
		"aws_partition.dns_suffix":       "amazonaws.com",
		"aws_region.region":              region,
		"aws_region.name":                region,
		"aws_region.id":                  region,
	}
	other := madeUp(request.TypeName, region)

	data, err := body.complete(config, isUnset, func(path string, of tftypes.Type) tftypes.Value {
		if value, ok := known[request.TypeName+"."+path]; ok {
			return tftypes.NewValue(of, value)
		}

		return other(path, of)
	})
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", request.TypeName, err)
	}

	encoded, err := tfprotov6.NewDynamicValue(body.object, data)

	return &tfprotov6.ReadDataSourceResponse{State: &encoded}, err
}

// find returns the body of a type's schema.
func find(group map[string]schema, name string) (*block, error) {
	one, ok := group[name]
	if !ok {
		return nil, fmt.Errorf("%s is not in schema.json of this stand-in: add it with .ci/terraform/update", name)
	}

	return one.Block, nil
}
