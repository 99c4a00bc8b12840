package command

import (
	"context"
	"errors"
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
		Short: "Run AWS on this laptop: everything that Triptych needs of it",
		Long: `Up runs the pipeline on this machine, with nothing but itself: S3, EventBridge,
Step Functions, Lambda, DynamoDB and CloudFront, as far as Triptych uses them, in
AWS's own protocols. It serves until Ctrl-C. What it holds is kept in --data and is
there again at the next start.

With --inject it fails on purpose, by a plan: a JSON file such as

  {
    "seed": 7,
    "lambda": [{"function": "resize", "kind": "crash", "rate": 0.1}],
    "api":    [{"service": "dynamodb", "operation": "UpdateItem", "kind": "throttle", "calls": [3, 4]}],
    "events": [{"detailType": "Object Created", "kind": "double", "every": 10}]
  }

A rule says which calls it is about ("*" is any), which of those go wrong ("rate": a
share, by chance; "calls": a list, counted from 1; "every": each so-manieth, the
first by "from"), and how:

  lambda   error ("errorType" names it), throttle, timeout, crash (the process is
           killed in both), slow
  api      error (a status 500), throttle, timeout (carried out, but the answer is
           cut off), slow; of s3, dynamodb, states, events, sqs, ssm, lambda,
           cloudfront
  events   lose, double, late

"millis" is how slow or late, and how long a function lives on before it is cut
short. Chance is seeded: the same calls in the same order meet the same faults.

The CDN takes uploads, and with --signed-viewing shows pictures, only by URLs and
cookies that ` + "`triptych sign`" + ` made with one of the keys in --cdn-keys: each file
{key pair id}.pem there is a trusted key, private or public, from the moment that it
is there until it is removed. The first is made at the first start. To rotate, put a
second one there, sign with it, and remove the first once what it signed is over.

The console opens only with the token in the address that is printed: open that
address once, and the browser remembers it. The token is kept in --data (console-token,
readable by you alone), so it stays the same at the next start; remove the file to lock
every browser out.

It listens on loopback only, because its credentials are not secret. Web pages of
other sites are refused: a request whose Host is not 127.0.0.1, localhost or an
--allow-host, and one whose Origin or Sec-Fetch-Site names another site, is answered
403, unless the CORS configuration of the S3 bucket allows it (--cors-origin, or
PutBucketCors). Every page may show public variants from the CDN, as on CloudFront.`,
		Example: `  triptych up --samples
  triptych up --recipe recipe.json --data /tmp/try
  triptych up --aws :4567 --cdn :8081 --console :8091
  triptych up --inject docs/fault-injection.example.json`,
		Args: arguments(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error { return s.runUp(cmd.Context(), options) },
	}

	flags := cmd.Flags()
	flags.StringVar(&options.data, "data", ".triptych", "the `folder` of all state")
	flags.BoolVar(&options.samples, "samples", false, "put the pictures of ./samples through the pipeline, once")
	flags.StringVar(&options.recipe, "recipe", "", "the recipe's `file`; Triptych's own if not given")
	flags.StringVar(&options.functions, "functions", "", "the `folder` of the functions' binaries; functions/ beside this program if not given")
	flags.StringVar(&options.inject, "inject", "", "the `file` of what is to go wrong on purpose; nothing if not given")
	flags.IntVar(&options.lambdaConcurrency, "lambda-concurrency", 0,
		"the account's `limit` of concurrent executions, above which Lambda throttles; without a limit, invocations wait")
	flags.DurationVar(&options.invalidationTime, "invalidation-time", cdn.DefaultInvalidationTime,
		"how long each of the CDN's invalidations is in progress, as a `duration`; 15 wildcards may be, as on CloudFront")
	flags.StringVar(&options.aws, "aws", stack.DefaultAWSAddr, "the `address` of AWS")
	flags.StringVar(&options.cdn, "cdn", stack.DefaultCDNAddr, "the `address` of the CDN")
	flags.StringVar(&options.console, "console", defaultConsole, "the `address` of the console; without one if empty")
	flags.StringVar(&options.cdnKeys, "cdn-keys", "", "the `folder` of the keys that sign URLs; cdn-keys/ in --data if not given")
	flags.StringArrayVar(&options.hosts, "allow-host", nil, "a further `name` (or name:port) by which AWS and the CDN may be reached; repeatable")
	flags.StringArrayVar(&options.corsOrigins, "cors-origin", nil, "a web page's `origin` that may upload from a browser, as uploads.cors_origins in Terraform; repeatable")
	flags.IntVar(&options.keepExecutions, "keep-executions", stepfunctions.DefaultKeepExecutions,
		"the `number` of ended executions to keep, the newest; those of more than 90 days ago go anyway")
	flags.BoolVar(&options.signedViewing, "signed-viewing", false, "let the CDN show pictures only to who has a signed URL or cookie")

	addNoAuth(cmd, &options.noAuth)

	return cmd
}

// running is what `triptych up --json` prints when all services are available.
type running struct {
	Status string `json:"status"`
	Stack  string `json:"stack"`
	AWS    string `json:"awsUrl"`
	CDN    string `json:"cdnUrl"`
	// Console is the URL that opens the console, with its token; "" without a console.
	Console string `json:"consoleUrl,omitempty"`
	Data    string `json:"data"`
	// Warning describes a problem with the state, or is "".
	Warning string `json:"warning,omitempty"`
	Faults  string `json:"faults,omitempty"` // the fault injection plan
}

func (s *session) runUp(ctx context.Context, options upOptions) error {
	config, err := s.stackConfig(options)
	if err != nil {
		return err
	}

	// The samples are searched for now, because the stack changes the working directory.
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

	defer func() { _ = served.close() }() // Its last answers are no longer needed.

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
		if err := s.text(s.style.Dim("Ctrl-C stops it.") + "\n"); err != nil {
			return err
		}
	}

	<-ctx.Done()

	return nil
}

func (s *session) welcome(at running) error {
	if s.json {
		return s.object(at)
	}

	local := "--local "
	if at.AWS != target.LocalEndpoint {
		local = "" // --local means the default port. The line above says how to name this port.
	}

	flag := ""
	if at.Stack != target.DefaultStack {
		flag = "--stack " + at.Stack + " "
	}

	table := display.Table{Indent: "  "}
	table.Add(s.style.Dim("AWS"), at.AWS)
	table.Add(s.style.Dim("CDN"), at.CDN)

	if at.Console != "" {
		table.Add(s.style.Dim("console"), at.Console)
	}

	table.Add(s.style.Dim("state"), at.Data)

	if at.Warning != "" {
		if err := s.text(s.style.Bad("WARNING: "+display.Text(at.Warning)) + "\n"); err != nil {
			return err
		}
	}

	if at.Faults != "" {
		warning := s.style.Bad("FAULTS ARE ON: this laptop fails on purpose, as "+display.Text(at.Faults)+" says.") + "\n"
		if err := s.text(warning); err != nil {
			return err
		}
	}

	return s.text(s.style.Bold("Triptych runs on this machine.") + "\n" + table.String() +
		"\n  any AWS client:\n    export AWS_ENDPOINT_URL=" + at.AWS + " AWS_REGION=" + target.LocalRegion +
		" AWS_ACCESS_KEY_ID=" + target.LocalKey + " AWS_SECRET_ACCESS_KEY=" + target.LocalKey +
		"\n  a picture:\n    triptych upload " + local + flag + "--wait FILE\n\n")
}

// explainStart adds to a start error what the user can do.
func explainStart(err error, options upOptions) error {
	operation, ok := errors.AsType[*net.OpError](err)
	if !ok || !errors.Is(err, syscall.EADDRINUSE) || operation.Addr == nil {
		return err // The stack says which part did not start.
	}

	flag := "--aws"
	if taken, _ := address("--cdn", options.cdn); taken == operation.Addr.String() {
		flag = "--cdn"
	}

	return &target.Problem{
		What:  operation.Addr.String() + " is in use, perhaps by another `triptych up`",
		Do:    "stop that, or choose another port with " + flag,
		Cause: err,
	}
}
