package inject

import (
	"net/http"
	"strings"

	"triptych/emulator/awsapi"
	"triptych/emulator/lambda"
)

// OfLambda returns the function for Inject in [lambda.Config]. prefix stands before a
// function's name in the stack, but not in the plan.
func (p *Plan) OfLambda(prefix string) func(function string) lambda.Injection {
	if p == nil || len(p.Lambda) == 0 {
		return nil
	}

	return func(function string) lambda.Injection {
		found, ok := p.find(p.Lambda, "", strings.TrimPrefix(function, prefix))
		if !ok {
			return lambda.Injection{}
		}

		switch found.Kind { // Parse accepts no other kind here.
		case Error:
			return lambda.Injection{Failure: found.ErrorType}
		case Throttle:
			return lambda.Injection{Refusal: &awsapi.Error{
				Code: "TooManyRequestsException", Message: "Rate Exceeded.", Status: http.StatusTooManyRequests,
			}}
		case Timeout:
			return lambda.Injection{Cut: lambda.Timeout, After: found.share()}
		case Crash:
			return lambda.Injection{Cut: lambda.Crash, After: found.share()}
		default:
			return lambda.Injection{Delay: found.Span}
		}
	}
}
