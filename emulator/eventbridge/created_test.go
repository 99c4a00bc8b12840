package eventbridge_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"triptych/emulator/eventbridge"
)

// TestPutRule checks that a created rule delivers, also after a start, until its target is
// removed.
func TestPutRule(t *testing.T) {
	received := make(channel, 10)
	config := eventbridge.Config{
		DB: open(t, filepath.Join(t.TempDir(), "db")), Region: "us-east-1", Account: "000000000000",
		Rules: []eventbridge.Rule{{Name: "own", Pattern: []byte(`{"source": ["x"]}`)}},
		Resolve: func(arn, _ string) (eventbridge.Target, error) {
			if arn != "arn:app" {
				return nil, fmt.Errorf("no target %s", arn)
			}

			return received, nil
		},
	}

	start := func() (*sdk.Client, *eventbridge.Bus) {
		bus, err := eventbridge.New(config)
		if err != nil {
			t.Fatal(err)
		}

		t.Cleanup(func() { _ = bus.Close() })

		if err := bus.Start(); err != nil {
			t.Fatal(err)
		}

		return client(t, bus), bus
	}

	c, bus := start()
	name := aws.String("made")

	send := func() {
		t.Helper()

		_, err := c.PutEvents(t.Context(), &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{{Source: aws.String("app"), DetailType: aws.String("t"), Detail: aws.String("{}")}}})
		if err != nil {
			t.Fatal(err)
		}
	}

	if _, err := c.PutRule(t.Context(), &sdk.PutRuleInput{Name: name, EventPattern: aws.String(`{"source": ["app"]}`)}); err != nil {
		t.Fatal(err)
	}

	put := func(target types.Target) error {
		_, err := c.PutTargets(t.Context(), &sdk.PutTargetsInput{Rule: name, Targets: []types.Target{target}})

		return err
	}

	for _, bad := range []types.Target{
		{Id: aws.String("t"), Arn: aws.String("arn:other")},
		{Id: aws.String("t"), Arn: aws.String("arn:app"), InputPath: aws.String("$.detail")},
		{Id: aws.String("a b"), Arn: aws.String("arn:app")},
	} {
		if put(bad) == nil {
			t.Errorf("%+v is accepted", bad)
		}
	}

	if err := put(types.Target{Id: aws.String("t"), Arn: aws.String("arn:app")}); err != nil {
		t.Fatal(err)
	}

	send()
	<-received

	// An open bus might have delivered the event, but not have removed it from the database
	// yet. The next bus would deliver it again.
	if err := bus.Close(); err != nil {
		t.Fatal(err)
	}

	c, _ = start() // The next start.

	send()
	<-received

	if _, err := c.DeleteRule(t.Context(), &sdk.DeleteRuleInput{Name: name}); err == nil {
		t.Error("a rule with a target was deleted")
	}

	if _, err := c.DisableRule(t.Context(), &sdk.DisableRuleInput{Name: name}); err != nil {
		t.Fatal(err)
	}

	send()

	if _, err := c.EnableRule(t.Context(), &sdk.EnableRuleInput{Name: name}); err != nil {
		t.Fatal(err)
	}

	send() // Only this event is delivered.
	<-received

	if len(received) != 0 {
		t.Error("a disabled rule has delivered")
	}

	if _, err := c.RemoveTargets(t.Context(), &sdk.RemoveTargetsInput{Rule: name, Ids: []string{"t"}}); err != nil {
		t.Fatal(err)
	}

	if _, err := c.DeleteRule(t.Context(), &sdk.DeleteRuleInput{Name: name}); err != nil {
		t.Fatal(err)
	}

	for _, input := range []*sdk.PutRuleInput{
		{Name: aws.String("own"), EventPattern: aws.String(`{"source": ["y"]}`)},
		{Name: aws.String("s"), ScheduleExpression: aws.String("rate(1 minute)")},
		{Name: aws.String("p"), EventPattern: aws.String(`{"source": 1}`)},
	} {
		if _, err := c.PutRule(t.Context(), input); err == nil {
			t.Errorf("the rule %s is accepted", *input.Name)
		}
	}
}
