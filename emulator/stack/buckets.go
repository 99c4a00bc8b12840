package stack

import (
	"fmt"

	"triptych/emulator/objectstore"
)

// The lifecycles of the buckets, with the defaults of var.uploads, as Terraform writes them
// (terraform/storage.tf).
const (
	lifecycleBegins = `<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`
	lifecycleEnds   = `</LifecycleConfiguration>`

	unfinished = `<Rule><ID>unfinished</ID><Filter></Filter><Status>Enabled</Status>` +
		`<AbortIncompleteMultipartUpload><DaysAfterInitiation>%d</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>`
	replacedOrDeleted = `<Rule><ID>replaced-or-deleted</ID><Filter></Filter><Status>Enabled</Status>` +
		`<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>` +
		`<NoncurrentVersionExpiration><NoncurrentDays>%d</NoncurrentDays></NoncurrentVersionExpiration></Rule>`

	incompleteDays         = 7
	variantsIncompleteDays = 1
	noncurrentDays         = 30
)

// buckets returns the buckets, as Terraform configures them.
func (n names) buckets(c Config, who identities) ([]objectstore.Bucket, error) {
	uploads, err := n.policy("bucket-uploads-signed")
	if err != nil {
		return nil, err
	}

	variants, err := n.policy("bucket-variants")
	if err != nil {
		return nil, err
	}

	return []objectstore.Bucket{
		{
			Name: n.uploads(), Versioned: true, Notify: true, UploadOrigins: c.CORSOrigins, Tags: n.tags(),
			Policy: string(uploads), Parsed: who.buckets[n.uploads()],
			Lifecycle: lifecycleBegins + fmt.Sprintf(unfinished, incompleteDays) + fmt.Sprintf(replacedOrDeleted, noncurrentDays) + lifecycleEnds,
		},
		{
			Name: n.variants(), Tags: n.tags(), Policy: string(variants), Parsed: who.buckets[n.variants()],
			Lifecycle: lifecycleBegins + fmt.Sprintf(unfinished, variantsIncompleteDays) + lifecycleEnds,
		},
	}, nil
}
