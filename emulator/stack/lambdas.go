package stack

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/emulator/iam"
	"triptych/emulator/lambda"
	"triptych/shared/config"
)

// newLambda creates the Lambda service and its functions. Each function has the access key
// of its own role. newLambda fails if a binary is missing, so that the error is reported
// before the first upload.
func (s *Stack) newLambda(n names, c Config, who identities) (*lambda.Service, error) {
	settings := lambda.Config{
		Region: region, Account: account, Log: s.logs.function, Report: s.logs.function, Stream: s.logs.event, Authorize: authorize, Inject: c.Faults.OfLambda(n.function("")),
		AccountConcurrency: c.LambdaConcurrency, Creation: s.creation(c, who),
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
				"AWS_ENDPOINT_URL":      s.AWSURL,
				"AWS_ACCESS_KEY_ID":     role.AccessKey,
				"AWS_SECRET_ACCESS_KEY": role.SecretKey,
				config.StackName:        n.stack,
				config.UploadsBucket:    n.uploads(),
				config.VariantsBucket:   n.variants(),
				config.LedgerTable:      n.ledger(),
				config.EventBus:         eventBus,
				config.CDN:              s.CDNURL,
			},
		})
	}

	service, err := lambda.New(settings)
	if err != nil {
		return nil, fmt.Errorf("start Lambda: %w", err)
	}

	return service, nil
}

// codeFolder is the folder, in the data folder, of the code of created functions.
const codeFolder = "functions"

// creation returns what Lambda needs to create functions. A created function has the access
// key of its role.
func (s *Stack) creation(c Config, who identities) lambda.Creation {
	return lambda.Creation{
		DB: s.db, Dir: filepath.Join(c.Data, codeFolder),
		Assumable: func(role string) error { return s.roles.Assumable(role, "lambda.amazonaws.com") },
		Environment: func(role string) map[string]string {
			variables := map[string]string{"AWS_ENDPOINT_URL": s.AWSURL}
			if principal, known := who.directory.ByARN(role); known {
				variables["AWS_ACCESS_KEY_ID"], variables["AWS_SECRET_ACCESS_KEY"] = principal.AccessKey, principal.SecretKey
			}

			return variables
		},
		Object: func(ctx context.Context, bucket, key, version string, most int64) ([]byte, error) {
			in := &s3.GetObjectInput{Bucket: &bucket, Key: &key}
			if version != "" {
				in.VersionId = &version
			}

			out, err := s3Of(iam.PrincipalFrom(ctx), s.AWSURL).GetObject(ctx, in)
			if err != nil {
				return nil, err
			}

			defer out.Body.Close()

			object, err := io.ReadAll(io.LimitReader(out.Body, most+1))
			if err == nil && int64(len(object)) > most {
				err = fmt.Errorf("the object has more than %d bytes", most)
			}

			return object, err
		},
	}
}

// authorize checks a call against the caller's policy.
func authorize(ctx context.Context, action, resource string) error {
	return iam.Check(ctx, action, resource)
}
