// Package store has the parts of Step Functions' storage that know nothing of executions:
// grouped transactions, compressed records, and marks that survive a killed process.
package store
