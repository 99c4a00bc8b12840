package e2e_test

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// s3Scripts returns scripts with the calls of S3 that functions, commands and users make.
func s3Scripts() []script {
	return []script{
		{"s3 objects", s3Objects},
		{"s3 conditions", s3Conditions},
		{"s3 versions", s3Versions},
		{"s3 listings", s3Listings},
		{"s3 copies", s3Copies},
		{"s3 multipart", s3Multipart},
	}
}

func (r *recorder) putText(key, text string, change ...func(*s3.PutObjectInput)) (*s3.PutObjectOutput, error) {
	in := &s3.PutObjectInput{Bucket: &r.Stack.UploadsBucket, Key: &key, Body: strings.NewReader(text), ContentType: aws.String("text/plain")}
	for _, f := range change {
		f(in)
	}

	return r.s3().PutObject(r.ctx, in)
}

func (r *recorder) getText(key string, change ...func(*s3.GetObjectInput)) (*s3.GetObjectOutput, error) {
	in := &s3.GetObjectInput{Bucket: &r.Stack.UploadsBucket, Key: &key}
	for _, f := range change {
		f(in)
	}

	return r.s3().GetObject(r.ctx, in)
}

func (r *recorder) headText(key string, change ...func(*s3.HeadObjectInput)) (*s3.HeadObjectOutput, error) {
	in := &s3.HeadObjectInput{Bucket: &r.Stack.UploadsBucket, Key: &key}
	for _, f := range change {
		f(in)
	}

	return r.s3().HeadObject(r.ctx, in)
}

func s3Objects(r *recorder) {
	const key = "answers/objects/a b+é.txt"

	put, err := r.putText(key, "0123456789", func(in *s3.PutObjectInput) {
		in.CacheControl, in.Metadata = aws.String("no-cache"), map[string]string{"origin": "camera"}
	})
	record(r, "put", put, err)

	got, err := r.getText(key)
	record(r, "get", got, err)

	headed, err := r.headText(key)
	record(r, "head", headed, err)

	for name, span := range map[string]string{"first": "bytes=0-3", "rest": "bytes=7-", "last": "bytes=-2", "beyond": "bytes=8-99"} {
		part, err := r.getText(key, func(in *s3.GetObjectInput) { in.Range = &span })
		record(r, "get range "+name, part, err)
	}

	part, err := r.getText(key, func(in *s3.GetObjectInput) { in.Range = aws.String("bytes=10-20") })
	record(r, "get range outside", part, err)

	missing, err := r.getText("answers/objects/missing")
	record(r, "get missing", missing, err)

	none, err := r.headText("answers/objects/missing")
	record(r, "head missing", none, err)

	elsewhere, err := r.s3().GetObject(r.ctx, &s3.GetObjectInput{Bucket: aws.String("triptych-nowhere"), Key: aws.String(key)})
	record(r, "get from a missing bucket", elsewhere, err)

	bucket, err := r.s3().HeadBucket(r.ctx, &s3.HeadBucketInput{Bucket: aws.String("triptych-nowhere")})
	record(r, "head a missing bucket", bucket, err)

	empty, err := r.putText("answers/objects/empty", "")
	record(r, "put empty", empty, err)

	nothing, err := r.getText("answers/objects/empty")
	record(r, "get empty", nothing, err)
}

func s3Conditions(r *recorder) {
	const key = "answers/conditions.txt"

	put, err := r.putText(key, "one", func(in *s3.PutObjectInput) { in.IfNoneMatch = aws.String("*") })
	record(r, "put if none", put, err)

	again, err := r.putText(key, "two", func(in *s3.PutObjectInput) { in.IfNoneMatch = aws.String("*") })
	record(r, "put if none, again", again, err)

	wrong := aws.String(`"00000000000000000000000000000000"`)

	other, err := r.putText(key, "two", func(in *s3.PutObjectInput) { in.IfMatch = wrong })
	record(r, "put if match another", other, err)

	swapped, err := r.putText(key, "two", func(in *s3.PutObjectInput) { in.IfMatch = put.ETag })
	record(r, "put if match", swapped, err)

	missing, err := r.putText("answers/none.txt", "two", func(in *s3.PutObjectInput) { in.IfMatch = wrong })
	record(r, "put if match, missing", missing, err)

	same, err := r.getText(key, func(in *s3.GetObjectInput) { in.IfNoneMatch = swapped.ETag })
	record(r, "get if none match", same, err)

	changed, err := r.getText(key, func(in *s3.GetObjectInput) { in.IfNoneMatch = wrong })
	record(r, "get if none match another", changed, err)

	matched, err := r.getText(key, func(in *s3.GetObjectInput) { in.IfMatch = wrong })
	record(r, "get if match another", matched, err)

	head, err := r.headText(key, func(in *s3.HeadObjectInput) { in.IfMatch = wrong })
	record(r, "head if match another", head, err)
}

func s3Versions(r *recorder) {
	const key = "answers/versions.txt"

	first, err := r.putText(key, "one")
	record(r, "put the first", first, err)

	second, err := r.putText(key, "two")
	record(r, "put the second", second, err)

	older, err := r.getText(key, func(in *s3.GetObjectInput) { in.VersionId = first.VersionId })
	record(r, "get the first", older, err)

	wrong, err := r.getText(key, func(in *s3.GetObjectInput) { in.VersionId = aws.String("no-version") })
	record(r, "get a malformed version", wrong, err)

	bucket := &r.Stack.UploadsBucket
	marker, err := r.s3().DeleteObject(r.ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: aws.String(key)})
	record(r, "delete", marker, err)

	hidden, err := r.getText(key)
	record(r, "get behind the marker", hidden, err)

	itself, err := r.getText(key, func(in *s3.GetObjectInput) { in.VersionId = marker.VersionId })
	record(r, "get the marker", itself, err)

	listed, err := r.s3().ListObjectVersions(r.ctx, &s3.ListObjectVersionsInput{Bucket: bucket, Prefix: aws.String(key)})
	if listed != nil {
		listed.Name = nil // The names of buckets differ between stacks.
	}

	record(r, "list versions", listed, err)

	removed, err := r.s3().DeleteObject(r.ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: aws.String(key), VersionId: marker.VersionId})
	record(r, "delete the marker", removed, err)

	back, err := r.getText(key)
	record(r, "get what comes back", back, err)

	last, err := r.s3().DeleteObject(r.ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: aws.String(key), VersionId: second.VersionId})
	record(r, "delete the second", last, err)

	again, err := r.s3().DeleteObject(r.ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: aws.String(key), VersionId: second.VersionId})
	record(r, "delete the second again", again, err)

	versioning, err := r.s3().GetBucketVersioning(r.ctx, &s3.GetBucketVersioningInput{Bucket: bucket})
	record(r, "get versioning", versioning, err)
}

func s3Listings(r *recorder) {
	bucket := &r.Stack.VariantsBucket

	for _, key := range []string{"answers/list/a", "answers/list/b/1", "answers/list/b/2", "answers/list/c d+é", "answers/list/z"} {
		_, err := r.s3().PutObject(r.ctx, &s3.PutObjectInput{Bucket: bucket, Key: &key, Body: strings.NewReader(key)})
		if err != nil {
			r.t.Fatal(err)
		}
	}

	list := func(name string, in s3.ListObjectsV2Input) *s3.ListObjectsV2Output {
		in.Bucket = bucket
		if in.Prefix == nil {
			in.Prefix = aws.String("answers/list/")
		}

		out, err := r.s3().ListObjectsV2(r.ctx, &in)
		if out != nil {
			out.Name = nil // The names of buckets differ between stacks.
		}

		return record(r, name, out, err)
	}

	list("list", s3.ListObjectsV2Input{})
	list("list by delimiter", s3.ListObjectsV2Input{Delimiter: aws.String("/")})
	list("list after", s3.ListObjectsV2Input{StartAfter: aws.String("answers/list/b/1")})
	list("list nothing", s3.ListObjectsV2Input{Prefix: aws.String("answers/nothing/")})
	list("list no keys", s3.ListObjectsV2Input{MaxKeys: aws.Int32(0)})

	first := list("list two", s3.ListObjectsV2Input{MaxKeys: aws.Int32(2)})
	if first != nil && first.NextContinuationToken != nil {
		next, err := r.s3().ListObjectsV2(r.ctx, &s3.ListObjectsV2Input{
			Bucket: bucket, Prefix: aws.String("answers/list/"), ContinuationToken: first.NextContinuationToken,
		})
		if next != nil {
			next.Name, next.ContinuationToken = nil, nil
		}

		record(r, "list the rest", next, err)
	}

	gone, err := r.s3().DeleteObjects(r.ctx, &s3.DeleteObjectsInput{Bucket: bucket, Delete: &types.Delete{
		Objects: []types.ObjectIdentifier{{Key: aws.String("answers/list/a")}, {Key: aws.String("answers/list/missing")}},
	}})
	record(r, "delete two", gone, err)

	quiet, err := r.s3().DeleteObjects(r.ctx, &s3.DeleteObjectsInput{Bucket: bucket, Delete: &types.Delete{
		Quiet: aws.Bool(true), Objects: []types.ObjectIdentifier{{Key: aws.String("answers/list/z")}},
	}})
	record(r, "delete one, quiet", quiet, err)
}

func s3Copies(r *recorder) {
	bucket := r.Stack.UploadsBucket

	if _, err := r.putText("answers/copy/from.txt", "copied"); err != nil {
		r.t.Fatal(err)
	}

	copyFrom := func(name, source, to string) {
		out, err := r.s3().CopyObject(r.ctx, &s3.CopyObjectInput{Bucket: &bucket, Key: &to, CopySource: aws.String(source)})
		record(r, name, out, err)
	}

	copyFrom("copy", bucket+"/answers/copy/from.txt", "answers/copy/to.txt")
	copyFrom("copy a missing key", bucket+"/answers/copy/missing.txt", "answers/copy/to.txt")
	copyFrom("copy from a missing bucket", "triptych-nowhere/answers/copy/from.txt", "answers/copy/to.txt")
	copyFrom("copy onto itself", bucket+"/answers/copy/from.txt", "answers/copy/from.txt")

	got, err := r.getText("answers/copy/to.txt")
	record(r, "get the copy", got, err)
}

func s3Multipart(r *recorder) {
	bucket, key := &r.Stack.UploadsBucket, aws.String("answers/parts.txt")
	client := r.s3()

	made, err := client.CreateMultipartUpload(r.ctx, &s3.CreateMultipartUploadInput{Bucket: bucket, Key: key, ContentType: aws.String("text/plain")})
	if err != nil {
		r.t.Fatal(err)
	}

	part, err := client.UploadPart(r.ctx, &s3.UploadPartInput{
		Bucket: bucket, Key: key, UploadId: made.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("the only part"),
	})
	record(r, "upload a part", part, err)

	complete := func(name string, etag *string, number int32) {
		out, err := client.CompleteMultipartUpload(r.ctx, &s3.CompleteMultipartUploadInput{
			Bucket: bucket, Key: key, UploadId: made.UploadId,
			MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{ETag: etag, PartNumber: &number}}},
		})
		if out != nil {
			out.Bucket = nil
		}

		record(r, name, out, err)
	}

	complete("complete with another ETag", aws.String(`"00000000000000000000000000000000"`), 1)
	complete("complete with another part", part.ETag, 2)
	complete("complete", part.ETag, 1)

	got, err := r.getText(*key)
	record(r, "get", got, err)

	late, err := client.UploadPart(r.ctx, &s3.UploadPartInput{
		Bucket: bucket, Key: key, UploadId: made.UploadId, PartNumber: aws.Int32(2), Body: strings.NewReader("late"),
	})
	record(r, "upload a part late", late, err)

	aborted, err := client.AbortMultipartUpload(r.ctx, &s3.AbortMultipartUploadInput{Bucket: bucket, Key: key, UploadId: made.UploadId})
	record(r, "abort late", aborted, err)
}
