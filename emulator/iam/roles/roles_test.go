package roles_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"triptych/emulator/iam"
	"triptych/emulator/iam/roles"
)

const (
	trust  = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`
	reads  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}]}`
	denies = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::b/secret"}]}`
)

// fixture is an IAM with one role of the stack.
type fixture struct {
	t          *testing.T
	db         *bbolt.DB
	service    *roles.Service
	principals map[string]*iam.Principal
}

func newFixture(t *testing.T) *fixture {
	t.Helper()

	db, err := bbolt.Open(filepath.Join(t.TempDir(), "state.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = db.Close() })

	f := &fixture{t: t, db: db}
	f.open()

	return f
}

func (f *fixture) open() {
	f.t.Helper()

	f.principals = map[string]*iam.Principal{}

	var err error

	f.service, err = roles.New(roles.Config{
		DB: f.db, Account: "000000000000", Declared: []roles.Role{{Name: "own", Trust: trust, Inline: map[string]string{"own": reads}}},
		Authorize: func(ctx context.Context, action, resource string) error { return iam.Check(ctx, action, resource) },
		Principal: func(arn string, policies func() []*iam.Policy) error {
			f.principals[arn] = &iam.Principal{ARN: arn, Policies: policies}

			return nil
		},
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// call calls an operation and compares a part of its answer.
func (f *fixture) call(caller *iam.Principal, want string, parameters ...string) {
	f.t.Helper()

	form := url.Values{}
	for i := 0; i < len(parameters); i += 2 {
		form.Set(parameters[i], parameters[i+1])
	}

	request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")

	if caller != nil {
		request = request.WithContext(iam.WithPrincipal(request.Context(), caller))
	}

	answer := httptest.NewRecorder()
	f.service.API().ServeHTTP(answer, request)

	if !strings.Contains(answer.Body.String(), want) {
		f.t.Errorf("%v: %s, want %s", parameters, answer.Body, want)
	}
}

// TestService_createdRole checks that the policies of a created role are enforced at once,
// and again after a start, until they are deleted.
func TestService_createdRole(t *testing.T) {
	f := newFixture(t)

	const arn = "arn:aws:iam::000000000000:role/made"

	f.call(nil, "<Arn>"+arn+"</Arn>", "Action", "CreateRole", "RoleName", "made", "AssumeRolePolicyDocument", trust, "Tags.member.1.Key", "k", "Tags.member.1.Value", "v")
	f.call(nil, "EntityAlreadyExists", "Action", "CreateRole", "RoleName", "made", "AssumeRolePolicyDocument", trust)

	may := func(want bool, action, resource string) {
		t.Helper()

		if denied := f.principals[arn].Denied(action, resource); (denied == "") != want {
			t.Errorf("%s on %s: %q, want allowed: %v", action, resource, denied, want)
		}
	}

	may(false, "s3:GetObject", "arn:aws:s3:::b/x")
	f.call(nil, "PutRolePolicyResponse", "Action", "PutRolePolicy", "RoleName", "made", "PolicyName", "reads", "PolicyDocument", reads)
	may(true, "s3:GetObject", "arn:aws:s3:::b/x")

	f.call(nil, "<Arn>arn:aws:iam::000000000000:policy/denies</Arn>", "Action", "CreatePolicy", "PolicyName", "denies", "PolicyDocument", denies)
	f.call(nil, "AttachRolePolicyResponse", "Action", "AttachRolePolicy", "RoleName", "made", "PolicyArn", "arn:aws:iam::000000000000:policy/denies")
	may(false, "s3:GetObject", "arn:aws:s3:::b/secret")
	f.call(nil, "DeleteConflict", "Action", "DeletePolicy", "PolicyArn", "arn:aws:iam::000000000000:policy/denies")
	f.call(nil, "<EvalDecision>explicitDeny</EvalDecision>", "Action", "SimulatePrincipalPolicy", "PolicySourceArn", arn,
		"ActionNames.member.1", "s3:GetObject", "ResourceArns.member.1", "arn:aws:s3:::b/secret")

	f.open() // The next start.
	may(true, "s3:GetObject", "arn:aws:s3:::b/x")
	may(false, "s3:GetObject", "arn:aws:s3:::b/secret")
	f.call(nil, "<Key>k</Key><Value>v</Value>", "Action", "GetRole", "RoleName", "made")

	// A call under the role is authorized by its own policies.
	f.call(f.principals[arn], "AccessDenied", "Action", "GetRole", "RoleName", "made")

	f.call(nil, "must delete policies first", "Action", "DeleteRole", "RoleName", "made")
	f.call(nil, "DeleteRolePolicyResponse", "Action", "DeleteRolePolicy", "RoleName", "made", "PolicyName", "reads")
	may(false, "s3:GetObject", "arn:aws:s3:::b/x")
	f.call(nil, "must detach all policies first", "Action", "DeleteRole", "RoleName", "made")
	f.call(nil, "DetachRolePolicyResponse", "Action", "DetachRolePolicy", "RoleName", "made", "PolicyArn", "arn:aws:iam::000000000000:policy/denies")
	f.call(nil, "DeleteRoleResponse", "Action", "DeleteRole", "RoleName", "made")
	f.call(nil, "NoSuchEntity", "Action", "GetRole", "RoleName", "made")
}

func TestService_refusals(t *testing.T) {
	f := newFixture(t)

	f.call(nil, "UnmodifiableEntity", "Action", "PutRolePolicy", "RoleName", "own", "PolicyName", "x", "PolicyDocument", reads)
	f.call(nil, "UnmodifiableEntity", "Action", "DeleteRole", "RoleName", "own")
	f.call(nil, "MalformedPolicyDocument", "Action", "CreateRole", "RoleName", "bad", "AssumeRolePolicyDocument", "{")
	f.call(nil, "ValidationError", "Action", "CreateRole", "RoleName", "a b", "AssumeRolePolicyDocument", trust)
	f.call(nil, "<PolicyDocument>%7B%22Version%22%3A%222012-10-17%22", "Action", "GetRolePolicy", "RoleName", "own", "PolicyName", "own")
	f.call(nil, "<IsTruncated>false</IsTruncated><PolicyNames><member>own</member></PolicyNames>", "Action", "ListRolePolicies", "RoleName", "own")
	f.call(nil, "<AttachedPolicies></AttachedPolicies>", "Action", "ListAttachedRolePolicies", "RoleName", "own")

	f.call(nil, "CreateRoleResponse", "Action", "CreateRole", "RoleName", "made", "AssumeRolePolicyDocument", trust)
	f.call(nil, "MalformedPolicyDocument", "Action", "PutRolePolicy", "RoleName", "made", "PolicyName", "x", "PolicyDocument", `{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::${aws:username}"}]}`)
	f.call(nil, "LimitExceeded", "Action", "PutRolePolicy", "RoleName", "made", "PolicyName", "x", "PolicyDocument", reads+strings.Repeat(" ", 10_240))
	f.call(nil, "<Marker>made</Marker>", "Action", "ListRoles", "MaxItems", "1")

	if err := f.service.Assumable("arn:aws:iam::000000000000:role/made", "lambda.amazonaws.com"); err != nil {
		t.Error(err)
	}

	for _, arn := range []string{"arn:aws:iam::000000000000:role/none", "arn:aws:iam::000000000000:role/other/made"} {
		if err := f.service.Assumable(arn, "lambda.amazonaws.com"); err == nil {
			t.Errorf("%s can be assumed", arn)
		}
	}

	if err := f.service.Assumable("arn:aws:iam::000000000000:role/made", "events.amazonaws.com"); err == nil {
		t.Error("a service that the trust policy does not name can assume the role")
	}
}
