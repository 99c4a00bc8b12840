package objectstore_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"triptych/emulator/iam"
)

// TestPutBucketNotification checks that the events of a created bucket begin and end with
// its configuration, and that a start keeps it.
func TestPutBucketNotification(t *testing.T) {
	l := newFixture(t)
	made := aws.String("made")

	configure := func(events *types.EventBridgeConfiguration) {
		t.Helper()

		_, err := l.client.PutBucketNotificationConfiguration(t.Context(), &s3.PutBucketNotificationConfigurationInput{
			Bucket: made, NotificationConfiguration: &types.NotificationConfiguration{EventBridgeConfiguration: events},
		})
		if err != nil {
			t.Fatal(err)
		}
	}

	expect := func(key string, want int) {
		t.Helper()
		l.put(*made, key, "x")

		if got := len(l.taken()); got != want {
			t.Errorf("%s: %d events, want %d", key, got, want)
		}
	}

	if _, err := l.client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: made}); err != nil {
		t.Fatal(err)
	}

	expect("before", 0)
	configure(&types.EventBridgeConfiguration{})
	expect("after", 1)

	l.stop()
	l.start()
	expect("after the start", 1)

	configure(nil)
	expect("removed", 0)

	_, err := l.client.PutBucketNotificationConfiguration(t.Context(), &s3.PutBucketNotificationConfigurationInput{
		Bucket: made, NotificationConfiguration: &types.NotificationConfiguration{
			QueueConfigurations: []types.QueueConfiguration{{QueueArn: aws.String("arn:aws:sqs:us-east-1:000000000000:q"), Events: []types.Event{"s3:ObjectCreated:*"}}},
		},
	})
	if code(err) != "NotImplemented" || !strings.Contains(err.Error(), "QueueConfiguration") {
		t.Errorf("a queue as the receiver: %v", err)
	}

	// The deletion of the bucket ends its configurations.
	configure(&types.EventBridgeConfiguration{})

	for _, key := range []string{"before", "after", "after the start", "removed"} {
		if _, err := l.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: made, Key: &key}); err != nil {
			t.Fatal(err)
		}
	}

	if _, err := l.client.DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: made}); err != nil {
		t.Fatal(err)
	}

	if _, err := l.client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: made}); err != nil {
		t.Fatal(err)
	}

	l.taken()
	expect("in the new bucket", 0)
}

// TestPutBucketPolicy checks that the policy of a bucket can be replaced and removed.
func TestPutBucketPolicy(t *testing.T) {
	l := newFixture(t)
	bucket := aws.String(variants)

	const policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::000000000000:role/r"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::triptych-variants/*"}]}`

	role := &iam.Principal{ARN: "arn:aws:iam::000000000000:role/r", Policies: func() []*iam.Policy { return nil }}
	allowed := func() bool {
		return role.DeniedAt(l.store.BucketPolicy(variants), "s3:GetObject", "arn:aws:s3:::triptych-variants/k") == ""
	}

	if allowed() {
		t.Error("allowed without a policy")
	}

	if _, err := l.client.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: bucket, Policy: aws.String(policy)}); err != nil {
		t.Fatal(err)
	}

	if found, err := l.client.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: bucket}); err != nil || *found.Policy != policy || !allowed() {
		t.Errorf("the policy is %+v, %v, and allows: %v", found, err, allowed())
	}

	for _, bad := range []string{"{", `{"Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`} {
		if _, err := l.client.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: bucket, Policy: &bad}); code(err) != "MalformedPolicy" {
			t.Errorf("%s: %v", bad, err)
		}
	}

	public := strings.Replace(policy, `{"AWS":"arn:aws:iam::000000000000:role/r"}`, `"*"`, 1)
	if _, err := l.client.PutBucketPolicy(t.Context(), &s3.PutBucketPolicyInput{Bucket: bucket, Policy: &public}); code(err) != "AccessDenied" {
		t.Errorf("a public policy: %v", err)
	}

	if _, err := l.client.DeleteBucketPolicy(t.Context(), &s3.DeleteBucketPolicyInput{Bucket: bucket}); err != nil || allowed() {
		t.Errorf("after the deletion: %v, allowed: %v", err, allowed())
	}
}

// TestBucketConfiguration_malformed sends documents and checksums that S3 rejects.
func TestBucketConfiguration_malformed(t *testing.T) {
	l := newFixture(t)

	const rule = `<LifecycleConfiguration><Rule><Filter/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>`

	for name, test := range map[string]struct {
		target, body string
		header       map[string]string
		want         string
	}{
		"a lifecycle":            {"variants?lifecycle", rule, nil, "200"},
		"no XML":                 {"variants?lifecycle", "x", nil, "MalformedXML"},
		"no rules":               {"variants?lifecycle", "<LifecycleConfiguration/>", nil, "MalformedXML"},
		"a bad status":           {"variants?lifecycle", strings.Replace(rule, "Enabled", "On", 1), nil, "MalformedXML"},
		"no action":              {"variants?lifecycle", strings.Replace(rule, "Expiration>", "Other>", 2), nil, "InvalidRequest"},
		"another root":           {"variants?encryption", rule, nil, "MalformedXML"},
		"deep XML":               {"variants?encryption", strings.Repeat("<a>", 1000), nil, "MalformedXML"},
		"an entity":              {"variants?encryption", `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, nil, "MalformedXML"},
		"a large body":           {"variants?encryption", strings.Repeat(" ", 2<<20), nil, "MaxMessageLengthExceeded"},
		"a wrong MD5":            {"variants?lifecycle", rule, map[string]string{"Content-Md5": "AAAA"}, "BadDigest"},
		"a wrong CRC":            {"variants?lifecycle", rule, map[string]string{"X-Amz-Checksum-Crc64nvme": "AAAA"}, "BadDigest"},
		"another owner":          {"variants?lifecycle", rule, map[string]string{"X-Amz-Expected-Bucket-Owner": "1"}, "AccessDenied"},
		"no bucket":              {"none?lifecycle", rule, nil, "NoSuchBucket"},
		"an unsupported setting": {"variants?accelerate", "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>", nil, "NotImplemented"},
		"an inventory":           {"variants?inventory&id=a", "<InventoryConfiguration/>", nil, "NotImplemented"},
	} {
		t.Run(name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, l.url+"/triptych-"+test.target, strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}

			for key, value := range test.header {
				request.Header.Set(key, value)
			}

			sum := sha256.Sum256([]byte(test.body))
			hash := hex.EncodeToString(sum[:])
			request.Header.Set("X-Amz-Content-Sha256", hash)

			if err := v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, request, hash, "s3", "us-east-1", time.Now()); err != nil {
				t.Fatal(err)
			}

			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()

			var body bytes.Buffer
			if _, err := body.ReadFrom(response.Body); err != nil {
				t.Fatal(err)
			}

			if got := response.Status + body.String(); !strings.Contains(got, test.want) {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}
