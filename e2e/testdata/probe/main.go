// Command probe replaces the function `resize` in a test. It makes calls that the policy of
// `resize` does not allow, and reports the answers of AWS.
//
// It implements the Lambda Runtime API itself, so that it makes no other calls to AWS.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// event is the part of Resize's input that is needed.
type event struct {
	Plan struct {
		Upload struct {
			Bucket    string `json:"bucket"`
			Key       string `json:"key"`
			VersionID string `json:"versionId"`
		} `json:"upload"`
	} `json:"plan"`
	Master struct {
		Key string `json:"key"`
	} `json:"master"`
}

func main() {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"

	for {
		if err := serve(api); err != nil {
			fmt.Fprintln(os.Stderr, "probe:", err)
			os.Exit(1)
		}
	}
}

// serve answers one invocation, always with an error.
func serve(api string) error {
	next, err := http.Get(api + "next")
	if err != nil {
		return fmt.Errorf("wait for work: %w", err)
	}
	defer next.Body.Close()

	var in event
	if err := json.NewDecoder(next.Body).Decode(&in); err != nil {
		return fmt.Errorf("read the event: %w", err)
	}

	report, err := json.Marshal(map[string]string{"errorType": "Probed", "errorMessage": probe(context.Background(), in)})
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}

	id := next.Header.Get("Lambda-Runtime-Aws-Request-Id")

	answer, err := http.Post(api+id+"/error", "application/json", bytes.NewReader(report))
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}

	return answer.Body.Close()
}

// probe returns the result of each call, such as "read the original: AccessDenied; ".
func probe(ctx context.Context, in event) string {
	loaded, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err.Error()
	}

	upload := in.Plan.Upload
	variants, table := os.Getenv("TRIPTYCH_VARIANTS_BUCKET"), os.Getenv("TRIPTYCH_LEDGER_TABLE")
	objects := s3.NewFromConfig(loaded, func(o *s3.Options) { o.UsePathStyle = true })

	attempts := []struct {
		what string
		call func() error
	}{
		{"read the original", func() error {
			_, err := objects.GetObject(ctx, &s3.GetObjectInput{Bucket: &upload.Bucket, Key: &upload.Key, VersionId: &upload.VersionID})

			return err
		}},
		{"list the originals", func() error {
			_, err := objects.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &upload.Bucket})

			return err
		}},
		{"delete the master", func() error {
			_, err := objects.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &variants, Key: &in.Master.Key})

			return err
		}},
		{"write outside the fold", func() error {
			_, err := objects.PutObject(ctx, &s3.PutObjectInput{Bucket: &variants, Key: &upload.Key, Body: bytes.NewReader(nil)})

			return err
		}},
		{"read the ledger", func() error {
			_, err := dynamodb.NewFromConfig(loaded).GetItem(ctx, &dynamodb.GetItemInput{
				TableName: &table,
				Key: map[string]dynamodbtypes.AttributeValue{
					"key":     &dynamodbtypes.AttributeValueMemberS{Value: upload.Key},
					"version": &dynamodbtypes.AttributeValueMemberS{Value: "@current"},
				},
			})

			return err
		}},
		{"read the master", func() error {
			_, err := objects.GetObject(ctx, &s3.GetObjectInput{Bucket: &variants, Key: &in.Master.Key})

			return err
		}},
	}

	var report string

	for _, attempt := range attempts {
		report += attempt.what + ": " + outcome(attempt.call()) + "; "
	}

	return report
}

func outcome(err error) string {
	var failure smithy.APIError

	switch {
	case err == nil:
		return "allowed"
	case errors.As(err, &failure):
		return failure.ErrorCode()
	default:
		return err.Error()
	}
}
