package backfill

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"golang.org/x/sync/errgroup"

	shared "triptych/shared/backfill"
	"triptych/shared/blobs"
	"triptych/shared/recipe"
)

// Planned is an original and the action for it.
type Planned struct {
	Key     string `json:"key"`
	Version string `json:"version"`
	Action  string `json:"action"` // start, restore or none
	Reason  string `json:"reason"`
}

// Plan makes the same decision about every original as the state machine. It calls tell with
// each decision, in the order of the keys. It changes nothing.
func (b *Backfill) Plan(ctx context.Context, tell func(Planned) error) error {
	wanted, err := b.recipe(ctx)
	if err != nil {
		return err
	}

	decider := &shared.Decider{
		Originals: originals{b.Target.S3}, Ledger: b.Target.Ledger, Bucket: b.Target.Stack.UploadsBucket,
		Recipe: wanted, Missing: b.Missing, MadeBucket: b.Target.Stack.VariantsBucket, Now: time.Now,
	}

	if b.Verify {
		decider.Made = blobs.Of(b.Target.S3)
	}

	pages := s3.NewListObjectsV2Paginator(b.Target.S3, &s3.ListObjectsV2Input{Bucket: &b.Target.Stack.UploadsBucket, Prefix: &b.Prefix})

	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("list the originals: %w", err)
		}

		planned, err := decideAll(ctx, decider, page.Contents)
		if err != nil {
			return err
		}

		for _, one := range planned {
			if err := tell(one); err != nil {
				return err
			}
		}
	}

	return nil
}

func decideAll(ctx context.Context, decider *shared.Decider, objects []types.Object) ([]Planned, error) {
	const atOnce = 16

	planned := make([]Planned, len(objects))

	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)

	for i, object := range objects {
		group.Go(func() error {
			decision, err := decider.Decide(ctx, aws.ToString(object.Key))
			planned[i] = Planned{aws.ToString(object.Key), decision.Version, string(decision.Action), string(decision.Reason)}

			return err
		})
	}

	return planned, group.Wait()
}

var errNoRecipe = errors.New("the backfill's definition has no recipe")

// recipe returns the recipe in the definition of the state machine.
func (b *Backfill) recipe(ctx context.Context) (recipe.Recipe, error) {
	out, err := b.Target.SFN.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: &b.Target.Stack.BackfillARN})
	if err != nil {
		return recipe.Recipe{}, fmt.Errorf("read the backfill's definition: %w", err)
	}

	var definition struct {
		States struct {
			Originals struct {
				ItemProcessor struct {
					States struct {
						ProcessBatch struct {
							Arguments struct {
								Payload struct {
									Recipe string `json:"recipe"`
								}
							}
						}
					}
				}
			}
		}
	}

	if err := json.Unmarshal([]byte(aws.ToString(out.Definition)), &definition); err != nil {
		return recipe.Recipe{}, fmt.Errorf("read the backfill's definition: %w", err)
	}

	text := definition.States.Originals.ItemProcessor.States.ProcessBatch.Arguments.Payload.Recipe
	if text == "" {
		return recipe.Recipe{}, errNoRecipe
	}

	parsed, err := recipe.Parse([]byte(text))
	if err != nil {
		return recipe.Recipe{}, fmt.Errorf("read the recipe in the backfill's definition: %w", err)
	}

	return parsed, nil
}

// originals implements [shared.Originals] with S3.
type originals struct{ client *s3.Client }

// Current implements [shared.Originals].
func (o originals) Current(ctx context.Context, bucket, key string) (blobs.Version, error) {
	out, err := o.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &bucket, Key: &key})

	if _, missing := errors.AsType[*types.NotFound](err); missing {
		return blobs.Version{}, blobs.ErrNotFound
	}

	if err != nil {
		return blobs.Version{}, fmt.Errorf("head %s: %w", key, err)
	}

	return blobs.Version{
		ID: aws.ToString(out.VersionId), ETag: strings.Trim(aws.ToString(out.ETag), `"`), Bytes: aws.ToInt64(out.ContentLength),
	}, nil
}
