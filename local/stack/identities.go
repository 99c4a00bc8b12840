package stack

import (
	"crypto/rand"
	"fmt"

	"triptych/local/iam"
)

// identities are the callers that the stack knows.
type identities struct {
	directory *iam.Directory
	functions map[string]*iam.Principal // by the function's short name
	cdn       *iam.Principal
}

// newIdentities makes the laptop's user, a role for each function under the
// policy that Terraform deploys, and one for the CDN. The roles' keys are made
// anew at every start, and known to nobody but the processes that they are for.
func newIdentities(n names) (identities, error) {
	found := identities{functions: map[string]*iam.Principal{}}
	all := []*iam.Principal{{
		ARN: "arn:aws:iam::" + account + ":root", AccessKey: userKey, SecretKey: userSecret,
	}}

	for _, function := range functions() {
		document, err := n.policy(function.Name)
		if err != nil {
			return identities{}, err
		}

		role, err := newRole(n.role(function.Name), document)
		if err != nil {
			return identities{}, err
		}

		found.functions[function.Name] = role
		all = append(all, role)
	}

	// What Terraform's bucket policy allows the distribution. With ListBucket a
	// missing object is 404 and not 403.
	cdn, err := newRole(n.role("cdn"), fmt.Appendf(nil, `{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "s3:GetObject", "Resource": %q},
		{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": %q}
	]}`, bucketARN(n.variants())+"/*", bucketARN(n.variants())))
	if err != nil {
		return identities{}, err
	}

	found.cdn = cdn

	found.directory, err = iam.NewDirectory(append(all, cdn)...)
	if err != nil {
		return identities{}, fmt.Errorf("know the callers: %w", err)
	}

	return found, nil
}

func newRole(arn string, document []byte) (*iam.Principal, error) {
	policy, err := iam.ParsePolicy(document)
	if err != nil {
		return nil, fmt.Errorf("the policy of %s: %w", arn, err)
	}

	// AKIA: a long-term key. Session keys would need tokens.
	return &iam.Principal{ARN: arn, AccessKey: "AKIA" + rand.Text()[:16], SecretKey: rand.Text() + rand.Text(), Policy: policy}, nil
}
