package iam_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
)

const bucket = "arn:aws:s3:::triptych-uploads"

func parse(t *testing.T, documents ...string) *iam.Policy {
	t.Helper()

	texts := make([][]byte, 0, len(documents))
	for _, document := range documents {
		texts = append(texts, []byte(document))
	}

	policy, err := iam.ParsePolicy(texts...)
	if err != nil {
		t.Fatal(err)
	}

	return policy
}

func TestEvaluate(t *testing.T) {
	const reader = `{"Version": "2012-10-17", "Statement": [
		{"Sid": "Read", "Effect": "Allow", "Action": ["s3:Get*", "s3:ListBucket"], "Resource": ["` + bucket + `", "` + bucket + `/*"]},
		{"Sid": "Secret", "Effect": "Deny", "Action": "s3:*", "Resource": "` + bucket + `/secret/*"}]}`

	tests := map[string]struct {
		policy           string
		action, resource string
		attributes       []iam.Attribute
		want             iam.Decision
	}{
		"allowed":                       {reader, "s3:GetObject", bucket + "/a/b", nil, iam.Allowed},
		"action in other case":          {reader, "S3:getobject", bucket + "/a", nil, iam.Allowed},
		"resource in other case":        {reader, "s3:GetObject", strings.ToUpper(bucket) + "/a", nil, iam.ImplicitlyDenied},
		"another action":                {reader, "s3:PutObject", bucket + "/a", nil, iam.ImplicitlyDenied},
		"another bucket":                {reader, "s3:GetObject", bucket + "2/a", nil, iam.ImplicitlyDenied},
		"explicit deny wins":            {reader, "s3:GetObject", bucket + "/secret/a", nil, iam.ExplicitlyDenied},
		"no ARN":                        {reader, "s3:GetObject", "triptych-uploads", nil, iam.ImplicitlyDenied},
		"single statement, all":         {`{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}`, "a:b", "c", nil, iam.Allowed},
		"question mark":                 {allow("ssm:GetParameter?", "*"), "ssm:GetParameters", "*", nil, iam.Allowed},
		"question mark is one":          {allow("ssm:GetParameter?", "*"), "ssm:GetParameter", "*", nil, iam.ImplicitlyDenied},
		"star stays in its segment":     {allow("sqs:*", "arn:aws:sqs:*:1:q"), "sqs:X", "arn:aws:sqs:a:2:1:q", nil, iam.ImplicitlyDenied},
		"star crosses in resource":      {allow("states:*", "arn:aws:states:*:1:*"), "states:X", "arn:aws:states:r:1:execution:m:e", nil, iam.Allowed},
		"NotAction leaves others":       {`{"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}`, "s3:GetObject", "x", nil, iam.Allowed},
		"NotAction excludes":            {`{"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}`, "iam:X", "x", nil, iam.ImplicitlyDenied},
		"NotResource excludes":          {`{"Statement": {"Effect": "Allow", "Action": "*", "NotResource": "` + bucket + `"}}`, "s3:X", bucket, nil, iam.ImplicitlyDenied},
		"NotResource leaves others":     {`{"Statement": {"Effect": "Allow", "Action": "*", "NotResource": "` + bucket + `"}}`, "s3:X", bucket + "/k", nil, iam.Allowed},
		"condition holds":               {when(`"StringLike": {"s3:prefix": ["a/*", "b/*"]}`), "s3:ListBucket", bucket, prefix("b/c"), iam.Allowed},
		"condition key's case":          {when(`"StringLike": {"S3:Prefix": "b/*"}`), "s3:ListBucket", bucket, prefix("b/c"), iam.Allowed},
		"condition doesn't hold":        {when(`"StringEquals": {"s3:prefix": "a/*"}`), "s3:ListBucket", bucket, prefix("a/b"), iam.ImplicitlyDenied},
		"condition on a missing object": {when(`"StringEquals": {"aws:username": "x"}`), "s3:ListBucket", bucket, prefix("a"), iam.ImplicitlyDenied},
		"negated, on a missing key":     {when(`"StringNotEquals": {"aws:username": "x"}`), "s3:ListBucket", bucket, nil, iam.Allowed},
		"negated, one of several":       {when(`"StringNotLike": {"s3:prefix": ["x", "a*"]}`), "s3:ListBucket", bucket, prefix("ab"), iam.ImplicitlyDenied},
		"all conditions must hold":      {when(`"StringLike": {"s3:prefix": "*"}, "Bool": {"aws:SecureTransport": true}`), "s3:ListBucket", bucket, prefix("a"), iam.ImplicitlyDenied},
		"Bool":                          {when(`"Bool": {"aws:SecureTransport": "false"}`), "s3:ListBucket", bucket, []iam.Attribute{{Key: "aws:SecureTransport", Value: "false"}}, iam.Allowed},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := parse(t, test.policy).Evaluate(test.action, test.resource, test.attributes...); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func allow(action, resource string) string {
	return `{"Statement": {"Effect": "Allow", "Action": "` + action + `", "Resource": "` + resource + `"}}`
}

func when(condition string) string {
	return `{"Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*", "Condition": {` + condition + `}}}`
}

func prefix(value string) []iam.Attribute { return []iam.Attribute{{Key: "s3:prefix", Value: value}} }

func TestParseRefuses(t *testing.T) {
	tests := map[string]struct{ document, want string }{
		"no JSON":             {`{`, "JSON"},
		"no Statement":        {`{"Version": "2012-10-17"}`, "no Statement"},
		"unknown version":     {`{"Version": "2020-01-01", "Statement": []}`, "2020-01-01"},
		"unknown element":     {`{"Statement": [], "Statements": []}`, `"Statements"`},
		"element's case":      {`{"Statement": {"effect": "Allow", "Action": "*", "Resource": "*"}}`, `"effect"`},
		"a principal":         {`{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}}`, `"Principal"`},
		"no effect":           {`{"Statement": {"Action": "*", "Resource": "*"}}`, "effect"},
		"unknown effect":      {`{"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}}`, `"allow"`},
		"no action":           {`{"Statement": {"Effect": "Allow", "Resource": "*"}}`, "Action"},
		"both actions":        {`{"Statement": {"Effect": "Allow", "Action": "*", "NotAction": "*", "Resource": "*"}}`, "cannot be combined"},
		"no resource":         {`{"Statement": {"Effect": "Allow", "Action": "*"}}`, "Resource"},
		"empty list":          {`{"Statement": {"Effect": "Allow", "Action": [], "Resource": "*"}}`, "empty"},
		"action without one":  {allow("GetObject", "*"), `"GetObject"`},
		"wildcard service":    {allow("s*:GetObject", "*"), `"s*:GetObject"`},
		"resource no ARN":     {allow("s3:*", "triptych-uploads/*"), "ARN"},
		"a variable":          {allow("s3:*", "arn:aws:s3:::b/${aws:username}"), "variables"},
		"variable in a value": {when(`"StringLike": {"s3:prefix": "${aws:username}/*"}`), "variables"},
		"unknown operator":    {when(`"IpAddress": {"aws:SourceIp": "127.0.0.1"}`), `"IpAddress"`},
		"set operator":        {when(`"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": "a"}`), `"ForAllValues:StringEquals"`},
		"if exists":           {when(`"StringEqualsIfExists": {"a:b": "a"}`), `"StringEqualsIfExists"`},
		"bad Sid":             {`{"Statement": {"Sid": "a b", "Effect": "Allow", "Action": "*", "Resource": "*"}}`, `"a b"`},
		"a Sid twice": {`{"Statement": [{"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"},
			{"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"}]}`, "twice"},
		"too large": {`{"Statement": "` + strings.Repeat(" ", 65<<10) + `"}`, "bytes"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := iam.ParsePolicy([]byte(test.document))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %s", err, test.want)
			}
		})
	}
}

func TestUnused(t *testing.T) {
	policy := parse(t,
		`{"Statement": [
			{"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject", "s3:GetObjectVersion"], "Resource": "`+bucket+`/*"},
			{"Sid": "Never", "Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}]}`,
		`{"Statement": {"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": ["arn:aws:ssm:r:1:parameter/a", "arn:aws:ssm:r:1:parameter/b"]}}`)

	policy.Evaluate("s3:GetObject", bucket+"/k")
	policy.Evaluate("s3:GetObjectVersion", "arn:aws:s3:::other/k") // Denied, so no permission counts as used.
	policy.Evaluate("ssm:GetParameter", "arn:aws:ssm:r:1:parameter/b")

	want := []string{"Read: s3:GetObjectVersion", "statement 1: arn:aws:ssm:r:1:parameter/a"}
	if diff := cmp.Diff(want, policy.Unused()); diff != "" {
		t.Errorf("unused (-want +got):\n%s", diff)
	}
}

func TestCheck_error_text(t *testing.T) {
	const arn = "arn:aws:iam::000000000000:role/triptych-resize"

	principal := &iam.Principal{ARN: arn, AccessKey: "a", SecretKey: "s", Policy: parse(t, `{"Statement": [
		{"Effect": "Allow", "Action": "ssm:GetParameter", "Resource": "*"}, {"Effect": "Deny", "Action": "ssm:Put*", "Resource": "*"}]}`)}
	ctx := iam.WithPrincipal(t.Context(), principal)

	if err := iam.Check(ctx, "ssm:GetParameter", "*"); err != nil {
		t.Errorf("allowed: %v", err)
	}

	tests := map[string]string{
		"ssm:DeleteParameter": "User: " + arn + " is not authorized to perform: ssm:DeleteParameter on resource: r " +
			"because no identity-based policy allows the ssm:DeleteParameter action",
		"ssm:PutParameter": "User: " + arn + " is not authorized to perform: ssm:PutParameter on resource: r " +
			"with an explicit deny in an identity-based policy",
	}
	for action, want := range tests {
		var failure *awsapi.Error
		if err := iam.Check(ctx, action, "r"); !errors.As(err, &failure) || failure.Code != "AccessDeniedException" || failure.Message != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}

	root := iam.WithPrincipal(t.Context(), &iam.Principal{ARN: "root"})
	for name, ctx := range map[string]context.Context{"no policy": root, "no principal": t.Context()} {
		if err := iam.Check(ctx, "iam:Everything", "*"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDirectory(t *testing.T) {
	alice := &iam.Principal{ARN: "arn:alice", AccessKey: "A", SecretKey: "s"}

	directory, err := iam.NewDirectory(alice, &iam.Principal{ARN: "arn:bob", AccessKey: "B", SecretKey: "s"})
	if err != nil {
		t.Fatal(err)
	}

	if got, known := directory.Lookup("A"); !known || got != alice {
		t.Errorf("lookup: %v %v", got, known)
	}

	if _, known := directory.Lookup("C"); known {
		t.Error("C is known")
	}

	if all := directory.All(); len(all) != 2 || all[0] != alice {
		t.Errorf("all: %v", all)
	}

	if err := directory.Add(&iam.Principal{ARN: "arn:carol", AccessKey: "A", SecretKey: "s"}); err == nil {
		t.Error("an access key was accepted twice")
	}

	if err := directory.Add(&iam.Principal{ARN: "arn:dave", AccessKey: "D"}); err == nil {
		t.Error("a principal without a secret was added")
	}
}

// TestWildcards checks that a text matches the patterns that result
// from replacing parts of it with wildcards.
func TestWildcards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-z/.é猫]{0,12}`).Draw(t, "text")

		var pattern strings.Builder

		for _, char := range text {
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				pattern.WriteRune('?')
			case 1:
				pattern.WriteString("*")
			case 2:
				pattern.WriteString("*" + string(char))
			default:
				pattern.WriteRune(char)
			}
		}

		quoted, err := json.Marshal(bucket + "/" + pattern.String())
		if err != nil {
			t.Fatal(err)
		}

		policy, err := iam.ParsePolicy([]byte(`{"Statement": {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ` + string(quoted) + `}}`))
		if err != nil {
			t.Fatal(err)
		}

		if policy.Evaluate("s3:GetObject", bucket+"/"+text) != iam.Allowed {
			t.Fatalf("%q does not match %q", pattern.String(), text)
		}
	})
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte(allow("s3:GetObject", bucket+"/*")))
	f.Add([]byte(when(`"StringLike": {"s3:prefix": ["a", "b"]}`)))
	f.Add([]byte(`{"Statement": [null, {"Effect": null}]}`))

	f.Fuzz(func(t *testing.T, document []byte) {
		policy, err := iam.ParsePolicy(document)
		if err != nil {
			return
		}

		policy.Evaluate("s3:GetObject", bucket+"/k", prefix("p")...)

		if policy.Evaluate("", "") == iam.Allowed && len(policy.Unused()) > 0 && !strings.Contains(string(document), "*") &&
			!strings.Contains(string(document), "Not") {
			t.Errorf("%s allows what it doesn't name", document)
		}
	})
}
