package edge

import "time"

// SetMaxRun bounds the runs of a function.
func SetMaxRun(f *Function, within time.Duration) { f.maxRun = within }
