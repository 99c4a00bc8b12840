package lambda_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"

	"triptych/emulator/lambda"
)

// TestAPI_reads reads a function with AWS's own client. The credentials in its environment
// are not reported.
func TestAPI_reads(t *testing.T) {
	t.Parallel()

	c := client(t, start(t, lambda.Config{Functions: []lambda.Function{{
		Name: "probe", Executable: probes.first, Aliases: []string{"live"}, Description: "a probe", Tags: map[string]string{"k": "v"},
		Env: map[string]string{"AWS_SECRET_ACCESS_KEY": "secret", "NAME": "value"},
	}}}))
	name := aws.String("probe")

	function, err := c.GetFunction(t.Context(), &sdk.GetFunctionInput{FunctionName: name})
	if err != nil {
		t.Fatal(err)
	}

	configuration := function.Configuration
	if variables := configuration.Environment.Variables; len(variables) != 1 || variables["NAME"] != "value" {
		t.Errorf("the environment is %v", variables)
	}

	if configuration.Runtime != "provided.al2023" || configuration.CodeSize == 0 || *configuration.Description != "a probe" || function.Tags["k"] != "v" {
		t.Errorf("%+v, %v", configuration, function.Tags)
	}

	aliases, err := c.ListAliases(t.Context(), &sdk.ListAliasesInput{FunctionName: name})
	if err != nil || len(aliases.Aliases) != 1 || *aliases.Aliases[0].FunctionVersion != "1" {
		t.Errorf("%+v, %v", aliases, err)
	}

	if alias, err := c.GetAlias(t.Context(), &sdk.GetAliasInput{FunctionName: name, Name: aws.String("live")}); err != nil || *alias.Name != "live" {
		t.Errorf("%+v, %v", alias, err)
	}

	if _, err := c.GetAlias(t.Context(), &sdk.GetAliasInput{FunctionName: name, Name: aws.String("none")}); err == nil {
		t.Error("an alias that does not exist is found")
	}

	versions, err := c.ListVersionsByFunction(t.Context(), &sdk.ListVersionsByFunctionInput{FunctionName: name})
	if err != nil || len(versions.Versions) != 2 || *versions.Versions[1].Version != "1" {
		t.Errorf("%+v, %v", versions, err)
	}

	tags, err := c.ListTags(t.Context(), &sdk.ListTagsInput{Resource: configuration.FunctionArn})
	if err != nil || tags.Tags["k"] != "v" {
		t.Errorf("%+v, %v", tags, err)
	}

	if concurrency, err := c.GetFunctionConcurrency(t.Context(), &sdk.GetFunctionConcurrencyInput{FunctionName: name}); err != nil || concurrency.ReservedConcurrentExecutions != nil {
		t.Errorf("%+v, %v", concurrency, err)
	}

	if mappings, err := c.ListEventSourceMappings(t.Context(), &sdk.ListEventSourceMappingsInput{}); err != nil || len(mappings.EventSourceMappings) != 0 {
		t.Errorf("%+v, %v", mappings, err)
	}

	if _, err := c.GetPolicy(t.Context(), &sdk.GetPolicyInput{FunctionName: name}); err == nil {
		t.Error("the function has a policy")
	}

	service := start(t, lambda.Config{})
	if names := service.OperationNames(); !slices.IsSorted(names) {
		t.Errorf("the operations are not sorted: %v", names)
	}
}
