package lambda

import (
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"
)

// configuration is the part of AWS's FunctionConfiguration that the emulator uses.
// https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html
type configuration struct {
	FunctionName     string
	FunctionArn      string
	Version          string
	Handler          string
	PackageType      string
	Role             string
	State            string
	LastUpdateStatus string
	MemorySize       int
	Timeout          int
	Description      string
	Runtime          string
	Architectures    []string
	LastModified     string
	CodeSize         int64
	CodeSha256       string               `json:",omitempty"`
	RevisionID       string               `json:"RevisionId,omitempty"`
	Environment      *environmentDocument `json:",omitempty"`
	EphemeralStorage struct{ Size int }
	LoggingConfig    loggingDocument
	SnapStart        struct{ ApplyOn, OptimizationStatus string }
	TracingConfig    struct{ Mode string }
}

// environmentDocument has the variables that the API reports. Those with the credentials of
// the function's role are not among them, as on AWS.
type environmentDocument struct{ Variables map[string]string }

type loggingDocument struct {
	LogFormat           string
	ApplicationLogLevel string `json:",omitempty"`
	SystemLogLevel      string `json:",omitempty"`
	LogGroup            string
}

// describe describes a version. The qualifier is "" if the request has none.
func (s *Service) describe(f *stored, v version, qualifier string) configuration {
	described := configuration{
		FunctionName: f.Name, FunctionArn: s.arnOf(f.Name), Version: v.Number,
		Handler: v.Handler, PackageType: "Zip", Role: v.Role, State: "Active", LastUpdateStatus: "Successful",
		MemorySize: v.MemoryMB, Timeout: v.Seconds, Description: v.Description, Runtime: v.Runtime, Architectures: []string{v.Architecture},
		LastModified: v.Modified, CodeSize: v.CodeBytes, CodeSha256: v.CodeSHA256, RevisionID: v.Revision, LoggingConfig: v.Logging,
	}
	described.TracingConfig.Mode, described.EphemeralStorage.Size = v.Tracing, v.EphemeralMB
	described.SnapStart.ApplyOn, described.SnapStart.OptimizationStatus = "None", "Off"

	if qualifier != "" {
		described.FunctionArn += ":" + qualifier
	}

	if len(v.Environment) > 0 {
		described.Environment = &environmentDocument{v.Environment}
	}

	return described
}

// asStored describes a function of the configuration as one that was created. All its
// aliases point to version 1, which is the same as $LATEST.
func (s *Service) asStored(f *Function) *stored {
	v := version{
		Number: latest, Description: f.Description, Role: "arn:aws:iam::" + s.config.Account + ":role/" + f.Name, Handler: "bootstrap",
		Runtime: runtimes()[0], Architecture: architecture(), Seconds: int((f.Timeout + time.Second - 1) / time.Second), MemoryMB: f.MemoryMB,
		EphemeralMB: defaultEphemeralMB, Environment: map[string]string{}, Logging: loggingDocument{LogFormat: "JSON", LogGroup: f.LogGroup}, Tracing: "Active",
	}

	if facts, err := os.Stat(f.Executable); err == nil {
		v.CodeBytes, v.Modified = facts.Size(), facts.ModTime().UTC().Format("2006-01-02T15:04:05.000+0000")
	}

	for name, value := range f.Env {
		if !strings.HasPrefix(name, "AWS_") {
			v.Environment[name] = value
		}
	}

	described := &stored{Name: f.Name, Latest: v, Tags: f.Tags, Aliases: map[string]storedAlias{}}

	if len(f.Aliases) > 0 {
		published := v
		published.Number = aliasVersion
		described.Published = []version{published}
	}

	for _, name := range f.Aliases {
		described.Aliases[name] = storedAlias{Version: aliasVersion, Description: "The alias that the state machines invoke."}
	}

	return described
}

// runtimes lists the runtimes that execute a file named bootstrap.
func runtimes() []string { return []string{"provided.al2023", "provided.al2"} }

// architecture returns Lambda's name for the architecture of this machine.
func architecture() string {
	if runtime.GOARCH == "arm64" {
		return "arm64"
	}

	return "x86_64"
}

func (s *Service) arnOf(name string) string {
	return FunctionARN(s.config.Region, s.config.Account, name)
}

// serveGet answers GetFunction.
// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html
func (s *Service) serveGet(w http.ResponseWriter, r *http.Request) {
	f, v, err := s.findVersion(r, "lambda:GetFunction")
	if err != nil {
		refuse(w, err)

		return
	}

	value := map[string]any{
		"Configuration": s.describe(f, *v, r.URL.Query().Get("Qualifier")), "Tags": f.Tags, "Code": map[string]string{"RepositoryType": "S3"},
	}
	if f.Reserved != nil {
		value["Concurrency"] = reservation{*f.Reserved}
	}

	answer(w, value)
}

func (s *Service) serveConfiguration(w http.ResponseWriter, r *http.Request) {
	f, v, err := s.findVersion(r, "lambda:GetFunctionConfiguration")
	if err != nil {
		refuse(w, err)

		return
	}

	answer(w, s.describe(f, *v, r.URL.Query().Get("Qualifier")))
}

// find returns the function of a request.
func (s *Service) find(r *http.Request, action string) (*stored, error) {
	return s.findNamed(r.Context(), action, r.PathValue("function"), r.URL.Query().Get("Qualifier"))
}

// findVersion returns the function of a request, and the version that its qualifier means.
func (s *Service) findVersion(r *http.Request, action string) (*stored, *version, error) {
	f, err := s.find(r, action)
	if err != nil {
		return nil, nil, err
	}

	ref, err := parseReference(r.PathValue("function"), r.URL.Query().Get("Qualifier"))
	if err != nil {
		return nil, nil, err
	}

	v := f.version(ref.qualifier)
	if v == nil {
		return nil, nil, notFound(s.arnOf(f.Name) + ":" + ref.qualifier)
	}

	return f, v, nil
}

// serveList answers ListFunctions.
func (s *Service) serveList(w http.ResponseWriter, r *http.Request) {
	if err := s.config.Authorize(r.Context(), "lambda:ListFunctions", "*"); err != nil {
		refuse(w, err)

		return
	}

	list := []configuration{}

	for i := range s.config.Functions {
		f := s.asStored(&s.config.Functions[i])
		list = append(list, s.describe(f, f.Latest, ""))
	}

	for _, name := range s.created.names() {
		if f := s.created.get(name); f != nil {
			list = append(list, s.describe(f, f.Latest, ""))
		}
	}

	slices.SortFunc(list, func(a, b configuration) int { return strings.Compare(a.FunctionName, b.FunctionName) })
	answer(w, map[string]any{"Functions": list})
}
