package faultplan

import (
	"net/http"
	"strings"

	"triptych/emulator/awsapi"
	"triptych/emulator/lambda"
)

// OfLambda is for [lambda.Config]'s Disturb; prefix is what functions' names have
// before the names of the plan.
func (p *Plan) OfLambda(prefix string) func(function string) lambda.Disturbance {
	if p == nil || len(p.Lambda) == 0 {
		return nil
	}

	return func(function string) lambda.Disturbance {
		found, ok := p.find(p.Lambda, "", strings.TrimPrefix(function, prefix))
		if !ok {
			return lambda.Disturbance{}
		}

		switch found.Kind { //nolint:exhaustive // Parse lets no other in here.
		case Error:
			return lambda.Disturbance{Failure: found.ErrorType}
		case Throttle:
			return lambda.Disturbance{Refusal: &awsapi.Error{
				Code: "TooManyRequestsException", Message: "Rate Exceeded.", Status: http.StatusTooManyRequests,
			}}
		case Timeout:
			return lambda.Disturbance{Cut: lambda.Timeout, After: found.share()}
		case Crash:
			return lambda.Disturbance{Cut: lambda.Crash, After: found.share()}
		default:
			return lambda.Disturbance{Delay: found.Span}
		}
	}
}
