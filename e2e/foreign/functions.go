package foreign

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// function is a planned Lambda function.
type function struct {
	FunctionName string `json:"function_name"`
	Handler      string `json:"handler"`
	Runtime      string `json:"runtime"`
	Filename     string `json:"filename"`
	Memory       int32  `json:"memory_size"` // MiB
	Timeout      int32  `json:"timeout"`     // seconds
	Environment  []struct {
		Variables map[string]string `json:"variables"`
	} `json:"environment"`
}

func (d *deployer) functions(ctx context.Context) error {
	found, err := all[function](d.Deployment, "aws_lambda_function")
	if err != nil {
		return err
	}

	type alias struct {
		FunctionName string `json:"function_name"`
		Name         string `json:"name"`
	}

	aliases, err := all[alias](d.Deployment, "aws_lambda_alias")
	if err != nil {
		return err
	}

	client := lambda.NewFromConfig(d.config)

	for _, f := range found {
		code, err := os.ReadFile(filepath.Join(d.packages, filepath.Base(f.Filename)))
		if err != nil {
			return fmt.Errorf("read the package of %s (`make build` makes it): %w", f.FunctionName, err)
		}

		_, err = client.CreateFunction(ctx, &lambda.CreateFunctionInput{
			FunctionName: &f.FunctionName, Handler: &f.Handler, Runtime: lambdatypes.Runtime(f.Runtime), Role: role(f.FunctionName),
			MemorySize: &f.Memory, Timeout: &f.Timeout, Publish: true,
			Code:        &lambdatypes.FunctionCode{ZipFile: code},
			Environment: &lambdatypes.Environment{Variables: d.environment(f)},
		})
		if err != nil {
			return fmt.Errorf("create the function %s: %w", f.FunctionName, err)
		}
	}

	for _, a := range aliases {
		_, err = client.CreateAlias(ctx, &lambda.CreateAliasInput{
			FunctionName: &a.FunctionName, Name: &a.Name, FunctionVersion: aws.String("1"),
		})
		if err != nil {
			return fmt.Errorf("create the alias %s of %s: %w", a.Name, a.FunctionName, err)
		}
	}

	return nil
}

// environment returns a function's planned environment with two changes: it adds the
// endpoint, which a function on AWS does not need, and it replaces the id of the
// distribution.
func (d *deployer) environment(f function) map[string]string {
	variables := map[string]string{"AWS_ENDPOINT_URL": d.endpoint}

	for _, e := range f.Environment {
		maps.Copy(variables, e.Variables)
	}

	if variables["TRIPTYCH_CDN"] != "" {
		variables["TRIPTYCH_CDN"] = d.cdn
	}

	return variables
}
