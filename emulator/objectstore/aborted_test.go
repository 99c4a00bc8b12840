package objectstore_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// TestAbortedUpload_storesNothing ends the connection of an upload after a part of its body.
// The server has read all of that part, so it sees a clean end of the connection.
func TestAbortedUpload_storesNothing(t *testing.T) {
	l := newFixture(t)
	presign := s3.NewPresignClient(l.client)

	made, err := l.client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(uploads), Key: aws.String("parts.jpg")})
	if err != nil {
		t.Fatal(err)
	}

	for round := range 5 {
		key := aws.String(fmt.Sprintf("aborted-%d.jpg", round))

		object, err := presign.PresignPutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(uploads), Key: key})
		if err != nil {
			t.Fatal(err)
		}

		l.abort(object.URL, string(rune('a'+round)))

		part, err := presign.PresignUploadPart(t.Context(), &s3.UploadPartInput{
			Bucket: aws.String(uploads), Key: aws.String("parts.jpg"), UploadId: made.UploadId, PartNumber: aws.Int32(int32(round + 1)),
		})
		if err != nil {
			t.Fatal(err)
		}

		l.abort(part.URL, string(rune('A'+round)))
	}

	l.stop() // It waits for the ends of the requests.
	l.start()

	listed, err := l.client.ListObjectVersions(t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(uploads)})
	if err != nil {
		t.Fatal(err)
	}

	parts, err := l.client.ListParts(t.Context(), &s3.ListPartsInput{Bucket: aws.String(uploads), Key: aws.String("parts.jpg"), UploadId: made.UploadId})
	if err != nil {
		t.Fatal(err)
	}

	if len(listed.Versions) > 0 || len(parts.Parts) > 0 || len(l.events) > 0 {
		t.Errorf("%d objects, %d parts and %d events of aborted uploads", len(listed.Versions), len(parts.Parts), len(l.events))
	}
}

// abort sends half of the body that a presigned PUT declares, waits until the server has
// written most of it to a file, and closes the connection. The body consists of a letter that
// no other upload has.
func (l *fixture) abort(signed, letter string) {
	l.t.Helper()

	const half = 1 << 20

	target, err := url.Parse(signed)
	if err != nil {
		l.t.Fatal(err)
	}

	connection, err := net.Dial("tcp", target.Host)
	if err != nil {
		l.t.Fatal(err)
	}

	// The gateway may hold a part in a buffer.
	l.send(connection, target, letter, half)
	l.await("the server has written most of the half", func() bool { return l.written(letter) >= half-64<<10 })

	if err := connection.Close(); err != nil {
		l.t.Fatal(err)
	}
}

// send sends the head of a PUT, and the first bytes of its body.
func (l *fixture) send(connection net.Conn, target *url.URL, letter string, half int) {
	l.t.Helper()

	_, err := fmt.Fprintf(connection, "PUT %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n%s",
		target.RequestURI(), target.Host, 2*half, strings.Repeat(letter, half))
	if err != nil {
		l.t.Fatal(err)
	}
}

// written returns how often a letter is in the files of the store. A file may have its full
// length from the beginning, so its content is counted.
func (l *fixture) written(letter string) int {
	sum := 0

	err := filepath.WalkDir(filepath.Join(l.dir, "s3", "buckets"), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			content, _ := os.ReadFile(path) // A file that is gone belonged to an upload that has ended.
			sum += bytes.Count(content, []byte(letter))
		}

		return nil
	})
	if err != nil {
		l.t.Fatal(err)
	}

	return sum
}

func (l *fixture) await(what string, done func() bool) {
	l.t.Helper()

	for deadline := time.Now().Add(time.Minute); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			l.t.Fatalf("after a minute it is not so that %s", what)
		}
	}
}
