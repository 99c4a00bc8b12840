package stack

import (
	"context"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/emulator/cdn"
	"triptych/emulator/iam"
	"triptych/emulator/stepfunctions"
	"triptych/emulator/stepfunctions/integration"
)

// integrations returns the services that the tasks of state machines can call, besides
// Lambda and nested executions. They are called under the role of the task's machine: S3
// with signed requests, because its permissions are checked by the gateway, and the other
// services directly.
func (s *Stack) integrations() map[string]stepfunctions.Integration {
	all := map[string]stepfunctions.Integration{cdn.CreateInvalidation: invalidating(s.invalidations)}

	calls := integration.All(integration.Config{
		Service: func(name string) http.Handler { // The services are set before the first task runs.
			if name == "sns" {
				return s.topics.JSON() // Its API is not in JSON.
			}

			return s.services[name]
		},
		S3: func(ctx context.Context) *s3.Client { return s3Of(iam.PrincipalFrom(ctx), s.AWSURL) },
	})
	for resource, call := range calls {
		all[resource] = call
	}

	return all
}
