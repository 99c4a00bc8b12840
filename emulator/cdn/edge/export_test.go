package edge

import "time"

// SetMaxRun sets the limit on the time of a run.
func SetMaxRun(f *Function, within time.Duration) { f.maxRun = within }
