package stack

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"triptych/emulator/iam"
	"triptych/emulator/lambda"
	"triptych/shared/config"
)

// newLambda creates the Lambda service and its functions. Each function has the access key
// of its own role. newLambda fails if a binary is missing, so that the error is reported
// before the first upload.
func newLambda(n names, c Config, who identities, awsURL, cdnURL string, logs *logs) (*lambda.Service, error) {
	settings := lambda.Config{
		Region: region, Account: account, Log: logs.function, Report: logs.function, Stream: logs.event, Authorize: authorize, Inject: c.Faults.OfLambda(n.function("")),
		AccountConcurrency: c.LambdaConcurrency,
	}

	for _, function := range functions() {
		executable := filepath.Join(c.FunctionsDir, function.Name, "bootstrap")
		if _, err := os.Stat(executable); err != nil {
			return nil, fmt.Errorf("the function %s is not built: run `make build`, which writes %s: %w", function.Name, executable, err)
		}

		role := who.functions[function.Name]
		settings.Functions = append(settings.Functions, lambda.Function{
			Name:       n.function(function.Name),
			Executable: executable,
			Timeout:    function.Timeout(),
			MemoryMB:   function.MemoryMB,
			Aliases:    []string{alias},

			Description: "Triptych: " + function.Name + ". The source is functions/" + function.Name + ".", Tags: n.tags(),
			Env: map[string]string{
				"AWS_ENDPOINT_URL":      awsURL,
				"AWS_ACCESS_KEY_ID":     role.AccessKey,
				"AWS_SECRET_ACCESS_KEY": role.SecretKey,
				config.StackName:        n.stack,
				config.UploadsBucket:    n.uploads(),
				config.VariantsBucket:   n.variants(),
				config.LedgerTable:      n.ledger(),
				config.EventBus:         eventBus,
				config.CDN:              cdnURL,
			},
		})
	}

	service, err := lambda.New(settings)
	if err != nil {
		return nil, fmt.Errorf("start Lambda: %w", err)
	}

	return service, nil
}

// authorize checks a call against the caller's policy.
func authorize(ctx context.Context, action, resource string) error {
	return iam.Check(ctx, action, resource)
}
