package cost

import "math"

// standard adds the lines of the Standard workflow. AWS bills each execution of a state as
// one transition, including retries. ExtraTransitions is for users whose bill contains more
// transitions for an execution, for example for its start.
func (b *bill) standard() {
	a := b.Assumptions
	each := statesBeside + b.count() + a.ExtraTransitions

	b.add("Step Functions", "state transitions", b.Images*(each*(1+a.RetryShare)+a.ErasedShare*(erasureStates+a.PurgeRetries)), "transitions",
		b.Prices.StateTransition, "(%d + %g variants + %g) per image, %g of them retried; %g per erasure", statesBeside, b.count(), a.ExtraTransitions,
		a.RetryShare, erasureStates+a.PurgeRetries)
}

// express adds the lines of the Express workflow, which is billed by time and memory. An
// Express execution has no history except its log, so the log is billed too.
func (b *bill) express() {
	a := b.Assumptions
	chunks := math.Ceil(a.ExpressMemoryMB / expressChunkMB)

	// The variants are made in parallel, so the duration is that of the slowest variant.
	slowest := 0.0
	for _, one := range b.variants {
		slowest = max(slowest, a.billed(one.cpuMillis, a.ResizeWaitMillis, a.MemoryMB))
	}

	seconds := a.ExpressOverheadMs/millisEachSec + slowest +
		a.billed(a.ValidateCPUMillis, a.ValidateWaitMillis, a.MemoryMB) +
		a.billed(a.SanitizeCPUMillis, a.SanitizeWaitMillis, a.MemoryMB) +
		a.billed(a.RecordCPUMillis, a.RecordWaitMillis, a.MemoryMB)

	// AWS rounds up to tenths of a second.
	seconds = math.Ceil(seconds*expressTick) / expressTick

	b.add("Step Functions", "Express requests", b.Images*(1+a.ErasedShare), "requests", b.Prices.ExpressRequest, "one per execution")
	b.add("Step Functions", "Express duration", b.Images*(1+a.ErasedShare)*seconds*chunks*expressChunkMB/megabytesEachG, "GB-s",
		b.Prices.ExpressGBSecond, "%g s × %g MB per execution", seconds, chunks*expressChunkMB)
	b.add("CloudWatch", "Express log", b.Images*a.ExpressLogBytes/bytesEachGB, "GB", b.Prices.LogsGB,
		"%g bytes per execution: level ALL with data, because Express has no history", a.ExpressLogBytes)
}

const (
	expressChunkMB = 64 // memory is billed in chunks of this size
	expressTick    = 10 // time is billed in tenths of a second
)

// functions adds the lines of the Lambda calls.
func (b *bill) functions() {
	a := b.Assumptions
	calls := callsBeside + b.count() + a.ErasedShare*(erasureCalls+a.PurgeRetries)

	seconds := b.uploadSeconds() +
		a.ErasedShare*(erasureCalls+a.PurgeRetries)*a.billed(a.RecordCPUMillis, a.RecordWaitMillis, a.MemoryMB)

	b.add("Lambda", "requests", b.Images*calls, "requests", b.Prices.LambdaRequest, "%d + %g variants per image", callsBeside, b.count())
	b.add("Lambda", "duration", b.Images*seconds*a.MemoryMB/megabytesEachG, "GB-s", b.Prices.LambdaGBSecond,
		"%.3f s × %g MB per image: CPU time ÷ (%g ÷ %g MB) + waiting", seconds, a.MemoryMB, a.MemoryMB, a.FullCoreMB)
	b.add("CloudWatch", "functions' logs", b.Images*calls*a.LogBytesPerCall/bytesEachGB, "GB", b.Prices.LogsGB, "%g bytes per call", a.LogBytesPerCall)

	// X-Ray samples the first execution of each second. The variable first is the expected
	// number of seconds with at least one upload. The formula assumes that uploads arrive at
	// random times and at a constant average rate.
	first := secondsEachMonth * (1 - math.Exp(-b.Images/secondsEachMonth))
	b.add("X-Ray", "traces", first+(b.Images-first)*a.TracedShare, "traces", b.Prices.XRayTrace,
		"the first execution of each second, and %g of the others", a.TracedShare)
}

// secondsEachMonth is a month of 30 days.
const secondsEachMonth = 30 * 24 * 3600

// uploadSeconds returns the total billed seconds of all functions for one upload.
func (b *bill) uploadSeconds() float64 {
	a := b.Assumptions

	return a.billed(a.ValidateCPUMillis, a.ValidateWaitMillis, a.MemoryMB) +
		a.billed(a.SanitizeCPUMillis*a.OriginalMegapixels/measuredMegapixels, a.SanitizeWaitMillis, a.MemoryMB) +
		b.sum(func(v variant) float64 { return a.billed(v.cpuMillis, a.ResizeWaitMillis, a.MemoryMB) }) +
		a.billed(a.RecordCPUMillis, a.RecordWaitMillis, a.MemoryMB)
}

// objects adds the lines of S3's requests and storage.
func (b *bill) objects() {
	a := b.Assumptions

	b.add("S3", "PUT, LIST", b.Images*(s3PutsBeside+b.files()+a.ErasedShare*erasureLists), "requests", b.Prices.S3Put,
		"original, master, manifest + %g files per image", b.files())
	b.add("S3", "GET, HEAD", b.Images*(s3GetsBeside+s3GetsEach*b.count()), "requests", b.Prices.S3Get,
		"%d + %d × %g variants per image", s3GetsBeside, s3GetsEach, b.count())

	stored := 2*a.OriginalBytes + b.bytes() // the original and the master, which have the same size

	b.store("S3", b.Images*(1-a.ErasedShare)*stored/bytesEachGB, b.Prices.S3GBMonth,
		"%.2f MB per image: original, master, variants; charged in every month in which they are kept", stored/million)
}

// around adds the other lines: the ledger, the events, the queues, the monitoring.
func (b *bill) around() {
	a := b.Assumptions

	b.add("DynamoDB", "writes", b.Images*(a.DynamoDBWrites+a.ErasedShare*erasureWrites), "units", b.Prices.DynamoDBWriteUnit,
		"%g per image, including the index; %d per erasure", a.DynamoDBWrites, erasureWrites)
	b.add("DynamoDB", "reads", b.Images*(a.DynamoDBReads+a.ErasedShare*erasureReads), "units", b.Prices.DynamoDBReadUnit,
		"%g per image, consistent; %d per erasure", a.DynamoDBReads, erasureReads)
	b.store("DynamoDB", b.Images*a.DynamoDBItemBytes/bytesEachGB, b.Prices.DynamoDBGBMonth,
		"%g bytes per image, including the index", a.DynamoDBItemBytes)
	b.add("EventBridge", "S3's events", b.Images*(1+a.ErasedShare), "events", b.Prices.EventBridgeS3Event, "one per upload or deletion")
	b.add("EventBridge", "events of images", b.Images*(1+a.ErasedShare), "events", b.Prices.EventBridgeEvent, "one per outcome or erasure")
	b.add("SQS", "failed executions", b.Images*a.FailedShare*sqsCalls, "requests", b.Prices.SQSRequest, "%g of the executions, %d calls per execution", a.FailedShare, sqsCalls)
	b.add("CloudWatch", "metrics", a.Metrics, "metrics", b.Prices.MetricMonth, "independent of the number of images")
	b.add("CloudWatch", "alarms", max(0, a.Alarms-b.Prices.FreeAlarmsEachMonth), "metrics with an alarm", b.Prices.AlarmMonth, "independent of the number of images")
}

// sqsCalls is the number of calls for one message: send, receive, delete.
const sqsCalls = 3
