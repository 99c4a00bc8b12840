package foreign

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// machine is a planned state machine.
type machine struct{ Name, Definition string }

func (m machine) arn() string {
	return fmt.Sprintf("arn:aws:states:%s:%s:stateMachine:%s", Region, Account, m.Name)
}

func (d *deployer) machines(ctx context.Context) error {
	found, err := all[machine](d.Deployment, "aws_sfn_state_machine")
	if err != nil {
		return err
	}

	for _, m := range found {
		m.Definition = d.withDistribution(m.Definition)

		created, err := sfn.NewFromConfig(d.config).CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
			Name: &m.Name, Definition: &m.Definition, RoleArn: role(m.Name),
		})
		if err != nil {
			return fmt.Errorf("create the state machine %s: %w", m.Name, err)
		}

		if got := aws.ToString(created.StateMachineArn); got != m.arn() {
			return fmt.Errorf("create the state machine %s: its ARN is %s, the plan's policies name %s", m.Name, got, m.arn())
		}
	}

	return nil
}

// role returns the ARN of a role. MiniStack does not enforce the policies of roles.
func role(name string) *string {
	return aws.String(fmt.Sprintf("arn:aws:iam::%s:role/%s", Account, name))
}

// Child returns the definition of the child workflows of a distributed Map, as a separate
// state machine.
func (d *Deployment) Child(stateMachine string) (string, error) {
	machines, err := all[machine](d, "aws_sfn_state_machine")
	if err != nil {
		return "", err
	}

	var definition struct {
		QueryLanguage string
		States        map[string]struct {
			ItemProcessor struct {
				ProcessorConfig struct{ Mode string }
				StartAt         string
				States          json.RawMessage
			}
		}
	}

	if err := json.Unmarshal([]byte(machines[stateMachine].Definition), &definition); err != nil {
		return "", fmt.Errorf("decode the definition of %s: %w", stateMachine, err)
	}

	for _, state := range definition.States {
		if child := state.ItemProcessor; child.ProcessorConfig.Mode == "DISTRIBUTED" {
			text, err := json.Marshal(map[string]any{
				"QueryLanguage": definition.QueryLanguage, "StartAt": child.StartAt, "States": child.States,
			})
			if err != nil {
				return "", fmt.Errorf("encode the child of %s: %w", stateMachine, err)
			}

			return string(text), nil
		}
	}

	return "", fmt.Errorf("%s has no distributed Map", stateMachine)
}
