package lambda

import (
	"net/http"
	"os"
	"runtime"
	"strings"
	"time"
)

// configuration is the part of AWS's FunctionConfiguration that the emulator uses.
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
	Environment      *environmentDocument `json:",omitempty"`
	LoggingConfig    loggingDocument
	TracingConfig    struct{ Mode string }
}

// environmentDocument has the variables that the API reports. Those with the credentials of
// the function's role are not among them, as on AWS.
type environmentDocument struct{ Variables map[string]string }

type loggingDocument struct{ LogFormat, LogGroup string }

func (s *Service) describe(f *Function) configuration {
	described := configuration{
		FunctionName: f.Name, FunctionArn: FunctionARN(s.config.Region, s.config.Account, f.Name), Version: latest,
		Handler: "bootstrap", PackageType: "Zip", Role: "arn:aws:iam::" + s.config.Account + ":role/" + f.Name,
		State: "Active", LastUpdateStatus: "Successful",
		MemorySize: f.MemoryMB, Timeout: int((f.Timeout + time.Second - 1) / time.Second),
		Description: f.Description, Runtime: "provided.al2023", Architectures: []string{architecture()},
		LoggingConfig: loggingDocument{"JSON", "/aws/lambda/" + f.Name},
	}
	described.TracingConfig.Mode = "Active"

	if facts, err := os.Stat(f.Executable); err == nil { //nolint:gosec // As it was configured.
		described.CodeSize, described.LastModified = facts.Size(), facts.ModTime().UTC().Format("2006-01-02T15:04:05.000+0000")
	}

	for name, value := range f.Env {
		if strings.HasPrefix(name, "AWS_") {
			continue
		}

		if described.Environment == nil {
			described.Environment = &environmentDocument{map[string]string{}}
		}

		described.Environment.Variables[name] = value
	}

	return described
}

// architecture returns Lambda's name for the architecture of this machine.
func architecture() string {
	if runtime.GOARCH == "arm64" {
		return "arm64"
	}

	return "x86_64"
}

func (s *Service) serveGet(w http.ResponseWriter, r *http.Request) {
	f, err := s.find(r, "lambda:GetFunction")
	if err != nil {
		refuse(w, err)

		return
	}

	answer(w, map[string]any{"Configuration": s.describe(f), "Tags": f.Tags})
}

func (s *Service) serveConfiguration(w http.ResponseWriter, r *http.Request) {
	f, err := s.find(r, "lambda:GetFunctionConfiguration")
	if err != nil {
		refuse(w, err)

		return
	}

	answer(w, s.describe(f))
}

func (s *Service) find(r *http.Request, action string) (*Function, error) {
	return s.findNamed(r.Context(), action, r.PathValue("function"), r.URL.Query().Get("Qualifier"))
}

func (s *Service) serveList(w http.ResponseWriter, r *http.Request) {
	if err := s.config.Authorize(r.Context(), "lambda:ListFunctions", "*"); err != nil {
		refuse(w, err)

		return
	}

	list := make([]configuration, 0, len(s.config.Functions))
	for i := range s.config.Functions {
		list = append(list, s.describe(&s.config.Functions[i]))
	}

	answer(w, map[string]any{"Functions": list})
}
