package lambda

import (
	"context"
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/google/uuid"

	"triptych/emulator/iam"
)

// permission is a statement of a function's policy.
type permission struct {
	Qualifier string
	Statement policyStatement
}

// policyStatement is a statement in the form in which GetPolicy returns it.
// https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
type policyStatement struct {
	Sid       string `json:",omitempty"`
	Effect    string
	Principal json.RawMessage
	Action    string
	Resource  string
	Condition map[string]map[string]string `json:",omitempty"`
}

type policyDocument struct {
	Version   string
	ID        string `json:"Id,omitempty"`
	Statement []policyStatement
}

// require adds a condition, unless the value is "".
func (s *policyStatement) require(operator, key, value string) {
	if value == "" {
		return
	}

	if s.Condition == nil {
		s.Condition = map[string]map[string]string{}
	}

	s.Condition[operator] = map[string]string{key: value}
}

var (
	statementID     = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,100}$`)
	permittedAction = regexp.MustCompile(`^(lambda:\*|lambda:[a-zA-Z]+|\*)$`)
)

// addPermission answers AddPermission.
// https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
func (s *Service) addPermission(r *http.Request) (any, error) {
	var in struct {
		StatementID    string `json:"StatementId"`
		Action         string
		Principal      string
		SourceArn      string
		SourceAccount  string
		RevisionID     string `json:"RevisionId"`
		PrincipalOrgID string
	}

	if err := read(r, &in); err != nil {
		return nil, err
	}

	switch {
	case !statementID.MatchString(in.StatementID):
		return nil, outsideOf("statementId", in.StatementID, `([a-zA-Z0-9-_]+)`)
	case !permittedAction.MatchString(in.Action):
		return nil, outsideOf("action", in.Action, `(lambda:[*]|lambda:[a-zA-Z]+|[*])`)
	case in.Principal == "":
		return nil, missing("principal")
	case in.PrincipalOrgID != "":
		return nil, invalidParameter("There are no organizations in the emulator: send no PrincipalOrgID")
	}

	qualifier := r.URL.Query().Get("Qualifier")

	var text []byte

	err := s.changed(r, "AddPermission", func(f *stored) error {
		if err := revised(in.RevisionID, f.Revision); err != nil {
			return err
		}

		if f.version(qualifier) == nil {
			return notFound(s.arnOf(f.Name) + ":" + qualifier)
		}

		if slices.ContainsFunc(f.Policy, func(one permission) bool { return one.Qualifier == qualifier && one.Statement.Sid == in.StatementID }) {
			return conflict("The statement id (%s) provided already exists. Please provide a new statement id, or remove the existing statement.", in.StatementID)
		}

		made := policyStatement{Sid: in.StatementID, Effect: "Allow", Principal: principalOf(in.Principal), Action: in.Action, Resource: s.arnOf(f.Name)}
		if qualifier != "" {
			made.Resource += ":" + qualifier
		}

		made.require("ArnLike", "AWS:SourceArn", in.SourceArn)
		made.require("StringEquals", "AWS:SourceAccount", in.SourceAccount)

		f.Policy, f.Revision = append(f.Policy, permission{qualifier, made}), uuid.NewString()

		var err error
		if text, err = json.Marshal(made); err != nil {
			return err
		}

		if _, err := f.evaluated(qualifier); err != nil {
			return invalidParameter("The emulator does not evaluate this permission: %v", err)
		}

		return nil
	})

	return map[string]string{"Statement": string(text)}, err
}

// principalOf returns the principal of a statement, as AWS writes it.
func principalOf(given string) json.RawMessage {
	kind := "AWS"

	switch {
	case given == "*":
		return json.RawMessage(`"*"`)
	case strings.HasSuffix(given, ".amazonaws.com"):
		kind = "Service"
	case !strings.Contains(given, ":"):
		given = "arn:aws:iam::" + given + ":root"
	}

	text, _ := json.Marshal(map[string]string{kind: given}) // Texts can always be encoded.

	return text
}

// evaluated returns the policy of a qualifier for its evaluation. The names of statements
// are left out, because Lambda accepts some that other policies cannot have.
func (f *stored) evaluated(qualifier string) (*iam.Policy, error) {
	return iam.ParseResourcePolicy(f.document(qualifier, policyDocument{Version: "2012-10-17"}, func(one policyStatement) policyStatement {
		one.Sid = ""

		return one
	}))
}

// policy returns the text of the policy of a qualifier, or nil.
func (f *stored) policy(qualifier string) []byte {
	return f.document(qualifier, policyDocument{Version: "2012-10-17", ID: "default"}, func(one policyStatement) policyStatement { return one })
}

func (f *stored) document(qualifier string, document policyDocument, as func(policyStatement) policyStatement) []byte {
	for _, one := range f.Policy {
		if one.Qualifier == qualifier {
			document.Statement = append(document.Statement, as(one.Statement))
		}
	}

	if len(document.Statement) == 0 {
		return nil
	}

	text, _ := json.Marshal(document) // The statements were encoded before.

	return text
}

// getPolicy answers GetPolicy.
// https://docs.aws.amazon.com/lambda/latest/api/API_GetPolicy.html
func (s *Service) getPolicy(r *http.Request, f *stored) (any, error) {
	text := f.policy(r.URL.Query().Get("Qualifier"))
	if text == nil {
		return nil, noSuchResource()
	}

	return map[string]string{"Policy": string(text), "RevisionId": f.Revision}, nil
}

// removePermission answers RemovePermission.
// https://docs.aws.amazon.com/lambda/latest/api/API_RemovePermission.html
func (s *Service) removePermission(r *http.Request) (any, error) {
	query := r.URL.Query()

	return nil, s.changed(r, "RemovePermission", func(f *stored) error {
		if err := revised(query.Get("RevisionId"), f.Revision); err != nil {
			return err
		}

		at := slices.IndexFunc(f.Policy, func(one permission) bool {
			return one.Qualifier == query.Get("Qualifier") && one.Statement.Sid == r.PathValue("statement")
		})
		if at < 0 {
			return noSuchResource()
		}

		f.Policy, f.Revision = slices.Delete(f.Policy, at, at+1), uuid.NewString()

		return nil
	})
}

// authorizeInvoke checks whether the caller may invoke a function: by its own policies, or
// by the policy of the function.
func (s *Service) authorizeInvoke(ctx context.Context, ref reference, arn string) error {
	if f := s.created.get(ref.name); f != nil {
		if policy, err := f.evaluated(ref.qualifier); err == nil {
			return iam.CheckAt(ctx, policy, "lambda:InvokeFunction", arn)
		}
	}

	return s.config.Authorize(ctx, "lambda:InvokeFunction", arn)
}

// permissionOperations returns the operations on the policy of a function.
func (s *Service) permissionOperations() []operation {
	const policy = "/2015-03-31/functions/{function}/policy"

	return []operation{
		{"AddPermission", s.serveChange(http.StatusCreated, s.addPermission), []string{"POST " + policy}},
		{"GetPolicy", s.serveFunction("GetPolicy", s.getPolicy), []string{"GET " + policy}},
		{"RemovePermission", s.serveChange(http.StatusNoContent, s.removePermission), []string{"DELETE " + policy + "/{statement}"}},
	}
}
