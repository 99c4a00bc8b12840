package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/cdn"
	"triptych/emulator/cdn/resources"
	"triptych/emulator/cdn/signing"
	"triptych/emulator/dynamodb"
	"triptych/emulator/eventbridge"
	"triptych/emulator/gateway"
	"triptych/emulator/iam/roles"
	"triptych/emulator/lambda"
	"triptych/emulator/objectstore"
	"triptych/emulator/objectstore/s3event"
	"triptych/emulator/sns"
	"triptych/emulator/sqs"
	"triptych/emulator/ssm"
	"triptych/emulator/stepfunctions"
	"triptych/emulator/sts"
	"triptych/shared/config"
)

// Stack is the running AWS emulator.
type Stack struct {
	// AWSURL is the endpoint of every service's API; set AWS_ENDPOINT_URL to it.
	AWSURL string
	// CDNURL is the address of the CDN, which serves the variants.
	CDNURL string
	// Warning is a message about the state that the user must see, or "".
	Warning string

	logs     *logs
	db       *bbolt.DB
	lambda   *lambda.Service
	bus      *eventbridge.Bus
	queues   *sqs.Service
	roles    *roles.Service
	topics   *sns.Service
	workflow *stepfunctions.Service
	objects  *objectstore.Store
	aws, cdn *server
	services map[string]http.Handler // The services behind the gateway, by the name that requests are signed for.

	invalidations *cdn.Distribution
	resources     *resources.Service // CloudFront's, that clients have created.
	edges         *edges

	callers identities
	signers *signing.Folder
	data    string
}

// Start starts all parts in the order in which they depend on each other, resumes the
// work that was in progress when the last process ended, and returns when both ports
// answer. The caller must call Close.
func Start(ctx context.Context, c Config) (*Stack, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, fmt.Errorf("start the stack: %w", err)
	}

	s := &Stack{}
	if err := s.start(c); err != nil {
		return nil, errors.Join(fmt.Errorf("start the stack: %w", err), s.Close(ctx))
	}

	return s, nil
}

func (s *Stack) start(c Config) error {
	if err := s.open(c); err != nil {
		return err
	}

	n := names{stack: c.Name}

	who, err := newIdentities(n)
	if err != nil {
		return err
	}

	s.callers, s.data = who, c.Data

	if err := s.startRoles(n, who); err != nil {
		return err
	}

	if err := s.logs.openGroups(n, c.Data, s.db); err != nil {
		return err
	}

	if s.lambda, err = s.newLambda(n, c, who); err != nil {
		return err
	}

	if err := s.startWorkflow(n, c, who); err != nil {
		return err
	}

	if err := s.startObjects(n, c, who); err != nil {
		return err
	}

	if err := s.startResources(n, who); err != nil {
		return err
	}

	handler, err := s.newGateway(n, c, who)
	if err != nil {
		return err
	}

	s.aws.serve(handler)

	distribution, err := s.distribution(n, c, who)
	if err != nil {
		return err
	}

	s.edges.own = distribution
	s.serveCreated(who)
	s.cdn.serve(s.edges)

	// Everything that a task or a delivery needs is now available.
	if err := s.workflow.Resume(); err != nil {
		return fmt.Errorf("resume unfinished executions: %w", err)
	}

	if err := s.bus.Start(); err != nil {
		return fmt.Errorf("deliver pending events: %w", err)
	}

	return nil
}

// open acquires the ports, whose numbers other parts need, and the state, which only one
// process can use.
func (s *Stack) open(c Config) error {
	var err error

	if s.aws, err = listen(c.AWSAddr); err != nil {
		return err
	}

	if s.cdn, err = listen(c.CDNAddr); err != nil {
		return err
	}

	s.AWSURL, s.CDNURL = s.aws.url(), s.cdn.url()

	if s.db, s.Warning, err = openState(c.Data); err != nil {
		return err
	}

	if s.logs, err = openLogs(c.Data, c.Log); err != nil {
		return err
	}

	if s.Warning != "" {
		s.logs.log.Warn(s.Warning)
	}

	return s.openSigners(c)
}

// startObjects opens the buckets. Before it returns, the bus has received the events that
// the last process has not published.
func (s *Stack) startObjects(n names, c Config, who identities) error {
	buckets, err := n.buckets(c, who)
	if err != nil {
		return err
	}

	s.objects, err = objectstore.Open(objectstore.Config{
		Dir: objectsFolder(c.Data), DB: s.db, Principals: who.directory, Log: s.logs.log, Buckets: buckets,
		Notify: func(ctx context.Context, event s3event.Event) error {
			detail, err := json.Marshal(event.Detail)
			if err != nil {
				return fmt.Errorf("encode the event's detail: %w", err)
			}

			return s.bus.Put(ctx, eventbridge.Event{
				Source: event.Source, DetailType: event.DetailType, Time: event.Time,
				Resources: event.Resources, Detail: detail,
			})
		},
	})
	if err != nil {
		return fmt.Errorf("start S3: %w", err)
	}

	return nil
}

// newGateway creates the gateway with all services behind it.
func (s *Stack) newGateway(n names, c Config, who identities) (http.Handler, error) {
	ledger, err := dynamodb.New(dynamodb.Config{
		DB: s.db, Tables: []dynamodb.Table{n.ledgerTable()},
		Account: account, Region: region, Authorize: authorize,
	})
	if err != nil {
		return nil, fmt.Errorf("start DynamoDB: %w", err)
	}

	described, err := s.describe(n, c)
	if err != nil {
		return nil, err
	}

	description, err := json.Marshal(described)
	if err != nil {
		return nil, fmt.Errorf("describe the stack: %w", err)
	}

	alarms, err := s.newAlarms(who)
	if err != nil {
		return nil, err
	}

	parameters, err := ssm.New(ssm.Config{DB: s.db, Account: account, Region: region, Authorize: authorize})
	if err != nil {
		return nil, fmt.Errorf("start the parameter store: %w", err)
	}

	if err := parameters.Declare(
		config.ParameterName(n.stack), string(description), "The resource names of the Triptych stack "+n.stack+".", n.tags(),
	); err != nil {
		return nil, fmt.Errorf("describe the stack: %w", err)
	}

	services := map[string]http.Handler{
		"states": s.workflow.API(), "dynamodb": ledger, "events": s.bus.API(), "sqs": s.queues,
		"ssm": parameters, "lambda": s.lambda,
		"iam": s.roles.API(), "sns": s.topics.API(), "sts": sts.New(account), "logs": s.logs.groups, "monitoring": alarms.API(),
		"cloudfront": &cdn.API{
			Distribution: s.invalidations, Authorize: authorize, Account: account, Description: s.describeDistribution(n, c),
			Resources: s.resources,
		},
	}
	s.services = maps.Clone(services)

	for name, service := range services {
		services[name] = c.Faults.OfAPI(name, service)
	}

	handler, err := gateway.New(gateway.Config{
		Principals: who.directory, S3: c.Faults.OfAPI("s3", s.objects.Handler()), Log: s.logs.log, Services: services,
		BucketPolicy: s.objects.BucketPolicy, Hosts: c.hosts, CORS: s.objects.AllowsOrigin,
	})
	if err != nil {
		return nil, fmt.Errorf("start the gateway: %w", err)
	}

	return handler, nil
}

// RunProcess is a process of the stack, if this process was started as one; it then does
// not return. A program that starts a stack calls RunProcess before everything else. See
// [objectstore.RunServer].
func RunProcess() { objectstore.RunServer() }

// Failed receives the error of a stack that cannot continue, because one of its processes
// has ended. The caller should then close the stack; a new start loses nothing that was
// accepted.
func (s *Stack) Failed() <-chan error { return s.objects.Failed() }

// Close stops everything, starting with the ports. Work in progress resumes at the next
// start.
func (s *Stack) Close(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()

	var problems []error

	keep := func(what string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("stop %s: %w", what, err))
		}
	}

	if s.bus != nil {
		keep("EventBridge", s.bus.Close())
	}

	if s.workflow != nil {
		keep("Step Functions", s.workflow.Close())
	}

	if s.lambda != nil { // After the workflow, which would otherwise see its functions fail.
		keep("Lambda", s.lambda.Close())
	}

	keep("the CDN", s.cdn.close(ctx))
	keep("the gateway", s.aws.close(ctx))

	if s.objects != nil {
		// Closing the ports may have used up the time. The requests that it ended will
		// soon end in the object store too.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), objectsTimeout)
		defer cancel()

		keep("S3", s.objects.Close(ctx))
	}

	if s.db != nil {
		keep("the state", s.db.Close())
	}

	if s.callers.access != nil {
		keep("the report on access", s.callers.access.write(s.data))
	}

	keep("the logs", s.logs.close())

	return errors.Join(problems...)
}

// closeTimeout limits how long requests in progress may still take, and objectsTimeout
// how long the object store's process may take to end after that. Under the race detector
// every process sleeps for a second before it ends.
const (
	closeTimeout   = 3 * time.Second
	objectsTimeout = 10 * time.Second
)
