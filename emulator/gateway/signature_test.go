package gateway_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

const machineARN = "arn:aws:states:us-east-1:000000000000:stateMachine:triptych-pipeline"

func TestService_receives_the_caller(t *testing.T) {
	l := newFixture(t)

	for caller, client := range map[string]*sfn.Client{
		"arn:aws:iam::000000000000:root": sfnClient(l.url, "test", "test"),
		roleARN:                          sfnClient(l.url, "AKIAROLE", "role secret"),
	} {
		out, err := client.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(machineARN)})
		if err != nil {
			t.Fatal(err)
		}

		if *out.RoleArn != caller || *out.StateMachineArn != machineARN {
			t.Errorf("got %s of %s, want %s", *out.RoleArn, *out.StateMachineArn, caller)
		}
	}
}

func TestWrongCredentials(t *testing.T) {
	l := newFixture(t)
	l.put(t, uploads, "k", "x")

	tests := map[string]struct{ accessKey, secretKey, s3, json string }{
		"wrong secret":    {"test", "wrong", "SignatureDoesNotMatch", "InvalidSignatureException"},
		"another's":       {"test", "role secret", "SignatureDoesNotMatch", "InvalidSignatureException"},
		"unknown key":     {"AKIANOBODY", "test", "InvalidAccessKeyId", "UnrecognizedClientException"},
		"unknown session": {"ASIANOBODY", "test", "InvalidAccessKeyId", "UnrecognizedClientException"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bucket, key := aws.String(uploads), aws.String("k")
			client := s3Client(l.url, test.accessKey, test.secretKey)

			_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: bucket, Key: key})
			if got := code(err); got != test.s3 {
				t.Errorf("get: %s, want %s", got, test.s3)
			}

			_, err = client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: bucket, Key: key, Body: strings.NewReader("y")})
			if got := code(err); got != test.s3 {
				t.Errorf("put: %s, want %s", got, test.s3)
			}

			_, err = sfnClient(l.url, test.accessKey, test.secretKey).DescribeStateMachine(t.Context(),
				&sfn.DescribeStateMachineInput{StateMachineArn: aws.String(machineARN)})
			if got := code(err); got != test.json {
				t.Errorf("describe: %s, want %s", got, test.json)
			}
		})
	}
}

func TestUnsignedRequests(t *testing.T) {
	l := newFixture(t)
	l.put(t, uploads, "k", "x")

	tests := map[string]struct {
		method, path, body string
		header             map[string]string
		status             int
		want               string
	}{
		"get":        {method: http.MethodGet, path: "/" + uploads + "/k", status: http.StatusForbidden, want: "<Code>AccessDenied</Code>"},
		"put":        {method: http.MethodPut, path: "/" + uploads + "/k", body: "y", status: http.StatusForbidden, want: "<Code>AccessDenied</Code>"},
		"list":       {method: http.MethodGet, path: "/" + uploads, status: http.StatusForbidden, want: "<Code>AccessDenied</Code>"},
		"buckets":    {method: http.MethodGet, path: "/", status: http.StatusForbidden, want: "<Code>AccessDenied</Code>"},
		"preflight":  {method: http.MethodOptions, path: "/" + uploads + "/k", status: http.StatusForbidden, want: "<Code>AccessDenied</Code>"},
		"bad bucket": {method: http.MethodGet, path: "/Not_A_Bucket/k", status: http.StatusBadRequest, want: "<Code>InvalidBucketName</Code>"},
		"bad query":  {method: http.MethodGet, path: "/" + uploads + "/k?uploadId=%zz/../..", status: http.StatusBadRequest, want: "<Code>InvalidURI</Code>"},
		"an unsigned form": {
			method: http.MethodPost, path: "/" + uploads, status: http.StatusForbidden, want: "<Code>AccessDenied</Code>",
			body:   "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nk\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\ny\r\n--b--\r\n",
			header: map[string]string{"Content-Type": "multipart/form-data; boundary=b"},
		},
		"a JSON service": {
			method: http.MethodPost, path: "/", body: "{}", status: http.StatusForbidden, want: "MissingAuthenticationTokenException",
			header: map[string]string{"X-Amz-Target": "AWSStepFunctions.ListStateMachines"},
		},
		"old signature": {
			method: http.MethodGet, path: "/" + uploads + "/k", status: http.StatusBadRequest, want: "<Code>InvalidRequest</Code>",
			header: map[string]string{"Authorization": "AWS test:c2lnbmF0dXJl"},
		},
		"half a signature": {
			method: http.MethodGet, path: "/" + uploads + "/k", status: http.StatusBadRequest, want: "<Code>AuthorizationHeaderMalformed</Code>",
			header: map[string]string{"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request"},
		},
		"health": {method: http.MethodGet, path: "/_triptych/health", status: http.StatusOK, want: `{"status":"ok"}`},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			status, body := send(t, test.method, l.url+test.path, test.body, test.header)
			if status != test.status || !strings.Contains(body, test.want) {
				t.Errorf("got %d %s, want %d with %s", status, body, test.status, test.want)
			}
		})
	}

	got, err := l.root.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(uploads), Key: aws.String("k")})
	if err != nil || *got.ContentLength != 1 {
		t.Errorf("the object was written to: %v %v", got, err)
	}
}

func TestClockSkew(t *testing.T) {
	l := newFixture(t)

	for name, skew := range map[string]time.Duration{"early": -16 * time.Minute, "late": 16 * time.Minute} {
		l.now = func() time.Time { return time.Now().Add(skew) }

		_, err := l.root.ListBuckets(t.Context(), &s3.ListBucketsInput{})
		if got := code(err); got != "RequestTimeTooSkewed" {
			t.Errorf("%s: %s", name, got)
		}

		_, err = sfnClient(l.url, "test", "test").DescribeStateMachine(t.Context(),
			&sfn.DescribeStateMachineInput{StateMachineArn: aws.String(machineARN)})
		if got := code(err); got != "InvalidSignatureException" {
			t.Errorf("%s: %s", name, got)
		}
	}

	l.now = func() time.Time { return time.Now().Add(14 * time.Minute) }

	if _, err := l.root.ListBuckets(t.Context(), &s3.ListBucketsInput{}); err != nil {
		t.Errorf("14 minutes: %v", err)
	}
}

func TestPresignedURLs(t *testing.T) {
	l := newFixture(t)
	bucket, key := aws.String(uploads), aws.String("päth/a+b c%41&=#?.jpg")
	presign := s3.NewPresignClient(l.root)

	put, err := presign.PresignPutObject(t.Context(), &s3.PutObjectInput{Bucket: bucket, Key: key, ContentType: aws.String("image/jpeg")})
	if err != nil {
		t.Fatal(err)
	}

	status, body := send(t, put.Method, put.URL, "photo", map[string]string{"Content-Type": "image/jpeg"})
	if status != http.StatusOK {
		t.Fatalf("put: %d %s", status, body)
	}

	get, err := presign.PresignGetObject(t.Context(), &s3.GetObjectInput{
		Bucket: bucket, Key: key, ResponseContentType: aws.String("image/x; a=b"),
	}, s3.WithPresignExpires(time.Hour))
	if err != nil {
		t.Fatal(err)
	}

	if status, body := send(t, get.Method, get.URL, "", nil); status != http.StatusOK || body != "photo" {
		t.Errorf("get: %d %s", status, body)
	}

	tampered := strings.Replace(get.URL, "a%2Bb", "a%2Bc", 1)
	if status, body := send(t, get.Method, tampered, "", nil); status != http.StatusForbidden || !strings.Contains(body, "SignatureDoesNotMatch") {
		t.Errorf("tampered: %d %s", status, body)
	}

	if status, body := send(t, http.MethodPut, get.URL, "y", nil); status != http.StatusForbidden || !strings.Contains(body, "SignatureDoesNotMatch") {
		t.Errorf("another method: %d %s", status, body)
	}

	added := map[string]string{"X-Amz-Copy-Source": uploads + "/other"}
	if status, body := send(t, put.Method, put.URL, "", added); status != http.StatusForbidden || !strings.Contains(body, "not signed") {
		t.Errorf("a header added: %d %s", status, body)
	}

	l.now = func() time.Time { return time.Now().Add(2 * time.Hour) }

	if status, body := send(t, get.Method, get.URL, "", nil); status != http.StatusForbidden || !strings.Contains(body, "Request has expired") {
		t.Errorf("expired: %d %s", status, body)
	}
}

// TestSignedBody checks that the body of a JSON request is signed: another body with the
// same signature is rejected, with and without a header that has the hash.
func TestSignedBody(t *testing.T) {
	l := newFixture(t)

	const hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" // Of {}.

	for name, tell := range map[string]bool{"hash in a header": true, "no hash": false} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.url+"/", nil)
		if err != nil {
			t.Fatal(err)
		}

		request.Header.Set("X-Amz-Target", "AWSStepFunctions.DescribeStateMachine")

		if tell {
			request.Header.Set("X-Amz-Content-Sha256", hash)
		}

		err = v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"},
			request, hash, "states", "us-east-1", time.Now())
		if err != nil {
			t.Fatal(err)
		}

		header := map[string]string{}
		for name := range request.Header {
			header[name] = request.Header.Get(name)
		}

		if status, body := send(t, http.MethodPost, l.url+"/", "{}", header); status != http.StatusOK {
			t.Errorf("%s: %d %s", name, status, body)
		}

		status, body := send(t, http.MethodPost, l.url+"/", `{"stateMachineArn":"evil"}`, header)
		if status != http.StatusForbidden || !strings.Contains(body, "InvalidSignatureException") {
			t.Errorf("%s, another body: %d %s", name, status, body)
		}
	}
}

func TestUnknownServiceIsNamed(t *testing.T) {
	l := newFixture(t)

	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.url+"/", nil)
	if err != nil {
		t.Fatal(err)
	}

	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

	err = v4.NewSigner().SignHTTP(t.Context(), aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"},
		request, empty, "kinesis", "us-east-1", time.Now())
	if err != nil {
		t.Fatal(err)
	}

	status, body := send(t, http.MethodPost, l.url+"/", "", map[string]string{
		"Authorization": request.Header.Get("Authorization"), "X-Amz-Date": request.Header.Get("X-Amz-Date"),
	})
	if status != http.StatusNotFound || !strings.Contains(body, "kinesis") {
		t.Errorf("%d %s", status, body)
	}
}
