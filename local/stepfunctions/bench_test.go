package stepfunctions_test

import (
	"encoding/json"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"triptych/local/stepfunctions"
)

// BenchmarkExecution is one execution of one task, from start to end, 256 at once.
func BenchmarkExecution(b *testing.B) {
	db, err := bbolt.Open(filepath.Join(b.TempDir(), "state.db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		b.Fatal(err)
	}

	defer func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	}()

	service, err := stepfunctions.New(stepfunctions.Config{
		DB: db, Region: "us-east-1", Account: "000000000000", Lambda: echo,
		Machines: []stepfunctions.Machine{{Name: "triptych-pipeline", Definition: []byte(oneTask)}},
	})
	if err != nil {
		b.Fatal(err)
	}

	const atOnce = 128

	b.SetParallelism(atOnce)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, _, err := service.Start(b.Context(), machineARN, "", json.RawMessage(`{}`)); err != nil {
				b.Error(err)
			}
		}
	})

	if err := service.Close(); err != nil { // Which waits for what was started.
		b.Fatal(err)
	}
}
