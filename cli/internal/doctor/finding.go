package doctor

// Finding is what one check came to.
type Finding struct {
	Check  string `json:"check"`
	Key    string `json:"key"`    // of the picture that it is about, or ""
	Status string `json:"status"` // ok or problem
	// Problem says what is wrong, and Do what to do about it; "" where all is well.
	Problem string `json:"problem"`
	Do      string `json:"do"`
	// Note says what was found where all is well.
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
	checkPictures  = "pictures"
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
