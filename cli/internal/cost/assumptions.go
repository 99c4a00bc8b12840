package cost

import (
	"math"

	"triptych/shared/recipe"
)

// Assumptions are what is multiplied by the prices, for one month in which Images
// originals are uploaded.
type Assumptions struct {
	// The user's own traffic.

	OriginalMegapixels float64 `json:"originalMegapixels"`
	OriginalBytes      float64 `json:"originalBytes"`
	// ViewsPerImage is how often one of its variants is asked for in the month.
	ViewsPerImage float64 `json:"viewsPerImage"`
	// ManifestsPerView is how often the manifest is asked for beside it.
	ManifestsPerView float64 `json:"manifestsPerView"`
	// CacheHitShare is the share of the views that CloudFront answers by itself.
	CacheHitShare float64 `json:"cacheHitShare"`
	// ErasedShare is the share of the images that are erased in the month.
	ErasedShare float64 `json:"erasedShare"`
	// ErasuresPerPath is how many erasures share one invalidation path: 1 where they come
	// one at a time; more than 300 at once share 10 paths. PurgeRetries is how often an
	// erasure has to ask again before its purge is done.
	ErasuresPerPath float64 `json:"erasuresPerPath"`
	PurgeRetries    float64 `json:"purgeRetries"`
	// RetryShare is how many of the states are entered again, for throttles and such.
	RetryShare float64 `json:"retryShare"`
	// FailedShare is the share of the executions that fail, and reach the dead letters.
	FailedShare float64 `json:"failedShare"`

	// Measured: CPU milliseconds on one core at 12 megapixels, without the start of a
	// process: see docs/cost.md.

	ValidateCPUMillis float64 `json:"validateCpuMillis"`
	SanitizeCPUMillis float64 `json:"sanitizeCpuMillis"`
	ResizeCPUMillis   float64 `json:"resizeCpuMillis"` // and, for each megapixel that it makes:
	ResizeCPUMillisMP float64 `json:"resizeCpuMillisPerMegapixel"`
	// What encoding WebP and PNG takes beside, a megapixel; PNG's is a guess.
	WebPCPUMillisMP float64 `json:"webpCpuMillisPerMegapixel"`
	PNGCPUMillisMP  float64 `json:"pngCpuMillisPerMegapixel"`
	RecordCPUMillis float64 `json:"recordCpuMillis"`

	// What Lambda makes of it: a core's share grows with memory, up to FullCoreMB.

	MemoryMB   float64 `json:"memoryMb"`
	FullCoreMB float64 `json:"fullCoreMb"`
	// The waits for S3 and DynamoDB can only be measured on AWS; these are guesses.

	ValidateWaitMillis float64 `json:"validateWaitMillis"`
	SanitizeWaitMillis float64 `json:"sanitizeWaitMillis"`
	ResizeWaitMillis   float64 `json:"resizeWaitMillis"`
	RecordWaitMillis   float64 `json:"recordWaitMillis"`
	ColdShare          float64 `json:"coldShare"`
	ColdMillis         float64 `json:"coldMillis"`

	// What is billed beside it.

	ExtraTransitions  float64 `json:"extraTransitions"` // an execution, beside the states that it enters
	DynamoDBWrites    float64 `json:"dynamodbWriteUnits"`
	DynamoDBReads     float64 `json:"dynamodbReadUnits"`
	DynamoDBItemBytes float64 `json:"dynamodbItemBytes"` // kept for each image
	LogBytesPerCall   float64 `json:"logBytesPerCall"`   // of a function
	TracedShare       float64 `json:"tracedShare"`
	Metrics           float64 `json:"metrics"`
	Alarms            float64 `json:"alarms"`

	// Express: how much memory an execution is billed, in the 64 MB that it is
	// rounded to, and the log that takes the history's place.

	ExpressMemoryMB   float64 `json:"expressMemoryMb"`
	ExpressLogBytes   float64 `json:"expressLogBytes"`
	ExpressOverheadMs float64 `json:"expressOverheadMillis"` // of an execution, beside its tasks

	// DIT: what makes a variant anew each time that CloudFront does not have it.

	DITMemoryMB float64 `json:"ditMemoryMb"`
	// DITCPURatio is sharp's CPU time as a multiple of ours, measured
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

		DynamoDBWrites:    8, // three updates; the index is written with two of them, and once more where its key changes; READY, the item has more than 1 KiB, and counts twice in the table and in the index
		DynamoDBReads:     4, // the claim looks again at the key
		DynamoDBItemBytes: 2000,
		LogBytesPerCall:   1200,
		TracedShare:       0.05, // X-Ray's default rule, beside the first execution of each second
		Metrics:           25,   // durations by function, images by outcome and code, bytes: shared/telemetry
		Alarms:            36,   // the metrics of terraform/observability.tf: an alarm on a sum has several

		ExpressMemoryMB:   64,
		ExpressLogBytes:   20000,
		ExpressOverheadMs: 200,

		DITMemoryMB:   1024,
		DITCPURatio:   2,
		DITWaitMillis: 150,
	}
}

// Of one upload that becomes READY, as its calls were counted at the laptop's front
// door: with n variants 2n + 3 reads and n + 3 writes of S3.
const (
	statesBeside   = 4       // Validate, Sanitize, Resize (the Map), Record; and one a variant
	callsBeside    = 3       // of functions: Validate, Sanitize, Record; and one a variant
	s3PutsBeside   = 3       // the original, the master, the manifest; and one a variant
	s3GetsBeside   = 3       // Validate's head, Sanitize's original, Record's manifest
	s3GetsEach     = 2       // a variant: the master, and whether it is there still
	bytesEachGB    = 1 << 30 // as AWS measures storage and transfer
	erasureStates  = 5       // of the erase machine, for a READY picture: three more where an upload was in flight
	erasureCalls   = 2       // Erase, Purge; two more only where an upload was in flight
	erasureWrites  = 11      // the tombstone 1; the item's end 4 and the pending purge's way 4, the index's among them; the turn 2
	erasureReads   = 10      // the versions and the manifest's item twice; the purge twice; the index's four shards at half a unit
	erasureLists   = 2       // the masters, then the rest; removing itself is free
	millisEachSec  = 1000
	megabytesEachG = 1024
)

// variant is what one variant of the recipe comes to.
type variant struct {
	megapixels float64
	files      float64 // auto makes two
	bytes      float64 // of all of them
	cpuMillis  float64
}

func (a Assumptions) variant(v recipe.Variant) variant {
	made := variant{megapixels: a.megapixels(v), files: 1}

	// A power law through the bytes of the default recipe's three variants.
	const atPixels, atBytes, power = 25600, 9223, 0.755

	jpeg := atBytes * math.Pow(made.megapixels*million/atPixels, power)

	// Of photos, as a share of a JPEG's bytes: guesses.
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

// measuredMegapixels is the picture's that was measured.
const measuredMegapixels = 12

// megapixels of a variant of the original, at a ratio of 4:3, never enlarged.
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

// billed is how many seconds a call of a function lasts that computes and waits so
// long.
func (a Assumptions) billed(cpuMillis, waitMillis, memoryMB float64) float64 {
	core := min(1, memoryMB/a.FullCoreMB)

	return (cpuMillis/core + waitMillis + a.ColdShare*a.ColdMillis/core) / millisEachSec
}
