package lambda

import (
	"net/http"
	"slices"
	"strings"

	"triptych/emulator/awsapi"
)

// changeOperations returns the operations that create, change and delete functions and
// versions.
func (s *Service) changeOperations() []operation {
	const (
		root     = "/2015-03-31/functions"
		function = root + "/{function}"
	)

	return []operation{
		{"CreateAlias", s.serveChange(http.StatusCreated, s.createAlias), []string{"POST " + function + "/aliases"}},
		{"CreateFunction", s.serveChange(http.StatusCreated, s.create), []string{"POST " + root, "POST " + root + "/{$}"}},
		{"DeleteAlias", s.serveChange(http.StatusNoContent, s.deleteAlias), []string{"DELETE " + function + "/aliases/{alias}"}},
		{"DeleteFunction", s.serveChange(http.StatusNoContent, s.delete), []string{"DELETE " + function}},
		{"PublishVersion", s.serveChange(http.StatusCreated, s.publishVersion), []string{"POST " + function + "/versions"}},
		{"UpdateAlias", s.serveChange(http.StatusOK, s.updateAlias), []string{"PUT " + function + "/aliases/{alias}"}},
		{"UpdateFunctionCode", s.serveChange(http.StatusOK, s.updateCode), []string{"PUT " + function + "/code"}},
		{"UpdateFunctionConfiguration", s.serveChange(http.StatusOK, s.updateConfiguration), []string{"PUT " + function + "/configuration"}},
	}
}

// serveChange serves an operation that answers with this status.
func (s *Service) serveChange(status int, run func(r *http.Request) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		value, err := run(r)

		switch {
		case err != nil:
			refuse(w, err)
		case status == http.StatusNoContent:
			answerEmpty(w, status, nil)
		default:
			answerWith(w, status, value)
		}
	}
}

// changed changes the function of a request, if the caller may do the action.
func (s *Service) changed(r *http.Request, action string, change func(f *stored) error) error {
	f, err := s.find(r, "lambda:"+action)
	if err != nil {
		return err
	}

	return s.created.change(f.Name, change)
}

// revised rejects a request for another revision than the newest one.
func revised(given, newest string) error {
	if given == "" || given == newest {
		return nil
	}

	return &awsapi.Error{
		Code: "PreconditionFailedException", Status: http.StatusPreconditionFailed,
		Message: "The RevisionId provided does not match the latest RevisionId. Call the GetFunction or the GetAlias API to retrieve the latest RevisionId",
	}
}

// updateCode answers UpdateFunctionCode.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
func (s *Service) updateCode(r *http.Request) (any, error) {
	var in struct {
		codeDocument

		Architectures   []string
		DryRun, Publish bool
		RevisionID      string `json:"RevisionId"`
	}

	if err := read(r, &in); err != nil {
		return nil, err
	}

	s.created.code.RLock()
	defer s.created.code.RUnlock()

	var out configuration

	err := s.changed(r, "UpdateFunctionCode", func(f *stored) error {
		if err := revised(in.RevisionID, f.Latest.Revision); err != nil {
			return err
		}

		before, err := f.clone()
		if err != nil {
			return err
		}

		if err := setArchitecture(&f.Latest, in.Architectures); err != nil {
			return err
		}

		if err := s.setCode(r.Context(), &f.Latest, in.codeDocument); err != nil {
			return err
		}

		out = s.describe(f, f.Latest, "")

		switch {
		case in.DryRun:
			*f = before
		case in.Publish:
			made := f.publish("")
			out = s.describe(f, made, made.Number)
		}

		return nil
	})

	return out, err
}

// updateConfiguration answers UpdateFunctionConfiguration.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
func (s *Service) updateConfiguration(r *http.Request) (any, error) {
	var in settings
	if err := read(r, &in); err != nil {
		return nil, err
	}

	var out configuration

	err := s.changed(r, "UpdateFunctionConfiguration", func(f *stored) error {
		if err := revised(in.RevisionID, f.Latest.Revision); err != nil {
			return err
		}

		err := s.apply(&f.Latest, &in)
		out = s.describe(f, f.Latest, "")

		return err
	})

	return out, err
}

// publishVersion answers PublishVersion.
// https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html
func (s *Service) publishVersion(r *http.Request) (any, error) {
	var in struct {
		CodeSha256, Description string
		RevisionID              string `json:"RevisionId"`
	}

	if err := read(r, &in); err != nil {
		return nil, err
	}

	var out configuration

	err := s.changed(r, "PublishVersion", func(f *stored) error {
		if err := revised(in.RevisionID, f.Latest.Revision); err != nil {
			return err
		}

		if in.CodeSha256 != "" && in.CodeSha256 != f.Latest.CodeSHA256 {
			return invalidParameter("CodeSHA256 (%s) is different from current CodeSHA256 in $LATEST (%s). Please try again with the CodeSHA256 in $LATEST.",
				in.CodeSha256, f.Latest.CodeSHA256)
		}

		made := f.publish(in.Description)
		out = s.describe(f, made, made.Number)

		return nil
	})

	return out, err
}

// delete answers DeleteFunction. With a qualifier, it deletes one version.
// https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunction.html
func (s *Service) delete(r *http.Request) (any, error) {
	f, err := s.find(r, "lambda:DeleteFunction")
	if err != nil {
		return nil, err
	}

	ref, err := parseReference(r.PathValue("function"), r.URL.Query().Get("Qualifier"))

	switch {
	case err != nil:
		return nil, err
	case ref.qualifier == "":
		return nil, s.created.remove(f.Name)
	case ref.qualifier == latest:
		return nil, invalidParameter("$LATEST version cannot be deleted without deleting the function.")
	}

	return nil, s.created.change(f.Name, func(f *stored) error {
		if _, isAlias := f.Aliases[ref.qualifier]; isAlias || f.version(ref.qualifier) == nil {
			return notFound(s.arnOf(f.Name) + ":" + ref.qualifier)
		}

		var users []string

		for name, alias := range f.Aliases {
			if alias.Version == ref.qualifier {
				users = append(users, name)
			}
		}

		if len(users) > 0 {
			slices.Sort(users)

			return conflict("Could not delete version %s because the following aliases refer to it: [%s]", ref.qualifier, strings.Join(users, ", "))
		}

		f.Published = slices.DeleteFunc(f.Published, func(one version) bool { return one.Number == ref.qualifier })

		return nil
	})
}
