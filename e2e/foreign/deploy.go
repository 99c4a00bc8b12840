package foreign

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

// Account and Region are those for which the deployment was planned.
const (
	Account = "000000000000"
	Region  = "us-east-1"
)

// deployer creates a deployment's resources at an endpoint.
type deployer struct {
	*Deployment

	endpoint string
	cdn      string // the URL of the variants bucket, in place of that of the distribution
	packages string // the folder of the functions' zips
	config   aws.Config

	queueURLs map[string]string // by the queue's key in for_each

	plannedDistribution, distributionID string // the id in the plan, and the id that the emulator assigned
}

// Deploy creates the stack of a deployment at an endpoint: buckets, ledger, queues,
// functions with their alias, state machines, rules, and the parameter that names them.
// Packages is the folder of the functions' zips.
//
// It creates no role and no policy, because MiniStack does not enforce them, and no alarm.
// The distribution takes invalidations only: viewers read the variants bucket directly.
func Deploy(ctx context.Context, d *Deployment, endpoint, packages string) error {
	to := newDeployer(d, endpoint)
	to.packages = packages

	variants, err := all[bucket](d, "aws_s3_bucket")
	if err != nil {
		return err
	}

	to.cdn = endpoint + "/" + variants["variants"].Bucket

	return to.inTurn(ctx, append(to.storage(), []step{
		{"functions", to.functions},
		{"the distribution", to.distribution},
		{"state machines", to.machines},
		{"rules", to.rules},
		{"the parameter", to.parameters},
	}...))
}

// DeployStorage creates a deployment's buckets, ledger and queues at an endpoint.
func DeployStorage(ctx context.Context, d *Deployment, endpoint string) error {
	to := newDeployer(d, endpoint)

	return to.inTurn(ctx, to.storage())
}

func newDeployer(d *Deployment, endpoint string) *deployer {
	return &deployer{Deployment: d, endpoint: endpoint, queueURLs: map[string]string{}, config: aws.Config{
		Region:       Region,
		BaseEndpoint: aws.String(endpoint),
		HTTPClient:   &http.Client{},
		Credentials:  credentials.NewStaticCredentialsProvider("test", "test", ""),
	}}
}

// step creates the resources of one kind.
type step struct {
	name   string
	create func(context.Context) error
}

func (d *deployer) storage() []step {
	return []step{{"buckets", d.buckets}, {"the ledger", d.tables}, {"queues", d.queues}}
}

func (d *deployer) inTurn(ctx context.Context, steps []step) error {
	for _, s := range steps {
		if err := s.create(ctx); err != nil {
			return fmt.Errorf("deploy %s: %w", s.name, err)
		}
	}

	return nil
}

// parameters writes the parameter that commands read. Values that only AWS knows are
// replaced by those that the emulator returned.
func (d *deployer) parameters(ctx context.Context) error {
	type parameter struct{ Name, Value string }

	found, err := all[parameter](d.Deployment, "aws_ssm_parameter")
	if err != nil {
		return err
	}

	for _, p := range found {
		var value map[string]any
		if err := json.Unmarshal([]byte(p.Value), &value); err != nil {
			return fmt.Errorf("decode the parameter %s: %w", p.Name, err)
		}

		if err := d.complete(value); err != nil {
			return err
		}

		text, err := json.Marshal(value)
		if err != nil {
			return fmt.Errorf("encode the parameter %s: %w", p.Name, err)
		}

		_, err = ssm.NewFromConfig(d.config).PutParameter(ctx, &ssm.PutParameterInput{
			Name: &p.Name, Value: aws.String(string(text)), Type: "String", Overwrite: aws.Bool(true),
		})
		if err != nil {
			return fmt.Errorf("put the parameter %s: %w", p.Name, err)
		}
	}

	return nil
}

// complete replaces the addresses in the parameter's value.
func (d *deployer) complete(value map[string]any) error {
	value["cdn"], value["distributionId"] = d.cdn, d.distributionID

	machines, err := all[machine](d.Deployment, "aws_sfn_state_machine")
	if err != nil {
		return err
	}

	for key, m := range machines {
		value[key+"Arn"] = m.arn()
	}

	for key, url := range d.queueURLs {
		value[camel(key)+"QueueUrl"] = url
	}

	for name, v := range value {
		if text, ok := v.(string); ok && strings.Contains(text, ":stub:") {
			return fmt.Errorf("the parameter's %s is %q, a placeholder of the provider that no created resource replaces", name, text)
		}
	}

	return nil
}

// camel turns "failed-executions" into "failedExecutions".
func camel(key string) string {
	var out strings.Builder

	upper := false

	for _, r := range key {
		if r == '-' {
			upper = true

			continue
		}

		if upper {
			r = unicode.ToUpper(r)
		}

		upper = false

		out.WriteRune(r)
	}

	return out.String()
}
