package lambda

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"triptych/emulator/awsapi"
)

// Limits and defaults of a function's settings.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const (
	maxSeconds         = 900
	minMemoryMB        = 128
	maxMemoryMB        = 10240
	defaultEphemeralMB = 512
	maxEphemeralMB     = 10240
	maxEnvironment     = 4 << 10 // Bytes.
)

// settings are the members that CreateFunction and UpdateFunctionConfiguration share. A nil
// member is one that the request does not have.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
type settings struct {
	Description      *string
	Role             *string
	Handler          *string
	Runtime          *string
	Timeout          *int
	MemorySize       *int
	EphemeralStorage *struct{ Size int }
	Environment      *environmentDocument
	LoggingConfig    *loggingDocument
	TracingConfig    *struct{ Mode string }
	RevisionID       string `json:"RevisionId"`

	KMSKeyArn         string
	Layers            []string
	FileSystemConfigs []json.RawMessage
	VpcConfig         struct{ SubnetIds []string } //nolint:revive // AWS's name.
	ImageConfig       json.RawMessage
	DeadLetterConfig  struct{ TargetArn string }
	SnapStart         struct{ ApplyOn string }
}

type createRequest struct {
	settings

	FunctionName         string
	PackageType          string
	Architectures        []string
	Code                 codeDocument
	CodeSigningConfigArn string
	Publish              bool
	Tags                 map[string]string
}

// create answers CreateFunction. The function is active at once.
// https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
func (s *Service) create(r *http.Request) (any, error) {
	var in createRequest
	if err := read(r, &in); err != nil {
		return nil, err
	}

	ref, err := parseReference(in.FunctionName, "")
	if err != nil {
		return nil, err
	}

	if err := s.config.Authorize(r.Context(), "lambda:CreateFunction", s.arnOf(ref.name)); err != nil {
		return nil, err
	}

	if s.config.Creation.DB == nil {
		return nil, invalidParameter("this emulator creates no functions")
	}

	if s.created.get(ref.name) != nil || s.declared[ref.name] != nil {
		return nil, conflict("Function already exist: %s", ref.name)
	}

	if err := in.check(); err != nil {
		return nil, err
	}

	f := stored{Name: ref.name, Tags: in.Tags, Latest: version{
		Number: latest, Seconds: int(DefaultTimeout.Seconds()), MemoryMB: DefaultMemoryMB, EphemeralMB: defaultEphemeralMB, Tracing: "PassThrough",
		Logging: loggingDocument{LogFormat: "Text", LogGroup: groupPrefix + ref.name},
	}}

	if err := s.apply(&f.Latest, &in.settings); err != nil {
		return nil, err
	}

	if err := setArchitecture(&f.Latest, in.Architectures); err != nil {
		return nil, err
	}

	s.created.code.RLock()
	defer s.created.code.RUnlock()

	if err := s.setCode(r.Context(), &f.Latest, in.Code); err != nil {
		return nil, err
	}

	described, qualifier := f.Latest, ""
	if in.Publish {
		described = f.publish("")
		qualifier = described.Number
	}

	if err := s.created.add(f); err != nil {
		return nil, err
	}

	return s.describe(&f, described, qualifier), nil
}

// check checks the members that only CreateFunction has.
func (in *createRequest) check() error {
	switch {
	case in.PackageType != "" && in.PackageType != "Zip":
		return invalidParameter("Lambda in the emulator runs only functions of the PackageType Zip, and not %s", in.PackageType)
	case in.Role == nil:
		return missing("role")
	case in.Runtime == nil:
		return invalidParameter("Runtime is mandatory if the deployment package is a .zip file archive.")
	case in.Handler == nil:
		return invalidParameter("Handler is mandatory if the deployment package is a .zip file archive.")
	case in.CodeSigningConfigArn != "":
		return invalidParameter("Lambda in the emulator does not check signed code: send no CodeSigningConfigArn")
	default:
		return nil
	}
}

func missing(member string) error {
	return awsapi.Errorf("ValidationException", "1 validation error detected: Value null at '%s' failed to satisfy constraint: Member must not be null", member)
}

// setCode unpacks code and makes it the code of a version.
func (s *Service) setCode(ctx context.Context, v *version, from codeDocument) error {
	made, err := s.unpack(ctx, from)
	if err != nil {
		return err
	}

	v.CodeSHA256, v.CodeBytes, v.Folder = made.sha256, made.bytes, made.folder
	v.touch()

	return nil
}

func setArchitecture(v *version, given []string) error {
	switch {
	case len(given) == 0 && v.Architecture == "":
		given = []string{"x86_64"} // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
	case len(given) == 0:
		return nil
	}

	if len(given) != 1 || given[0] != architecture() {
		return invalidParameter("Lambda in the emulator runs functions on this machine, whose architecture is %s, and not %s", architecture(), strings.Join(given, ", "))
	}

	v.Architecture = given[0]

	return nil
}

// apply changes a version as a request asks.
func (s *Service) apply(v *version, in *settings) error {
	if err := in.refuse(); err != nil {
		return err
	}

	set(&v.Description, in.Description)
	set(&v.Handler, in.Handler)
	set(&v.Runtime, in.Runtime)
	set(&v.Seconds, in.Timeout)
	set(&v.MemoryMB, in.MemorySize)
	set(&v.Role, in.Role)

	if in.EphemeralStorage != nil {
		v.EphemeralMB = in.EphemeralStorage.Size
	}

	if in.TracingConfig != nil {
		v.Tracing = in.TracingConfig.Mode
	}

	if in.Environment != nil {
		v.Environment = in.Environment.Variables
	}

	if in.LoggingConfig != nil {
		v.Logging = in.LoggingConfig.over(v.Logging)
	}

	if err := v.check(); err != nil {
		return err
	}

	if in.Role != nil {
		if err := s.config.Creation.Assumable(v.Role); err != nil {
			return invalidParameter("The role defined for the function cannot be assumed by Lambda. (%v)", err)
		}
	}

	v.touch()

	return nil
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// refuse rejects settings that the emulator does not have.
func (in *settings) refuse() error {
	for member, given := range map[string]bool{
		"KMSKeyArn": in.KMSKeyArn != "", "Layers": len(in.Layers) > 0, "FileSystemConfigs": len(in.FileSystemConfigs) > 0,
		"VpcConfig": len(in.VpcConfig.SubnetIds) > 0, "ImageConfig": len(in.ImageConfig) > 0 && string(in.ImageConfig) != "null" && string(in.ImageConfig) != "{}",
		"DeadLetterConfig": in.DeadLetterConfig.TargetArn != "", "SnapStart": in.SnapStart.ApplyOn != "" && in.SnapStart.ApplyOn != "None",
	} {
		if given {
			return invalidParameter("Lambda in the emulator does not have %s: send none", member)
		}
	}

	return nil
}

var (
	environmentName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)
	logGroup        = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`)
)

// reserved lists the variables that Lambda sets itself.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
func reservedNames() []string {
	return []string{
		"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
		"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
		"AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
	}
}

// check checks the settings of a version.
func (v *version) check() error {
	switch {
	case !slices.Contains(runtimes(), v.Runtime):
		return invalidParameter("Lambda in the emulator has only the runtimes %s, which execute a file named bootstrap, and not %s", strings.Join(runtimes(), " and "), v.Runtime)
	case v.Seconds < 1 || v.Seconds > maxSeconds:
		return outside("timeout", v.Seconds, 1, maxSeconds)
	case v.MemoryMB < minMemoryMB || v.MemoryMB > maxMemoryMB:
		return outside("memorySize", v.MemoryMB, minMemoryMB, maxMemoryMB)
	case v.EphemeralMB < defaultEphemeralMB || v.EphemeralMB > maxEphemeralMB:
		return outside("ephemeralStorage.size", v.EphemeralMB, defaultEphemeralMB, maxEphemeralMB)
	case v.Tracing != "Active" && v.Tracing != "PassThrough":
		return outsideOf("tracingConfig.mode", v.Tracing, "Active", "PassThrough")
	case v.Logging.LogFormat != "Text" && v.Logging.LogFormat != "JSON":
		return outsideOf("loggingConfig.logFormat", v.Logging.LogFormat, "JSON", "Text")
	case !logGroup.MatchString(v.Logging.LogGroup):
		return outsideOf("loggingConfig.logGroup", v.Logging.LogGroup, logGroup.String())
	}

	return checkEnvironment(v.Environment)
}

func checkEnvironment(variables map[string]string) error {
	bytes := 0

	for _, name := range slices.Sorted(maps.Keys(variables)) {
		if !environmentName.MatchString(name) {
			return outsideOf("environment.variables", name, environmentName.String())
		}

		if slices.Contains(reservedNames(), name) {
			return invalidParameter("Lambda was unable to configure your environment variables because the environment variables you have provided contains "+
				"reserved keys that are currently not supported for modification. Reserved keys used in this request: %s", name)
		}

		bytes += len(name) + len(variables[name])
	}

	if bytes > maxEnvironment {
		return invalidParameter("Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. "+
			"String measured: %d bytes", bytes)
	}

	return nil
}
