package lambda

import (
	"encoding/json"
	"net/http"
	"regexp"

	"github.com/google/uuid"
)

// aliasName is what CreateAlias accepts; a number would be a version.
var (
	aliasName = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,128}$`)
	onlyDigit = regexp.MustCompile(`^[0-9]+$`)
)

type aliasRequest struct {
	Name            string
	FunctionVersion *string
	Description     *string
	RevisionID      string `json:"RevisionId"`
	RoutingConfig   struct{ AdditionalVersionWeights map[string]json.Number }
}

// createAlias answers CreateAlias.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html
func (s *Service) createAlias(r *http.Request) (any, error) {
	var in aliasRequest
	if err := read(r, &in); err != nil {
		return nil, err
	}

	var out aliasConfiguration

	err := s.changed(r, "CreateAlias", func(f *stored) error {
		switch _, exists := f.Aliases[in.Name]; {
		case !aliasName.MatchString(in.Name) || onlyDigit.MatchString(in.Name):
			return outsideOf("name", in.Name, `(?!^[0-9]+$)([a-zA-Z0-9-_]+)`)
		case in.FunctionVersion == nil:
			return missing("functionVersion")
		case exists:
			return conflict("Alias already exists: %s:%s", s.arnOf(f.Name), in.Name)
		}

		if f.Aliases == nil {
			f.Aliases = map[string]storedAlias{}
		}

		err := s.setAlias(f, in.Name, &in)
		out = s.describeAlias(f, in.Name)

		return err
	})

	return out, err
}

// updateAlias answers UpdateAlias.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html
func (s *Service) updateAlias(r *http.Request) (any, error) {
	var in aliasRequest
	if err := read(r, &in); err != nil {
		return nil, err
	}

	var out aliasConfiguration

	err := s.changed(r, "UpdateAlias", func(f *stored) error {
		name := r.PathValue("alias")

		before, exists := f.Aliases[name]
		if !exists {
			return s.noAlias(f, name)
		}

		if err := revised(in.RevisionID, before.Revision); err != nil {
			return err
		}

		err := s.setAlias(f, name, &in)
		out = s.describeAlias(f, name)

		return err
	})

	return out, err
}

// setAlias creates or changes an alias.
func (s *Service) setAlias(f *stored, name string, in *aliasRequest) error {
	if len(in.RoutingConfig.AdditionalVersionWeights) > 0 {
		return invalidParameter("Lambda in the emulator does not split the traffic of an alias: send no AdditionalVersionWeights")
	}

	one := f.Aliases[name]
	set(&one.Version, in.FunctionVersion)
	set(&one.Description, in.Description)

	if _, isAlias := f.Aliases[one.Version]; isAlias || f.version(one.Version) == nil {
		return notFound(s.arnOf(f.Name) + ":" + one.Version)
	}

	one.Revision = uuid.NewString()
	f.Aliases[name] = one

	return nil
}

// deleteAlias answers DeleteAlias. If the alias does not exist, it succeeds.
// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html
func (s *Service) deleteAlias(r *http.Request) (any, error) {
	return nil, s.changed(r, "DeleteAlias", func(f *stored) error {
		delete(f.Aliases, r.PathValue("alias"))

		return nil
	})
}
