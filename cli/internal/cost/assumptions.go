package cost

import (
	"math"

	"triptych/shared/recipe"
)

// Assumptions are the quantities that are multiplied by the prices, for one month in
// which Images originals are uploaded.
type Assumptions struct {
	// The user's own traffic.

	OriginalMegapixels float64 `json:"originalMegapixels"`
	OriginalBytes      float64 `json:"originalBytes"`
	// ViewsPerImage is how often the variants of an image are requested in the month.
	ViewsPerImage float64 `json:"viewsPerImage"`
	// ManifestsPerView is how many requests for the manifest come with each view.
	ManifestsPerView float64 `json:"manifestsPerView"`
	// CacheHitShare is the share of the views that CloudFront serves from its cache.
	CacheHitShare float64 `json:"cacheHitShare"`
	// ErasedShare is the share of the images that are erased in the month.
	ErasedShare float64 `json:"erasedShare"`
	// ErasuresPerPath is how many erasures share one invalidation path. It is 1 if
	// erasures come one at a time; more than 300 at once share 10 paths. PurgeRetries is
	// how often an erasure retries before its purge is done.
	ErasuresPerPath float64 `json:"erasuresPerPath"`
	PurgeRetries    float64 `json:"purgeRetries"`
	// RetryShare is the share of the states that are entered again, for example after
	// throttling.
	RetryShare float64 `json:"retryShare"`
	// FailedShare is the share of the executions that fail and reach the
	// failed-executions queue.
	FailedShare float64 `json:"failedShare"`

	// Measured values: CPU milliseconds on one core for 12 megapixels, without the start
	// of a process: see docs/cost.md.

	ValidateCPUMillis float64 `json:"validateCpuMillis"`
	SanitizeCPUMillis float64 `json:"sanitizeCpuMillis"`
	ResizeCPUMillis   float64 `json:"resizeCpuMillis"` // plus, for each megapixel of the variant:
	ResizeCPUMillisMP float64 `json:"resizeCpuMillisPerMegapixel"`
	// The additional time for WebP and PNG for each megapixel; the time for PNG is a
	// guess.
	WebPCPUMillisMP float64 `json:"webpCpuMillisPerMegapixel"`
	PNGCPUMillisMP  float64 `json:"pngCpuMillisPerMegapixel"`
	RecordCPUMillis float64 `json:"recordCpuMillis"`

	// Lambda's CPU share: it grows with memory, up to one core at FullCoreMB.

	MemoryMB   float64 `json:"memoryMb"`
	FullCoreMB float64 `json:"fullCoreMb"`
	// The waiting times for S3 and DynamoDB can only be measured on AWS; these are
	// guesses.

	ValidateWaitMillis float64 `json:"validateWaitMillis"`
	SanitizeWaitMillis float64 `json:"sanitizeWaitMillis"`
	ResizeWaitMillis   float64 `json:"resizeWaitMillis"`
	RecordWaitMillis   float64 `json:"recordWaitMillis"`
	ColdShare          float64 `json:"coldShare"`
	ColdMillis         float64 `json:"coldMillis"`

	// Other billed quantities.

	ExtraTransitions  float64 `json:"extraTransitions"` // for each execution, in addition to the states that it enters
	DynamoDBWrites    float64 `json:"dynamodbWriteUnits"`
	DynamoDBReads     float64 `json:"dynamodbReadUnits"`
	DynamoDBItemBytes float64 `json:"dynamodbItemBytes"` // kept for each image
	LogBytesPerCall   float64 `json:"logBytesPerCall"`   // of a function
	TracedShare       float64 `json:"tracedShare"`
	Metrics           float64 `json:"metrics"`
	Alarms            float64 `json:"alarms"`

	// Express: the memory that is billed for an execution, which AWS rounds up to 64 MB,
	// and the size of the log that replaces the history.

	ExpressMemoryMB   float64 `json:"expressMemoryMb"`
	ExpressLogBytes   float64 `json:"expressLogBytes"`
	ExpressOverheadMs float64 `json:"expressOverheadMillis"` // for each execution, in addition to its tasks

	// DIT makes a variant again each time that CloudFront does not have it.

	DITMemoryMB float64 `json:"ditMemoryMb"`
	// DITCPURatio is the CPU time of sharp divided by the CPU time of Triptych, measured
	// (docs/performance.md).
	DITCPURatio   float64 `json:"ditCpuRatio"`
	DITWaitMillis float64 `json:"ditWaitMillis"`
}

// DefaultAssumptions are those of docs/cost.md.
func DefaultAssumptions() Assumptions {
	return Assumptions{
		OriginalMegapixels: 12,
		OriginalBytes:      3.1e6, // samples/dragonfly.jpg

		ViewsPerImage:    100,
		ManifestsPerView: 0, // most pages keep the variants' URLs
		CacheHitShare:    0.9,
		ErasedShare:      0.01,
		ErasuresPerPath:  1,
		RetryShare:       0.001,
		FailedShare:      0.0001,

		ValidateCPUMillis: 2,
		SanitizeCPUMillis: 9,
		ResizeCPUMillis:   23,
		ResizeCPUMillisMP: 8.4,
		WebPCPUMillisMP:   670,
		PNGCPUMillisMP:    80,
		RecordCPUMillis:   4,

		MemoryMB:   512,
		FullCoreMB: 1769, // AWS Lambda Developer Guide, "Configure Lambda function memory"

		ValidateWaitMillis: 60,
		SanitizeWaitMillis: 200,
		ResizeWaitMillis:   150,
		RecordWaitMillis:   120,
		ColdShare:          0.01,
		ColdMillis:         150,

		DynamoDBWrites:    8, // Three updates. The index is written with two of them, and once more when its key changes. A READY item has more than 1 KiB and counts twice in the table and in the index.
		DynamoDBReads:     4, // the claim reads the key again
		DynamoDBItemBytes: 2000,
		LogBytesPerCall:   1200,
		TracedShare:       0.05, // X-Ray's default rule, in addition to the first execution of each second
		Metrics:           25,   // durations by function, images by outcome and code, bytes: shared/telemetry
		Alarms:            36,   // the metrics of terraform/observability.tf; an alarm on a sum has several metrics

		ExpressMemoryMB:   64,
		ExpressLogBytes:   20000,
		ExpressOverheadMs: 200,

		DITMemoryMB:   1024,
		DITCPURatio:   2,
		DITWaitMillis: 150,
	}
}

// The quantities for one upload that becomes READY, as counted at the emulator's gateway.
// With n variants, S3 has 2n + 3 reads and n + 3 writes.
const (
	statesBeside   = 4       // Validate, Sanitize, Resize (the Map), Record; plus one for each variant
	callsBeside    = 3       // of functions: Validate, Sanitize, Record; plus one for each variant
	s3PutsBeside   = 3       // the original, the master, the manifest; plus one for each variant
	s3GetsBeside   = 3       // Validate's header, Sanitize's original, Record's manifest
	s3GetsEach     = 2       // for each variant: the master, and the check whether it still exists
	bytesEachGB    = 1 << 30 // as AWS measures storage and transfer
	erasureStates  = 5       // of the erase machine, for a READY image; three more if an upload was in flight
	erasureCalls   = 2       // Erase, Purge; two more only if an upload was in flight
	erasureWrites  = 11      // the tombstone 1; the end of the item 4; the pending purge 4, including the index; the turn 2
	erasureReads   = 10      // the versions and the item of the manifest twice; the purge twice; the four shards of the index at half a unit
	erasureLists   = 2       // the masters, then the other objects; deleting is free
	millisEachSec  = 1000
	megabytesEachG = 1024
)

// variant has the quantities for one variant of the recipe.
type variant struct {
	megapixels float64
	files      float64 // the format auto makes two
	bytes      float64 // of all files
	cpuMillis  float64
}

func (a Assumptions) variant(v recipe.Variant) variant {
	made := variant{megapixels: a.megapixels(v), files: 1}

	// A power law through the sizes of the three variants of the default recipe.
	const atPixels, atBytes, power = 25600, 9223, 0.755

	jpeg := atBytes * math.Pow(made.megapixels*million/atPixels, power)

	// For photos, as a share of the size of a JPEG; these are guesses.
	const webp, png = 0.7, 8

	made.cpuMillis = a.ResizeCPUMillis*a.OriginalMegapixels/measuredMegapixels + a.ResizeCPUMillisMP*made.megapixels
	made.bytes = jpeg

	switch v.Format {
	case recipe.WebP:
		made.bytes, made.cpuMillis = jpeg*webp, made.cpuMillis+a.WebPCPUMillisMP*made.megapixels
	case recipe.PNG:
		made.bytes, made.cpuMillis = jpeg*png, made.cpuMillis+a.PNGCPUMillisMP*made.megapixels
	case recipe.Auto:
		made.files, made.bytes, made.cpuMillis = 2, jpeg+jpeg*webp, made.cpuMillis+a.WebPCPUMillisMP*made.megapixels
	case recipe.JPEG:
	}

	return made
}

// measuredMegapixels is the size of the measured photo.
const measuredMegapixels = 12

// megapixels returns the size of a variant of the original, at a ratio of 4:3; variants
// are never enlarged.
func (a Assumptions) megapixels(v recipe.Variant) float64 {
	const ratio = 4.0 / 3

	original := a.OriginalMegapixels * million
	width, height := float64(v.Width), float64(v.Height)

	switch {
	case v.Fit == recipe.Cover && width > 0 && height > 0:
		return min(original, width*height) / million
	case width <= 0:
		width = height * ratio
	case height <= 0:
		height = width / ratio
	}

	fitted := min(width, height*ratio)

	return min(original, fitted*fitted/ratio) / million
}

// billed returns the billed seconds of a function call that computes and waits for these
// times.
func (a Assumptions) billed(cpuMillis, waitMillis, memoryMB float64) float64 {
	core := min(1, memoryMB/a.FullCoreMB)

	return (cpuMillis/core + waitMillis + a.ColdShare*a.ColdMillis/core) / millisEachSec
}
