// Package sts is the emulator's Security Token Service. Its only operation describes the
// caller. There are no sessions: no caller can assume a role through the API.
package sts

import (
	"context"
	"strings"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

// New creates the service for an account.
func New(account string) *awsapi.Query {
	return &awsapi.Query{
		Name: "STS", Namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
		Operations: map[string]awsapi.QueryOperation{
			"GetCallerIdentity": func(ctx context.Context, _ awsapi.Parameters) (any, error) {
				return identify(iam.PrincipalFrom(ctx), account), nil
			},
		},
	}
}

// identity is the result of GetCallerIdentity.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
type identity struct {
	Arn     string
	UserID  string `xml:"UserId"`
	Account string
}

// identify describes the caller. A function's role is described as AWS describes it: as an
// assumed role, whose session is named after the role. No permission is needed, as on AWS.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#principaltable
func identify(caller *iam.Principal, account string) identity {
	if caller == nil {
		return identity{Arn: "arn:aws:iam::" + account + ":root", UserID: account, Account: account}
	}

	_, role, isRole := strings.Cut(caller.ARN, ":role/")
	if !isRole {
		return identity{Arn: caller.ARN, UserID: account, Account: account}
	}

	role = role[strings.LastIndexByte(role, '/')+1:]

	return identity{
		Arn:    "arn:aws:sts::" + account + ":assumed-role/" + role + "/" + role,
		UserID: iam.RoleID(caller.ARN) + ":" + role, Account: account,
	}
}
