package publish

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"triptych/shared/blobs"
	"triptych/shared/config"
	"triptych/shared/ledger"
)

// New returns the protocol for a stack's ledger and variants bucket.
func New(clients aws.Config, settings config.Function) *Protocol {
	return &Protocol{
		Ledger: ledger.New(clients, settings.LedgerTable, time.Now), Blobs: blobs.New(clients),
		Bucket: settings.VariantsBucket, CDN: settings.CDN, Now: time.Now,
	}
}
