package main

import (
	"context"
	"fmt"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// account is the account that the stand-in deploys to.
const account = "000000000000"

// server answers the requests of Terraform's plugin protocol, version 6.
type server struct {
	unimplemented

	schemas *schemas
	schema  *tfprotov6.GetProviderSchemaResponse

	mu     sync.Mutex
	region string
}

func newServer(all *schemas) *server {
	response := &tfprotov6.GetProviderSchemaResponse{
		ServerCapabilities: &tfprotov6.ServerCapabilities{},
		Provider:           all.Provider.proto(),
		ResourceSchemas:    map[string]*tfprotov6.Schema{},
		DataSourceSchemas:  map[string]*tfprotov6.Schema{},
	}
	for name, one := range all.Resources {
		response.ResourceSchemas[name] = one.proto()
	}

	for name, one := range all.Data {
		response.DataSourceSchemas[name] = one.proto()
	}

	return &server{schemas: all, schema: response, region: "us-east-1"}
}

func (s *server) configuredRegion() string {
	s.mu.Lock()
	defer s.mu.Unlock()

	return s.region
}

// GetMetadata returns the names of the types.
func (s *server) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	response := &tfprotov6.GetMetadataResponse{ServerCapabilities: &tfprotov6.ServerCapabilities{}}
	for name := range s.schemas.Resources {
		response.Resources = append(response.Resources, tfprotov6.ResourceMetadata{TypeName: name})
	}

	for name := range s.schemas.Data {
		response.DataSources = append(response.DataSources, tfprotov6.DataSourceMetadata{TypeName: name})
	}

	return response, nil
}

// GetProviderSchema returns the schemas.
func (s *server) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return s.schema, nil
}

// ValidateProviderConfig accepts what the schema accepts.
func (s *server) ValidateProviderConfig(_ context.Context, request *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: request.Config}, nil
}

// ConfigureProvider takes the region of the configuration.
func (s *server) ConfigureProvider(_ context.Context, request *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	config, err := request.Config.Unmarshal(s.schemas.Provider.Block.object)
	if err != nil {
		return nil, fmt.Errorf("read the provider's configuration: %w", err)
	}

	var members map[string]tftypes.Value
	if err := config.As(&members); err != nil {
		return nil, fmt.Errorf("read the provider's configuration: %w", err)
	}

	if region := members["region"]; region.IsKnown() && !region.IsNull() {
		s.mu.Lock()
		defer s.mu.Unlock()

		if err := region.As(&s.region); err != nil {
			return nil, fmt.Errorf("read the provider's region: %w", err)
		}
	}

	return &tfprotov6.ConfigureProviderResponse{}, nil
}

// StopProvider has nothing to stop.
func (s *server) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

// ValidateResourceConfig accepts what the schema accepts.
func (s *server) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

// ValidateDataResourceConfig accepts what the schema accepts.
func (s *server) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

// GetResourceIdentitySchemas returns none.
func (s *server) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

// GetFunctions returns none.
func (s *server) GetFunctions(context.Context, *tfprotov6.GetFunctionsRequest) (*tfprotov6.GetFunctionsResponse, error) {
	return &tfprotov6.GetFunctionsResponse{}, nil
}
