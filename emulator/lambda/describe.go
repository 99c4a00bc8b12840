package lambda

import (
	"net/http"
	"slices"
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
}

func (s *Service) describe(f *Function) configuration {
	return configuration{
		FunctionName: f.Name, FunctionArn: FunctionARN(s.config.Region, s.config.Account, f.Name), Version: latest,
		Handler: "bootstrap", PackageType: "Zip", Role: "arn:aws:iam::" + s.config.Account + ":role/" + f.Name,
		State: "Active", LastUpdateStatus: "Successful",
		MemorySize: f.MemoryMB, Timeout: int((f.Timeout + time.Second - 1) / time.Second),
	}
}

func (s *Service) serveGet(w http.ResponseWriter, r *http.Request) {
	f, err := s.find(r, "lambda:GetFunction")
	if err != nil {
		refuse(w, err)

		return
	}

	answer(w, map[string]any{"Configuration": s.describe(f)})
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
	ref, err := parseReference(r.PathValue("function"), r.URL.Query().Get("Qualifier"))
	if err != nil {
		return nil, err
	}

	arn := FunctionARN(s.config.Region, s.config.Account, ref.name)
	if err := s.config.Authorize(r.Context(), action, arn); err != nil {
		return nil, err
	}

	at := slices.IndexFunc(s.config.Functions, func(f Function) bool { return f.Name == ref.name })
	if at < 0 {
		return nil, notFound(arn)
	}

	return &s.config.Functions[at], nil
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
