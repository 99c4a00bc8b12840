package objectstore_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"triptych/emulator/objectstore/s3event"
)

func TestEvents_every_kind_of_write(t *testing.T) {
	tests := map[string]struct {
		write    func(*testing.T, *fixture)
		reason   string
		size     int64
		deletion string
	}{
		"put":            {write: func(_ *testing.T, l *fixture) { l.put(uploads, "k", "12345") }, reason: "PutObject", size: 5},
		"empty put":      {write: func(_ *testing.T, l *fixture) { l.put(uploads, "k", "") }, reason: "PutObject"},
		"multipart":      {write: putParts, reason: "CompleteMultipartUpload", size: 5<<20 + 3},
		"copy":           {write: copyHere, reason: "CopyObject", size: 6},
		"form":           {write: postForm, reason: "POST Object", size: 9},
		"delete":         {write: deleteIt(nil), reason: "DeleteObject", deletion: "Delete Marker Created"},
		"delete many":    {write: deleteMany, reason: "DeleteObject", deletion: "Delete Marker Created"},
		"delete forever": {write: deleteVersion, reason: "DeleteObject", deletion: "Permanently Deleted"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := newFixture(t)
			if test.deletion != "" {
				l.put(uploads, "k", "to be deleted")
				l.taken()
			}

			test.write(t, l)

			events := l.taken()
			if len(events) != 1 {
				t.Fatalf("%d events, want 1: %+v", len(events), events)
			}

			detail := events[0].Detail
			if detail.Object.Key != "k" || detail.Reason != test.reason || detail.DeletionType != test.deletion {
				t.Errorf("detail %+v", detail)
			}

			if test.deletion == "" {
				head, err := l.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(uploads), Key: aws.String("k")})
				if err != nil {
					t.Fatal(err)
				}

				want := s3event.ObjectDetail{
					Key: "k", Size: &test.size, ETag: strings.Trim(*head.ETag, `"`), VersionID: *head.VersionId,
					Sequencer: detail.Object.Sequencer,
				}
				if diff := cmp.Diff(want, detail.Object); diff != "" {
					t.Errorf("object (-want +got):\n%s", diff)
				}
			} else if detail.Object.VersionID == "" || detail.Object.Size != nil {
				t.Errorf("deletion of %+v", detail.Object)
			}

			if n := l.intents(); n != 0 {
				t.Errorf("%d intents are open", n)
			}
		})
	}
}

func putParts(t *testing.T, l *fixture) {
	t.Helper()

	bucket, key := aws.String(uploads), aws.String("k")

	begun, err := l.client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key})
	if err != nil {
		t.Fatal(err)
	}

	parts := make([]types.CompletedPart, 0, 2)

	for i, body := range [][]byte{bytes.Repeat([]byte("p"), 5<<20), []byte("end")} {
		number := int32(i + 1)

		part, err := l.client.UploadPart(t.Context(), &s3.UploadPartInput{
			Bucket: bucket, Key: key, UploadId: begun.UploadId, PartNumber: &number, Body: bytes.NewReader(body),
		})
		if err != nil {
			t.Fatal(err)
		}

		parts = append(parts, types.CompletedPart{ETag: part.ETag, PartNumber: &number, ChecksumCRC32: part.ChecksumCRC32})
	}

	if events := l.taken(); len(events) > 0 {
		t.Errorf("parts were announced: %+v", events)
	}

	_, err = l.client.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{
		Bucket: bucket, Key: key, UploadId: begun.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func copyHere(t *testing.T, l *fixture) {
	t.Helper()
	l.put(variants, "source +.txt", "source")

	_, err := l.client.CopyObject(t.Context(), &s3.CopyObjectInput{
		Bucket: aws.String(uploads), Key: aws.String("k"), CopySource: aws.String(variants + "/source%20%2B.txt"),
	})
	if err != nil {
		t.Fatal(err)
	}
}

func postForm(t *testing.T, l *fixture) {
	t.Helper()

	status := sendForm(t, l, "k", "test")
	if status != http.StatusNoContent {
		t.Fatalf("status %d", status)
	}
}

// sendForm uploads as a browser does, with a policy that the SDK signs.
func sendForm(t *testing.T, l *fixture, key, secret string) int {
	t.Helper()

	signed, err := s3.NewPresignClient(clientOf(l.url, "test", secret)).PresignPostObject(t.Context(),
		&s3.PutObjectInput{Bucket: aws.String(uploads), Key: &key})
	if err != nil {
		t.Fatal(err)
	}

	var body bytes.Buffer

	form := multipart.NewWriter(&body)
	for name, value := range signed.Values {
		if err := form.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}

	file, err := form.CreateFormFile("file", "photo.jpg")
	if err != nil {
		t.Fatal(err)
	}

	if _, err := file.Write([]byte("form data")); err != nil {
		t.Fatal(err)
	}

	if err := form.Close(); err != nil {
		t.Fatal(err)
	}

	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, signed.URL, &body)
	if err != nil {
		t.Fatal(err)
	}

	request.Header.Set("Content-Type", form.FormDataContentType())

	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()

	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}

	t.Logf("%s %s", response.Status, text)

	return response.StatusCode
}

func deleteIt(version *string) func(*testing.T, *fixture) {
	return func(t *testing.T, l *fixture) {
		t.Helper()

		_, err := l.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{
			Bucket: aws.String(uploads), Key: aws.String("k"), VersionId: version,
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func deleteVersion(t *testing.T, l *fixture) {
	t.Helper()

	head, err := l.client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: aws.String(uploads), Key: aws.String("k")})
	if err != nil {
		t.Fatal(err)
	}

	deleteIt(head.VersionId)(t, l)
}

func deleteMany(t *testing.T, l *fixture) {
	t.Helper()

	out, err := l.client.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{
		Bucket: aws.String(uploads),
		Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: aws.String("k")}, {Key: aws.String("was never there")}}},
	})
	if err != nil {
		t.Fatal(err)
	}

	if len(out.Deleted) != 2 || len(out.Errors) != 0 {
		t.Errorf("deleted %v, errors %v", out.Deleted, out.Errors)
	}
}

func TestEvents_none_without_a_change(t *testing.T) {
	l := newFixture(t)
	l.put(uploads, "k", "x")
	l.taken()

	bucket, key := aws.String(uploads), aws.String("k")

	_, err := l.client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: bucket, Key: key, Body: strings.NewReader("y"), IfNoneMatch: aws.String("*"),
	})
	if got := code(err); got != "PreconditionFailed" {
		t.Errorf("conditional put: %s", got)
	}

	_, err = l.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: bucket, Key: aws.String("was never there")})
	if err != nil {
		t.Error(err)
	}

	version := l.put(uploads, "deleted twice", "x").VersionId
	l.taken()

	for times := range 2 {
		_, err := l.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{
			Bucket: bucket, Key: aws.String("deleted twice"), VersionId: version,
		})
		if err != nil {
			t.Error(err)
		}

		if events := l.taken(); len(events) != 1-times {
			t.Errorf("deletion %d of a version was announced by %+v", times+1, events)
		}
	}

	if status := sendForm(t, l, "k", "wrong secret"); status != http.StatusForbidden {
		t.Errorf("form with a wrong secret: %d", status)
	}

	if status := sendForm(t, l, "../"+variants+"/k", "test"); status != http.StatusBadRequest {
		t.Errorf("form with a key that leaves the bucket: %d", status)
	}

	l.put(variants, "k", "a bucket that doesn't notify")

	if events := l.taken(); len(events) > 0 {
		t.Errorf("events %+v", events)
	}

	if n := l.intents(); n != 0 {
		t.Errorf("%d intents are open", n)
	}
}
