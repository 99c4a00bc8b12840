package objectstore_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"
)

func TestKeysRoundTrip(t *testing.T) {
	l := newFixture(t)

	tests := map[string]string{
		"plain":             "cat.jpg",
		"folders":           "2026/07/cat.jpg",
		"space":             "my cat.jpg",
		"spaces around":     " cat.jpg ",
		"plus":              "a+b+c.jpg",
		"percent encoding":  "100%41.jpg",
		"percent":           "50% off.jpg",
		"encoded slash":     "a%2Fb.jpg",
		"hash":              "cat#1.jpg",
		"question mark":     "cat?.jpg",
		"query":             "cat?versionId=1&a=b",
		"ampersand":         "cat&dog=1;x.jpg",
		"emoji":             "🐈/наш кот/猫.jpg",
		"combining":         "cafe\u0301.jpg",
		"quotes":            `it's "the" <cat>.jpg`,
		"reserved":          "!$&'()*,:;=@[]{}|^~`\\.jpg",
		"dots":              "...cat..jpg",
		"hidden":            ".cat",
		"a dash folder":     "cat/-/1",
		"control character": "tab\there.jpg",
		"900 bytes":         strings.Repeat(strings.Repeat("ä", 112)+"/", 4)[:900-1] + "z",
		"255 byte name":     "long/" + strings.Repeat("x", 255),
	}

	for name, key := range tests {
		t.Run(name, func(t *testing.T) {
			for _, body := range []string{"first of " + key, "second of " + key} {
				l.put(uploads, key, body)

				bucket := uploads

				got, err := l.client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
				if err != nil {
					t.Fatal(err)
				}

				content, err := io.ReadAll(got.Body)
				if err != nil {
					t.Fatal(err)
				}

				if string(content) != body {
					t.Errorf("got %q, want %q", content, body)
				}
			}

			events := l.taken()
			if len(events) != 2 || events[0].Detail.Object.Key != key || events[1].Detail.Object.Key != key {
				t.Errorf("events of %q: %+v", key, events)
			}
		})
	}
}

func TestKeysThatCannotBeFiles(t *testing.T) {
	l := newFixture(t)

	before := tree(t, l.dir)

	tests := map[string]struct{ key, want string }{
		"empty component": {"a//b.jpg", "InvalidArgument"},
		"leading slash":   {"/b.jpg", "InvalidArgument"},
		"trailing slash":  {"folder/", "InvalidArgument"},
		"dot":             {"a/./b.jpg", "InvalidArgument"},
		"only a dot":      {".", "InvalidArgument"},
		"dot dot":         {"a/../b.jpg", "InvalidArgument"},
		"escape":          {"../../../../escaped.jpg", "InvalidArgument"},
		"into the bucket": {"../" + variants + "/x.jpg", "InvalidArgument"},
		"server's own":    {".sgwtmp/multipart/x", "InvalidArgument"},
		"long component":  {strings.Repeat("x", 256), "KeyTooLongError"},
		"long key":        {strings.Repeat("x/", 512) + "x", "KeyTooLongError"},
		"not UTF-8":       {"a\xff.jpg", "InvalidArgument"},
		"a NUL":           {"a\x00b", "InvalidArgument"},
	}

	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			bucket := uploads
			_, err := l.client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &test.key, Body: strings.NewReader("x")})

			if got := code(err); got != test.want {
				t.Errorf("put: %s, want %s", got, test.want)
			}

			_, err = l.client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &test.key})
			if got := code(err); got != "NoSuchKey" {
				t.Errorf("get: %s, want NoSuchKey", got)
			}

			_, err = l.client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: &test.key})
			if err != nil {
				t.Errorf("delete: %v", err)
			}
		})
	}

	if diff := cmp.Diff(before, tree(t, l.dir)); diff != "" {
		t.Errorf("files were left (-before +after):\n%s", diff)
	}

	if events := l.taken(); len(events) > 0 {
		t.Errorf("events: %+v", events)
	}
}

// TestTraversal_by_keys_outside_the_path checks the keys that are not in the path: the source of a
// copy and the keys of a multi-delete.
func TestTraversal_by_keys_outside_the_path(t *testing.T) {
	l := newFixture(t)
	l.put(variants, "secret.txt", "secret")

	bucket, key := uploads, "copy.txt"

	for _, source := range []string{uploads + "/../" + variants + "/secret.txt", uploads + "/%2e%2e/" + variants + "/secret.txt"} {
		_, err := l.client.CopyObject(t.Context(), &s3.CopyObjectInput{Bucket: &bucket, Key: &key, CopySource: &source})
		if got := code(err); got != "NoSuchKey" {
			t.Errorf("copy of %s: %s, want NoSuchKey", source, got)
		}
	}

	escape := "../" + variants + "/secret.txt"

	_, err := l.client.DeleteObjects(t.Context(), &s3.DeleteObjectsInput{
		Bucket: &bucket, Delete: &types.Delete{Objects: []types.ObjectIdentifier{{Key: &escape}}},
	})
	if err != nil {
		t.Error(err)
	}

	upload := "../../../../../" + variants

	_, err = l.client.AbortMultipartUpload(t.Context(), &s3.AbortMultipartUploadInput{Bucket: &bucket, Key: &key, UploadId: &upload})
	if got := code(err); got != "NoSuchUpload" {
		t.Errorf("abort: %s, want NoSuchUpload", got)
	}

	version := "../../../../../../../../x0"

	_, err = l.client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key, VersionId: &version})
	if got := code(err); got != "InvalidArgument" {
		t.Errorf("get of a version: %s, want InvalidArgument", got)
	}

	prefix := "../" + variants + "/"

	list, err := l.client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix})
	if err == nil && len(list.Contents) > 0 {
		t.Errorf("listed outside of the bucket: %v", list.Contents)
	}

	if _, err := os.Stat(filepath.Join(l.dir, "s3", "buckets", variants, "secret.txt")); err != nil {
		t.Errorf("the secret was deleted: %v", err)
	}
}

// TestKeyBelowAnObject checks that a file and a folder cannot have the same name.
func TestKeyBelowAnObject(t *testing.T) {
	l := newFixture(t)
	l.put(uploads, "a.jpg", "x")
	l.put(uploads, "folder/b.jpg", "x")

	bucket := uploads

	for key, want := range map[string]string{"a.jpg/b": "ObjectParentIsFile", "folder": "ExistingObjectIsDirectory"} {
		_, err := l.client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("x")})
		if got := code(err); got != want {
			t.Errorf("put %s: %s, want %s", key, got, want)
		}
	}
}

// tree lists the files below dir, except the database.
func tree(t *testing.T, dir string) []string {
	t.Helper()

	var files []string

	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && entry.Name() != "state.db" {
			files = append(files, path)
		}

		return err
	})
	if err != nil {
		t.Fatal(err)
	}

	return files
}
