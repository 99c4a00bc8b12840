package server

import "context"

// nullVersion is the id of the version of an object in a bucket that never had versioning.
const nullVersion = "null"

// asOnly returns the version that a request names, or nil if the request names the null
// version in a bucket that never had versioning: its objects have no other version, and the
// wrapped backend does not know the id. Clients that empty a bucket delete that version.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html
func (o *decorator) asOnly(ctx context.Context, bucket string, version *string) *string {
	if version == nil || *version != nullVersion {
		return version
	}

	if setting, err := o.GetBucketVersioning(ctx, bucket); err != nil || setting.Status != nil {
		return version
	}

	return nil
}
