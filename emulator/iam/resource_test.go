package iam_test

import (
	"context"
	"strings"
	"testing"

	"triptych/emulator/iam"
)

// TestResourcePolicy has a bucket's policy and the callers' own policies.
func TestResourcePolicy(t *testing.T) {
	t.Parallel()

	const distribution = "arn:aws:cloudfront::1:distribution/E1"

	policy, err := iam.ParseResourcePolicy([]byte(`{"Version": "2012-10-17", "Statement": [
		{"Sid": "Serve", "Effect": "Allow", "Principal": {"Service": "cloudfront.amazonaws.com"}, "Action": "s3:GetObject",
			"Resource": "` + bucket + `/*", "Condition": {"ArnEquals": {"aws:SourceArn": "` + distribution + `"}}},
		{"Sid": "Friend", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::1:role/friend"}, "Action": "s3:GetObject", "Resource": "` + bucket + `/*"},
		{"Sid": "TLS", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["` + bucket + `", "` + bucket + `/*"],
			"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
		{"Sid": "Old", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": ["` + bucket + `", "` + bucket + `/*"],
			"Condition": {"NumericLessThan": {"s3:TlsVersion": "1.2"}}}]}`))
	if err != nil {
		t.Fatal(err)
	}

	tls := func(version string) iam.Attribute { return iam.Attribute{Key: "s3:TlsVersion", Value: version} }
	from := func(arn string) []iam.Attribute {
		return []iam.Attribute{{Key: "AWS:SourceArn", Value: arn}, tls("1.3")}
	}

	for name, test := range map[string]struct {
		caller iam.Principal
		action string
		why    string // "" if the caller may
	}{
		"its distribution":                 {iam.Principal{Service: "cloudfront.amazonaws.com", Attributes: from(distribution)}, "s3:GetObject", ""},
		"another distribution":             {iam.Principal{Service: "cloudfront.amazonaws.com", Attributes: from(distribution + "2")}, "s3:GetObject", "no resource-based policy allows"},
		"an unknown distribution":          {iam.Principal{Service: "cloudfront.amazonaws.com"}, "s3:GetObject", "no resource-based policy allows"},
		"another service":                  {iam.Principal{Service: "events.amazonaws.com", Attributes: from(distribution)}, "s3:GetObject", "no resource-based policy allows"},
		"another action":                   {iam.Principal{Service: "cloudfront.amazonaws.com", Attributes: from(distribution)}, "s3:PutObject", "no resource-based policy allows"},
		"a role that the policy names":     {iam.Principal{ARN: "arn:aws:iam::1:role/friend", Policy: parse(t, allow("ssm:X", "*"))}, "s3:GetObject", ""},
		"a role, by its own policy":        {iam.Principal{ARN: "arn:aws:iam::1:role/other", Policy: parse(t, allow("s3:GetObject", bucket+"/*"))}, "s3:GetObject", ""},
		"a role, by neither policy":        {iam.Principal{ARN: "arn:aws:iam::1:role/other", Policy: parse(t, allow("ssm:X", "*"))}, "s3:GetObject", "no identity-based policy allows"},
		"without TLS":                      {iam.Principal{ARN: "arn:aws:iam::1:root", Attributes: []iam.Attribute{{Key: "aws:SecureTransport", Value: "false"}}}, "s3:GetObject", "explicit deny in a resource-based policy"},
		"by a TLS version that is too old": {iam.Principal{ARN: "arn:aws:iam::1:root", Attributes: []iam.Attribute{tls("1.1")}}, "s3:GetObject", "explicit deny in a resource-based policy"},
		"by TLS 1.2":                       {iam.Principal{ARN: "arn:aws:iam::1:root", Attributes: []iam.Attribute{tls("1.2")}}, "s3:GetObject", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			told := 0
			test.caller.OnDenied = func(string, string) { told++ }

			err := iam.CheckAt(iam.WithPrincipal(context.Background(), &test.caller), policy, test.action, bucket+"/a")
			if (err == nil) != (test.why == "") || err != nil && !strings.Contains(err.Error(), test.why) {
				t.Errorf("error %v, want one with %q", err, test.why)
			}

			if (told == 1) != (err != nil) {
				t.Errorf("OnDenied was called %d times: %v", told, err)
			}
		})
	}
}

// TestResourcePolicyRefused has policies that would not be enforced as on AWS.
func TestResourcePolicyRefused(t *testing.T) {
	t.Parallel()

	for name, statement := range map[string]string{
		"no principal":      `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`,
		"a principal alone": `{"Effect": "Allow", "Principal": "me", "Action": "s3:*", "Resource": "*"}`,
		"NotPrincipal":      `{"Effect": "Deny", "NotPrincipal": "*", "Action": "s3:*", "Resource": "*"}`,
		"another kind":      `{"Effect": "Allow", "Principal": {"Federated": "x"}, "Action": "s3:*", "Resource": "*"}`,
		"an operator":       `{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}`,
		"an IfExists":       `{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*", "Condition": {"BoolIfExists": {"aws:SecureTransport": "true"}}}`,
	} {
		if _, err := iam.ParseResourcePolicy([]byte(`{"Statement": [` + statement + `]}`)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
