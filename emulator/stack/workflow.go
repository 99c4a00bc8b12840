package stack

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"triptych/emulator/cdn"
	"triptych/emulator/eventbridge"
	"triptych/emulator/stepfunctions"
	"triptych/emulator/stepfunctions/asl"
)

// startWorkflow connects Step Functions and EventBridge in both directions: rules start
// executions, and executions send status events to the bus.
func (s *Stack) startWorkflow(n names, c Config, who identities) error {
	pipeline, err := n.pipelineDefinition(c.Recipe)
	if err != nil {
		return err
	}

	eraser, err := n.eraseDefinition()
	if err != nil {
		return err
	}

	failer, err := n.failDefinition(c.Recipe)
	if err != nil {
		return err
	}

	backfill, err := n.backfillDefinition(c.Recipe)
	if err != nil {
		return err
	}

	s.invalidations, err = cdn.NewDistribution(s.db, distributionID, time.Now, c.InvalidationTime)
	if err != nil {
		return fmt.Errorf("start CloudFront: %w", err)
	}

	s.workflow, err = stepfunctions.New(stepfunctions.Config{
		DB: s.db, Region: region, Account: account,
		Machines: []stepfunctions.Machine{
			{Name: n.pipeline(), LogGroup: machineLogGroup(n.pipeline()), RoleARN: n.role("pipeline-machine"), Definition: pipeline},
			{Name: n.eraser(), LogGroup: machineLogGroup(n.eraser()), RoleARN: n.role("erase-machine"), Definition: eraser},
			{Name: n.failer(), LogGroup: machineLogGroup(n.failer()), RoleARN: n.role("fail-machine"), Definition: failer},
			{Name: n.backfill(), LogGroup: machineLogGroup(n.backfill()), RoleARN: n.role("backfill-machine"), Definition: backfill},
		},
		Lambda:       invoker{s.lambda},
		As:           who.asMachine,
		Integrations: s.integrations(),
		Readers:      map[string]stepfunctions.Reader{asl.ListObjects: listing(n, who, s.AWSURL), asl.GetObject: reading(who, s.AWSURL)},
		Writer:       writing(who, s.AWSURL),
		LogEvent:     s.logs.groups.Append,
		LogDestination: func(ctx context.Context, roleARN, group string) error {
			return s.mayLog(who.asMachine(ctx, roleARN), group)
		},
		Emit:      func(ctx context.Context, event eventbridge.Event) error { return s.bus.Put(ctx, event) },
		Logger:    s.logs.log,
		Authorize: authorize,
		Marks:     filepath.Join(c.Data, marksFile), KeepExecutions: c.KeepExecutions,
	})
	if err != nil {
		return fmt.Errorf("start Step Functions: %w", err)
	}

	if err := s.newQueues(n); err != nil {
		return err
	}

	who.createdQueue = s.queues.Policy

	rules, err := s.rules(n, who)
	if err != nil {
		return err
	}

	s.bus, err = eventbridge.New(eventbridge.Config{
		DB: s.db, Region: region, Account: account, Logger: s.logs.log, Authorize: authorize, Rules: rules, Queues: undeliveredQueues{s.queues, who},
		Inject: c.Faults.OfEvents(), Resolve: s.resolve(who),
	})
	if err != nil {
		return fmt.Errorf("start EventBridge: %w", err)
	}

	return nil
}
