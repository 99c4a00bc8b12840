package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"triptych/e2e/fixture"
)

// longKey returns a key of 900 bytes with components of at most 200, which leaves room
// for the suffixes of the variants and for the limits of file systems.
func longKey(prefix string) string {
	const (
		whole     = 900
		component = 200
	)

	key := prefix
	for len(key) < whole {
		length := min(component, whole-len(key))
		// The last component must have more than one byte, and the key must not end in a
		// slash.
		if left := whole - len(key) - length; left == 1 {
			length--
		}

		key += strings.Repeat("k", length-1) + "/"
	}

	return key[:whole-1] + "k"
}

// TestAwkwardKeys processes names that software often handles incorrectly: as a file's
// name, as S3's key, in the event, in the ledger, and in the URL of each variant.
func TestAwkwardKeys(t *testing.T) {
	t.Parallel()

	const prefix = "keys/ +&/"

	names := []string{
		"two words.jpg",
		"a+b.jpg",
		"%41.jpg",
		"100%.jpg",
		"%2e%2e.jpg",
		"number #1.jpg",
		"what?.jpg",
		"a&b=c;d.jpg",
		`"double" and 'single'.jpg`,
		"<b>.jpg",
		"$HOME`id`.jpg",
		"{{x}} ${y}.jpg",
		"back\\slash.jpg",
		"a:b@c!d*e(f)[g]~h,i|j^k.jpg",
		"😀 🐈‍⬛.jpg",
		"naïve ﬁancé.jpg",
		"cafe\u0301.jpg", // e and a combining accent; this key and the next one are different
		"caf\u00e9.jpg",  // é as one character
		"日本語/写真.jpg",
		"-dash.jpg",
		"...jpg",
		"UPPER/lower.JPG",
		"tab\there.jpg",
		"no extension",
		strings.TrimPrefix(longKey(prefix), prefix),
	}

	folder := t.TempDir()
	for i, name := range names {
		write(t, folder, "."+fmt.Sprint(i), nil) // Hidden files are not uploaded.
		write(t, folder, name, fixture.JPEG(fixture.Quarters(64+i, 48, uint64(100+i))))
	}

	// A hidden file is uploaded if it is named explicitly.
	results := upload(t, exitWell, under, "--prefix", prefix, folder, filepath.Join(folder, "...jpg"))

	for key := range results {
		if !strings.HasPrefix(key, prefix) || strings.Contains(key, "/.") && !strings.HasSuffix(key, "/...jpg") {
			t.Errorf("the key %q was not uploaded by this test", key)
		}
	}

	for i, name := range names {
		t.Run(fmt.Sprintf("%.40q", name), func(t *testing.T) {
			key := prefix + name
			result := results[key]
			result.ready(t)

			if !utf8.ValidString(result.Key) || result.Key != key {
				t.Fatalf("key %q, want %q", result.Key, key)
			}

			for _, made := range result.Variants {
				want := under.Stack.CDN + "/" + encode(key) + "/-/" + result.Version + "/" + made.Name + ".jpg"
				if made.URL != want {
					t.Errorf("URL %s, want %s", made.URL, want)
				}

				immutableObject(t, made.URL, "image/jpeg")
			}

			// Each photo has its own width.
			if found := fetchManifest(t, under, key); found.Key != key || found.Source.Width != 64+i {
				t.Errorf("manifest of %q, %d wide; want %q, %d", found.Key, found.Source.Width, key, 64+i)
			}

			if items := versionsOf(t, under, key); len(items) != 1 || items[0].Status != "READY" {
				t.Errorf("ledger: %+v", items)
			}
		})
	}
}

// TestBadKeys uploads under keys that cannot be published.
func TestBadKeys(t *testing.T) {
	t.Parallel()

	file := write(t, t.TempDir(), "photo.jpg", fixture.JPEG(fixture.Quarters(64, 48, 51)))

	for _, prefix := range []string{"bad/-/", "-/", "bad//", "/", "bad/./", "bad/../", "../", "bad/-/0123456789ab/"} {
		t.Run(fmt.Sprintf("%q", prefix), func(t *testing.T) {
			t.Parallel()

			key := prefix + "photo.jpg"
			result := upload(t, exitRejected, under, "--prefix", prefix, file)[key]
			rejected(t, result, "BAD_KEY")
		})
	}
}

// TestBadKeys_events starts the pipeline with the events of keys that `triptych upload`
// refuses, but that other programs may upload.
func TestBadKeys_events(t *testing.T) {
	t.Parallel()

	keys := map[string]string{
		"reserved component": "others/-/x.jpg",
		"dot":                "others/./x.jpg",
		"dot dot":            "others/../x.jpg",
		"empty component":    "others//x.jpg",
		"leading slash":      "/others/x.jpg",
		"trailing slash":     "others/x/",
		"too long":           strings.Repeat("long/", 200) + "x.jpg",
	}

	for name, key := range keys {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			execution := startWith(t, key)
			if execution.Status != sfntypes.ExecutionStatusSucceeded {
				t.Fatalf("its execution is %s, want SUCCEEDED: %v", execution.Status, execution.Error)
			}

			items := versionsOf(t, under, key)
			if len(items) != 1 || items[0].Status != "REJECTED" || items[0].Code != "BAD_KEY" || items[0].Reason == "" {
				t.Errorf("ledger: %+v, want REJECTED BAD_KEY", items)
			}
		})
	}
}

// startWith runs the pipeline with an event in the form of S3 (Amazon S3 User Guide,
// "EventBridge event message structure").
func startWith(t *testing.T, key string) *sfn.DescribeExecutionOutput {
	t.Helper()

	event := map[string]any{
		"version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": "Object Created",
		"source": "aws.s3", "account": "000000000000", "time": "2026-03-04T05:06:07Z", "region": region,
		"resources": []string{"arn:aws:s3:::" + under.Stack.UploadsBucket},
		"detail": map[string]any{
			"version": "0",
			"bucket":  map[string]any{"name": under.Stack.UploadsBucket},
			"object": map[string]any{
				"key": key, "size": 1234, "etag": "b57f9512698f4b09e608f4f2a65852e5",
				"version-id": "01J0000000000000000000000E", "sequencer": "00640B3B42F6D7A0E5",
			},
			"request-id": "N4N7GDK58NMKJ12R", "requester": "000000000000", "source-ip-address": "127.0.0.1", "reason": "PutObject",
		},
	}

	input, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}

	text := string(input)

	started, err := under.sfn().StartExecution(t.Context(), &sfn.StartExecutionInput{
		StateMachineArn: &under.Stack.PipelineARN, Input: &text,
	})
	if err != nil {
		t.Fatalf("start an execution: %v", err)
	}

	return finished(t, under, *started.ExecutionArn)
}

// TestUpload_otherClients uploads photos with each API call that other programs use. S3
// writes a different reason into the event of each call.
func TestUpload_otherClients(t *testing.T) {
	t.Parallel()

	client, bucket := under.s3(), &under.Stack.UploadsBucket
	picture := fixture.JPEG(fixture.Quarters(320, 240, 61))

	ways := map[string]func(t *testing.T, key string){
		"PutObject": func(t *testing.T, key string) { put(t, under, key, picture) },
		"presigned": func(t *testing.T, key string) { putPresigned(t, key, picture) },
		"multipart": func(t *testing.T, key string) { putMultipart(t, key, picture) },
		"CopyObject": func(t *testing.T, key string) {
			put(t, under, "ways/source.jpg", picture)

			from := *bucket + "/ways/source.jpg"
			if _, err := client.CopyObject(t.Context(), &s3.CopyObjectInput{Bucket: bucket, Key: &key, CopySource: &from}); err != nil {
				t.Fatal(err)
			}
		},
	}

	for name, send := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			key := "ways/" + name + " +.jpg"
			send(t, key)

			items := awaitVersions(t, under, key, 1)
			if len(items) != 1 || items[0].Status != "READY" {
				t.Fatalf("ledger: %+v, want one READY", items)
			}

			found := fetchManifest(t, under, key)
			if found.Source.Bytes != int64(len(picture)) {
				t.Errorf("source of %d bytes, want %d", found.Source.Bytes, len(picture))
			}

			immutableObject(t, found.Variants[0].URL, "image/jpeg")
		})
	}
}

func put(t testing.TB, against *target, key string, content []byte) string {
	t.Helper()

	out, err := against.s3().PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: &against.Stack.UploadsBucket, Key: &key, Body: bytes.NewReader(content),
	})
	if err != nil {
		t.Fatalf("put %q: %v", key, err)
	}

	if out.VersionId == nil || *out.VersionId == "" || *out.VersionId == "null" {
		t.Fatalf("put %q: no version id: the bucket is not versioned", key)
	}

	return *out.VersionId
}
