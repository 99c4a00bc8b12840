package cost

import (
	"math"

	"triptych/shared/recipe"
)

// Assumptions are the quantities that are multiplied by the prices. They are for one month,
// in which Case.Images originals are uploaded.
type Assumptions struct {
	// The user's own traffic.

	OriginalMegapixels float64 `json:"originalMegapixels"`
	OriginalBytes      float64 `json:"originalBytes"`
	// ViewsPerImage is the number of requests for variants of an image in the month.
	ViewsPerImage float64 `json:"viewsPerImage"`
	// ManifestsPerView is the number of requests for the manifest per view.
	ManifestsPerView float64 `json:"manifestsPerView"`
	// CacheHitShare is the share of the views that CloudFront serves from its cache.
	CacheHitShare float64 `json:"cacheHitShare"`
	// ErasedShare is the share of the images that are erased in the month.
	ErasedShare float64 `json:"erasedShare"`
	// ErasuresPerPath is the number of erasures that share one invalidation path. It is 1
	// if few erasures run at the same time; more than 300 erasures share 10 paths.
	// PurgeRetries is the number of retries of an erasure until its purge is done.
	ErasuresPerPath float64 `json:"erasuresPerPath"`
	PurgeRetries    float64 `json:"purgeRetries"`
	// RetryShare is the share of the states that Step Functions retries, for example after
	// throttling.
	RetryShare float64 `json:"retryShare"`
	// FailedShare is the share of the executions that fail and reach the
	// failed-executions queue.
	FailedShare float64 `json:"failedShare"`

	// Measured values (see docs/cost.md): CPU milliseconds on one core, for 12 megapixels.
	// They do not include the start of a process.

	ValidateCPUMillis float64 `json:"validateCpuMillis"`
	SanitizeCPUMillis float64 `json:"sanitizeCpuMillis"`
	ResizeCPUMillis   float64 `json:"resizeCpuMillis"` // for each variant; ResizeCPUMillisMP is added for each megapixel of the variant
	ResizeCPUMillisMP float64 `json:"resizeCpuMillisPerMegapixel"`
	// The additional CPU time for each megapixel of a WebP or PNG. The value for PNG is an
	// estimate.
	WebPCPUMillisMP float64 `json:"webpCpuMillisPerMegapixel"`
	PNGCPUMillisMP  float64 `json:"pngCpuMillisPerMegapixel"`
	RecordCPUMillis float64 `json:"recordCpuMillis"`

	// Lambda's CPU share: it grows with memory, up to one core at FullCoreMB.

	MemoryMB   float64 `json:"memoryMb"`
	FullCoreMB float64 `json:"fullCoreMb"`
	// The waiting times for S3 and DynamoDB. They can only be measured on AWS; these values
	// are estimates.

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

	// Express: the billed memory of an execution, which AWS rounds up to 64 MB, and the
	// size of the log, which replaces the history.

	ExpressMemoryMB   float64 `json:"expressMemoryMb"`
	ExpressLogBytes   float64 `json:"expressLogBytes"`
	ExpressOverheadMs float64 `json:"expressOverheadMillis"` // for each execution, in addition to its tasks

	// DIT: it makes a variant again each time that CloudFront's cache does not have it.

	DITMemoryMB float64 `json:"ditMemoryMb"`
	// DITCPURatio is the CPU time of sharp divided by the CPU time of Triptych, measured
	// (docs/performance.md).
	DITCPURatio float64 `json:"ditCpuRatio"`
	// DITBytesRatio is the bytes of sharp's JPEGs divided by those of Triptych's, of
	// samples/dragonfly.jpg in the variants of the default recipe at quality 80.
	DITBytesRatio float64 `json:"ditBytesRatio"`
	DITWaitMillis float64 `json:"ditWaitMillis"`
}

// DefaultAssumptions returns the assumptions of docs/cost.md.
func DefaultAssumptions() Assumptions {
	return Assumptions{
		OriginalMegapixels: 12,
		OriginalBytes:      3.1e6, // samples/dragonfly.jpg

		ViewsPerImage:    100,
		ManifestsPerView: 0, // Most web pages store the URLs of the variants.
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

		DynamoDBWrites:    8, // Three updates. Two of them also write the index, and one of these writes it twice because the index key changes. A READY item has more than 1 KiB, so it counts twice in the table and in the index.
		DynamoDBReads:     4, // The claim reads the key a second time.
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
		DITBytesRatio: 1.25,
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
	s3GetsEach     = 2       // for each variant: reading the master, and checking that it still exists
	bytesEachGB    = 1 << 30 // as AWS measures storage and transfer
	erasureStates  = 5       // of the erase machine, for a READY image; three more if an upload was in flight
	erasureCalls   = 2       // Erase, Purge; two more only if an upload was in flight
	erasureWrites  = 11      // 1 for the tombstone, 4 for the item, 4 for the pending purge including the index, 2 for the turn
	erasureReads   = 10      // the versions, the item of the manifest and the purge, each read twice; the four shards of the index, at half a unit each
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

	// The size of a JPEG grows with a power of its number of pixels. The values fit the
	// three variants of the default recipe.
	const atPixels, atBytes, power = 25600, 8766, 0.7085

	jpeg := atBytes * math.Pow(made.megapixels*million/atPixels, power)

	// The size of a WebP and of a PNG, divided by the size of a JPEG. These are estimates
	// for photos.
	const webp, png = 0.83, 10

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

// megapixels returns the size of a variant. The original has the ratio 4:3, and a variant is
// never larger than the original.
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

// billed returns the billed seconds of a function call with this CPU time, this waiting time
// and this memory.
func (a Assumptions) billed(cpuMillis, waitMillis, memoryMB float64) float64 {
	core := min(1, memoryMB/a.FullCoreMB)

	return (cpuMillis/core + waitMillis + a.ColdShare*a.ColdMillis/core) / millisEachSec
}
