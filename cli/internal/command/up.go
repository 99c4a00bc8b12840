//go:build !windows

package command

import (
	"context"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"triptych/cli/internal/display"
	"triptych/cli/internal/files"
	"triptych/cli/internal/target"
	"triptych/emulator/cdn"
	"triptych/emulator/stack"
	"triptych/emulator/stepfunctions"
)

type upOptions struct {
	data, recipe, functions string
	inject                  string
	aws, cdn, console       string
	cdnKeys                 string
	hosts, corsOrigins      []string
	signedViewing           bool
	samples, noAuth         bool
	keepExecutions          int
	lambdaConcurrency       int
	invalidationTime        time.Duration
}

func (s *session) up() *cobra.Command {
	var options upOptions

	cmd := &cobra.Command{
		Use:   "up",
		Short: "Run the emulator: the AWS services of Triptych, on this machine",
		Long: `Up runs the pipeline on this machine, with an emulator of S3, EventBridge, Step
Functions, Lambda, DynamoDB and CloudFront. The emulator supports the parts of AWS's
protocols that Triptych uses. It serves until Ctrl-C. Its state is stored in --data
and is loaded at the next start.

With --inject it injects faults from a plan, a JSON file such as

  {
    "seed": 7,
    "lambda": [{"function": "resize", "kind": "crash", "rate": 0.1}],
    "api":    [{"service": "dynamodb", "operation": "UpdateItem", "kind": "throttle", "calls": [3, 4]}],
    "events": [{"detailType": "Object Created", "kind": "double", "every": 10}]
  }

A rule names calls ("*" means any call), and selects the calls that get a fault.
"rate" is the share of calls, selected at random. "calls" is a list of call numbers,
from 1. "every": N selects every Nth call, starting with call "from". "kind" is the
kind of fault:

  lambda   error ("errorType" names it), throttle, slow, timeout or crash (both kill
           the process)
  api      error (status 500), throttle, slow or timeout (the request is executed,
           but its answer is cut off), for the services s3, dynamodb, states, events,
           sqs, ssm, lambda, cloudfront, iam, sts and logs
  events   lose, double or late

"millis" is the delay, or the time for which a function runs before it is killed.
Random faults are seeded: the same calls in the same order get the same faults.

The CDN accepts uploads only with URLs and cookies that ` + "`triptych sign`" + ` signed with
one of the keys in --cdn-keys. With --signed-viewing, it also requires them to view
images. Each file {key pair id}.pem in that folder, private or public, is a trusted
key until it is removed. The first key is created at the first start. To rotate the
keys, add a second key, sign with it, and remove the first key when its signatures
have expired.

The console requires the token in the URL that is printed. Open that URL once; the
browser stores the token. The token is stored in --data (console-token, readable only
by you), so it stays the same at the next start. Remove the file to sign every browser
out.

The emulator listens on loopback only, because its credentials are not secret. It
rejects requests from web pages of other sites with status 403. These are requests
whose Host is not 127.0.0.1, localhost or an --allow-host, and requests whose Origin
or Sec-Fetch-Site names another site. The CORS configuration of the S3 bucket can
allow other origins (--cors-origin, or PutBucketCors). Every page may show public
variants from the CDN, as on CloudFront.`,
		Example: `  triptych up --samples
  triptych up --recipe recipe.json --data /tmp/try
  triptych up --aws :4567 --cdn :8081 --console :8091
  triptych up --inject docs/fault-injection.example.json`,
		Args: arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return s.runUp(cmd.Context(), options) },
	}

	flags := cmd.Flags()
	flags.StringVar(&options.data, "data", ".triptych", "the `folder` of the emulator's state")
	flags.BoolVar(&options.samples, "samples", false, "process the photos of ./samples once")
	flags.StringVar(&options.recipe, "recipe", "", "the recipe `file`; the default recipe if not given")
	flags.StringVar(&options.functions, "functions", "", "the `folder` of the functions' binaries; functions/ next to this program if not given")
	flags.StringVar(&options.inject, "inject", "", "the `file` of a fault injection plan; no faults if not given")
	flags.IntVar(&options.lambdaConcurrency, "lambda-concurrency", 0,
		"the account's `limit` of concurrent executions; Lambda throttles further invocations; without a limit, they wait")
	flags.DurationVar(&options.invalidationTime, "invalidation-time", cdn.DefaultInvalidationTime,
		"the `duration` of an invalidation; as on CloudFront, at most 15 wildcards are in progress at the same time")
	flags.StringVar(&options.aws, "aws", stack.DefaultAWSAddr, "the `address` of the AWS services")
	flags.StringVar(&options.cdn, "cdn", stack.DefaultCDNAddr, "the `address` of the CDN")
	flags.StringVar(&options.console, "console", defaultConsole, "the `address` of the console; no console if empty")
	flags.StringVar(&options.cdnKeys, "cdn-keys", "", "the `folder` of the keys that sign URLs; cdn-keys/ in --data if not given")
	flags.StringArrayVar(&options.hosts, "allow-host", nil, "an additional host `name` (or name:port) for AWS and the CDN; repeatable")
	flags.StringArrayVar(&options.corsOrigins, "cors-origin", nil, "a web page's `origin` that may upload from a browser, as uploads.cors_origins in Terraform; repeatable")
	flags.IntVar(&options.keepExecutions, "keep-executions", stepfunctions.DefaultKeepExecutions,
		"the `number` of ended executions to keep, newest first; executions older than 90 days are removed")
	flags.BoolVar(&options.signedViewing, "signed-viewing", false, "require a signed URL or cookie to view images")

	addNoAuth(cmd, &options.noAuth)

	return cmd
}

// running is the output of `triptych up --json`, printed when all services are available.
type running struct {
	Status string `json:"status"`
	Stack  string `json:"stack"`
	AWS    string `json:"awsUrl"`
	CDN    string `json:"cdnUrl"`
	// Console is the URL that opens the console, with its token. It is "" if the console
	// is not served.
	Console string `json:"consoleUrl,omitempty"`
	Data    string `json:"data"`
	// Warning describes a problem with the state, or is "".
	Warning string `json:"warning,omitempty"`
	Faults  string `json:"faults,omitempty"` // the fault injection plan
}

// RunProcess runs a process of the emulator, and does not return, if this process was
// started as one. Otherwise it does nothing. See [stack.RunProcess].
func RunProcess() { stack.RunProcess() }

func (s *session) runUp(ctx context.Context, options upOptions) error {
	config, err := s.stackConfig(options)
	if err != nil {
		return err
	}

	var samples []files.File
	if options.samples {
		if samples, err = findSamples(); err != nil {
			return err
		}
	}

	console, err := upConsole(ctx, options)
	if err != nil {
		return err
	}

	started, err := stack.Start(ctx, config)
	if err != nil {
		return errors.Join(explainStart(err, options), console.Close())
	}

	err = errors.Join(s.serve(ctx, started, config, console, samples, options), started.Close(ctx))
	if err == nil && !s.json {
		err = s.text("Stopped. Everything is kept in " + config.Data + "\n")
	}

	return err
}

// serve prints the addresses, and waits for Ctrl-C. The console uses the gateway, like
// every client.
func (s *session) serve(
	ctx context.Context, started *stack.Stack, config stack.Config, console *upListener, samples []files.File, options upOptions,
) error {
	at := running{
		Status: "RUNNING", Stack: config.Name, AWS: started.AWSURL, CDN: started.CDNURL, Data: config.Data, Faults: options.inject, Warning: started.Warning,
	}

	reached, problem := connectUp(ctx, at.AWS, config.Name)

	access := ""

	if console != nil && !options.noAuth {
		var err error
		if access, err = consoleAccess(config.Data); err != nil {
			return errors.Join(err, console.Close())
		}
	}

	served, err := console.serve(ctx, reached, access)
	if err != nil {
		return err
	}

	defer func() { _ = served.close() }() // No client needs an answer any more.

	if served != nil {
		at.Console = served.url()
	}

	if err := s.welcome(at); err != nil {
		return err
	}

	if len(samples) > 0 {
		err := problem
		if err == nil {
			err = s.showSamples(ctx, reached, config.Recipe, samples)
		}

		// Failures of samples are already printed. The emulator runs in any case.
		if _, told := errors.AsType[*reportedError](err); err != nil && !told && ctx.Err() == nil {
			return err
		}
	}

	if ctx.Err() == nil && !s.json {
		if err := s.text(s.style.Muted("Ctrl-C stops it.") + "\n"); err != nil {
			return err
		}
	}

	return untilStopped(ctx, started)
}

// untilStopped waits for Ctrl-C, or for an emulator that cannot continue.
func untilStopped(ctx context.Context, started *stack.Stack) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-started.Failed():
		return fmt.Errorf("the emulator stops: %w; start it again: no accepted upload is lost", err)
	}
}

func (s *session) welcome(at running) error {
	if s.json {
		return s.object(at)
	}

	local := "--local "
	if at.AWS != target.LocalEndpoint {
		local = "" // --local means the default port. The export line of the output names this port.
	}

	flag := ""
	if at.Stack != target.DefaultStack {
		flag = "--stack " + at.Stack + " "
	}

	table := display.Table{Indent: "  "}
	table.Add(s.style.Muted("AWS"), at.AWS)
	table.Add(s.style.Muted("CDN"), at.CDN)

	if at.Console != "" {
		table.Add(s.style.Muted("console"), at.Console)
	}

	table.Add(s.style.Muted("state"), at.Data)

	if at.Warning != "" {
		if err := s.text(s.style.Bad("WARNING: "+display.Text(at.Warning)) + "\n"); err != nil {
			return err
		}
	}

	if at.Faults != "" {
		warning := s.style.Bad("FAULTS ARE ON: the emulator injects the faults of "+display.Text(at.Faults)+".") + "\n"
		if err := s.text(warning); err != nil {
			return err
		}
	}

	return s.text(s.style.Bold("Triptych runs on this machine.") + "\n" + table.String() +
		"\n  any AWS client:\n    export AWS_ENDPOINT_URL=" + at.AWS + " AWS_REGION=" + target.LocalRegion +
		" AWS_ACCESS_KEY_ID=" + target.LocalKey + " AWS_SECRET_ACCESS_KEY=" + target.LocalKey +
		"\n  a photo:\n    triptych upload " + local + flag + "--wait FILE\n\n")
}

// explainStart adds advice for the user to a start error.
func explainStart(err error, options upOptions) error {
	operation, ok := errors.AsType[*net.OpError](err)
	if !ok || !errors.Is(err, syscall.EADDRINUSE) || operation.Addr == nil {
		return err // The error names the part of the emulator that did not start.
	}

	flag := "--aws"
	if taken, _ := address("--cdn", options.cdn); taken == operation.Addr.String() {
		flag = "--cdn"
	}

	return &target.Problem{
		What:  operation.Addr.String() + " is in use, perhaps by another `triptych up`",
		Do:    "stop that process, or choose another port with " + flag,
		Cause: err,
	}
}
