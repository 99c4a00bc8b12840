package lambda

import (
	"slices"
	"strings"

	"triptych/emulator/awsapi"
)

const (
	latest       = "$LATEST"
	aliasVersion = "1" // The version that every alias points to.
)

// FunctionARN returns the ARN of a function without a qualifier.
func FunctionARN(region, account, name string) string {
	return "arn:aws:lambda:" + region + ":" + account + ":function:" + name
}

// reference is the name of a function in a request. A caller may use the function's name, a
// partial ARN or an ARN, with or without a qualifier (a version or an alias).
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax
type reference struct {
	name      string
	qualifier string // Empty if the caller specified no qualifier.
}

// parseReference parses "name", "name:qualifier", "account:function:name[:q]" and
// "arn:aws:lambda:region:account:function:name[:q]". It ignores the account and the
// region, because the emulator has only one of each.
func parseReference(text, qualifier string) (reference, error) {
	rest := text
	if _, after, ok := strings.Cut(text, "function:"); ok {
		rest = after
	}

	name, inName, qualified := strings.Cut(rest, ":")
	if !functionName.MatchString(name) || (qualified && inName == "") {
		return reference{}, awsapi.Errorf("ValidationException", "1 validation error detected: Value '%s' at 'functionName' failed to satisfy constraint: it is not the name or the ARN of a function", text)
	}

	if qualified && qualifier != "" && inName != qualifier {
		return reference{}, awsapi.Errorf("InvalidParameterValueException", "The derived qualifier from the function name does not match the specified qualifier.")
	}

	if qualified {
		qualifier = inName
	}

	return reference{name: name, qualifier: qualifier}, nil
}

// resolve returns the part of the pool that runs a function's qualifier, and the version
// that the qualifier means. It returns nil for an unknown function or qualifier.
func (s *Service) resolve(ref reference) (*functionPool, string) {
	if functionPool, version := s.created.resolve(ref); functionPool != nil {
		return functionPool, version
	}

	functionPool := s.declared[ref.name]
	if functionPool == nil {
		return nil, ""
	}

	version, known := functionPool.function.versionOf(ref.qualifier)
	if !known {
		return nil, ""
	}

	return functionPool, version
}

// versionOf returns the version that a qualifier points to, and false for an unknown
// qualifier.
func (f *Function) versionOf(qualifier string) (string, bool) {
	switch {
	case qualifier == "" || qualifier == latest:
		return latest, true
	case qualifier == aliasVersion && len(f.Aliases) > 0, slices.Contains(f.Aliases, qualifier):
		return aliasVersion, true
	default:
		return "", false
	}
}
