package doctor

// Finding is the result of one check.
type Finding struct {
	Check  string `json:"check"`
	Key    string `json:"key"`    // the key that was checked, or ""
	Status string `json:"status"` // ok or problem
	// Problem describes the problem, and Do describes how to repair it. Without a problem,
	// both are "".
	Problem string `json:"problem"`
	Do      string `json:"do"`
	// Note describes the result if there is no problem.
	Note string `json:"note"`
}

// The statuses of a [Finding].
const (
	OK      = "ok"
	Problem = "problem"
)

// The checks.
const (
	checkUploads   = "uploads bucket"
	checkVariants  = "variants bucket"
	checkLedger    = "ledger"
	checkPipeline  = "pipeline"
	checkErase     = "erasure"
	checkBackfill  = "backfill"
	checkDead      = "failed executions"
	checkLost      = "undelivered events"
	checkCDN       = "CDN"
	checkImages    = "images"
	checkBurst     = "Lambda concurrency"
	checkOriginal  = "original"
	checkManifest  = "manifest"
	checkObjects   = "objects"
	checkUnclaimed = "leftovers"
	checkLease     = "lease"
)

func problem(check, key, what, do string) Finding {
	return Finding{Check: check, Key: key, Status: Problem, Problem: what, Do: do}
}

func fine(check, note string) Finding { return Finding{Check: check, Status: OK, Note: note} }
