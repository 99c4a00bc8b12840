package ssm

import (
	"context"
	"strconv"
	"strings"

	"triptych/emulator/awsapi"
)

// Limits of Parameter Store.
// Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
const (
	maxValueBytes = 4 << 10 // of the standard tier
	maxNames      = 10      // of one GetParameters
	maxNameLength = 1011
)

const typeString = "String"

// parameter is a parameter in the API's shape. Source:
// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Parameter.html
type parameter struct {
	ARN              string
	DataType         string
	LastModifiedDate float64 // seconds since 1970
	Name             string
	Selector         string `json:",omitempty"`
	Type             string
	Value            string
	Version          int64
}

type getParameterInput struct{ Name string }

type getParameterOutput struct{ Parameter parameter }

func (s *Service) getParameter(ctx context.Context, in getParameterInput) (getParameterOutput, error) {
	name, selector := s.split(in.Name)
	if name == "" {
		return getParameterOutput{}, nullName()
	}

	if err := s.authorize(ctx, "ssm:GetParameter", s.arn(name)); err != nil {
		return getParameterOutput{}, err
	}

	found, err := s.find(name, selector)
	if err != nil {
		return getParameterOutput{}, err
	}

	if found == nil {
		return getParameterOutput{}, awsapi.Errorf("ParameterNotFound", "")
	}

	return getParameterOutput{Parameter: *found}, nil
}

type getParametersInput struct{ Names []string }

type getParametersOutput struct {
	Parameters        []parameter
	InvalidParameters []string
}

// getParameters answers GetParameters. Names that do not exist are listed in the answer
// and are not an error.
func (s *Service) getParameters(ctx context.Context, in getParametersInput) (getParametersOutput, error) {
	if len(in.Names) == 0 || len(in.Names) > maxNames {
		return getParametersOutput{}, awsapi.Errorf("ValidationException",
			"1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 and %d", maxNames)
	}

	out := getParametersOutput{Parameters: []parameter{}, InvalidParameters: []string{}}

	for _, asked := range in.Names {
		name, selector := s.split(asked)

		if err := s.authorize(ctx, "ssm:GetParameters", s.arn(name)); err != nil {
			return getParametersOutput{}, err
		}

		found, err := s.find(name, selector)
		if err != nil {
			return getParametersOutput{}, err
		}

		if found == nil {
			out.InvalidParameters = append(out.InvalidParameters, asked)
		} else {
			out.Parameters = append(out.Parameters, *found)
		}
	}

	return out, nil
}

type putParameterInput struct {
	Name      string
	Value     string
	Type      string
	Overwrite bool

	Description *string
	Tags        []tag
	Tier        string
	DataType    string
}

type putParameterOutput struct {
	Tier    string
	Version int64
}

func (s *Service) putParameter(ctx context.Context, in putParameterInput) (putParameterOutput, error) {
	if in.Name == "" {
		return putParameterOutput{}, nullName()
	}

	if err := s.authorize(ctx, "ssm:PutParameter", s.arn(in.Name)); err != nil {
		return putParameterOutput{}, err
	}

	if err := in.check(); err != nil {
		return putParameterOutput{}, err
	}

	version, err := s.put(in.Name, func(before *stored) (stored, error) {
		if before != nil && !in.Overwrite {
			return stored{}, awsapi.Errorf("ParameterAlreadyExists",
				"The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
		}

		if before == nil && in.Type == "" {
			return stored{}, validation("A parameter type is required when you create a parameter.")
		}

		next := stored{Value: in.Value, Tags: tagMap(in.Tags)}

		if before != nil {
			next.Description, next.Tags = before.Description, before.Tags
		}

		if in.Description != nil {
			next.Description = *in.Description
		}

		return next, nil
	})
	if err != nil {
		return putParameterOutput{}, err
	}

	return putParameterOutput{Tier: "Standard", Version: version}, nil
}

func (in putParameterInput) check() error {
	switch {
	case in.Type != "" && in.Type != typeString:
		return validation("the emulator's Parameter Store supports only parameters of type String, not %s", in.Type)
	case len(in.Tags) > 0 && in.Overwrite:
		return validation("Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. " +
			"To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.")
	case in.Tier == "Advanced", in.DataType != "" && in.DataType != "text":
		return validation("the emulator's Parameter Store supports only the tier Standard and the data type text")
	case in.Value == "":
		return validation("1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1")
	case len(in.Value) > maxValueBytes:
		return validation("Standard tier parameters support a maximum parameter value of %d characters.", maxValueBytes)
	case len(in.Name) > maxNameLength || !isName(in.Name):
		return validation("Parameter name must be a fully qualified name: letters, digits, and the symbols .-_ in parts that begin with /")
	default:
		return nil
	}
}

// isName reports whether text has only the characters of parameter names, and "/" either
// before every part or nowhere.
func isName(name string) bool {
	for _, c := range name {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		digit := c >= '0' && c <= '9'

		if !letter && !digit && !strings.ContainsRune(".-_/", c) {
			return false
		}
	}

	return !strings.Contains(name, "/") ||
		strings.HasPrefix(name, "/") && !strings.HasSuffix(name, "/") && !strings.Contains(name, "//")
}

// find reads a parameter. The selector can only request the newest version, because no
// other version is kept.
func (s *Service) find(name, selector string) (*parameter, error) {
	found, err := s.get(name)
	if err != nil || found == nil {
		return nil, err
	}

	if selector != "" && selector != strconv.FormatInt(found.Version, 10) {
		return nil, awsapi.Errorf("ParameterVersionNotFound",
			"Systems Manager could not find version %s of %s. Verify the version and try again.", selector, name)
	}

	p := &parameter{
		ARN:              s.arn(name),
		DataType:         "text",
		LastModifiedDate: float64(found.Modified.UnixMilli()) / 1000,
		Name:             name,
		Type:             typeString,
		Value:            found.Value,
		Version:          found.Version,
	}

	if selector != "" {
		p.Selector = ":" + selector
	}

	return p, nil
}

// split separates "name:3" into the name and the requested version. The name may be an
// ARN.
func (s *Service) split(asked string) (name, selector string) {
	name, selector, _ = strings.Cut(s.nameOf(asked), ":")

	return name, selector
}

func nullName() error {
	return validation("1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null")
}

func validation(format string, args ...any) error {
	return awsapi.Errorf("ValidationException", format, args...)
}
