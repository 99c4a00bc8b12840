package e2e_test

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"triptych/e2e/fixture"
)

// finding is a line of `triptych doctor --json`.
type finding struct {
	Check   string `json:"check"`
	Key     string `json:"key"`
	Status  string `json:"status"`
	Problem string `json:"problem"`
	Do      string `json:"do"`
	Note    string `json:"note"`
}

// TestDoctor damages images in every way that is possible from outside. The doctor must
// find each problem, and report no other.
func TestDoctor(t *testing.T) {
	t.Parallel()

	up := ownEmulator(t, filepath.Join(t.TempDir(), "data"))
	folder := t.TempDir()

	for _, name := range []string{"fine", "variant", "short", "manifest", "leftover"} {
		write(t, folder, name+" +%.jpg", fixture.JPEG(fixture.Quarters(300, 200, 195)))
	}

	write(t, folder, "text.jpg", []byte("no picture"))

	results := upload(t, exitRejected, up.target, folder)
	expect(t, exitWell, up.target, "doctor")

	of := func(name string) string {
		for key := range results {
			if strings.HasPrefix(key, name) {
				return key
			}
		}

		t.Fatalf("%s was not uploaded", name)

		return ""
	}

	made := func(name, object string) string { return of(name) + "/-/" + results[of(name)].Version + "/" + object }
	remove := func(key string) {
		if _, err := up.s3().DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &up.Stack.VariantsBucket, Key: &key}); err != nil {
			t.Fatal(err)
		}
	}
	overwrite := func(key string) {
		_, err := up.s3().PutObject(t.Context(), &s3.PutObjectInput{Bucket: &up.Stack.VariantsBucket, Key: &key, Body: strings.NewReader("short")})
		if err != nil {
			t.Fatal(err)
		}
	}

	remove(made("variant", "medium.jpg"))
	remove(made("variant", "original.jpg"))
	overwrite(made("short", "large.jpg"))
	remove(of("manifest") + "/-/manifest.json")
	overwrite(of("leftover") + "/-/ffffffffffff/thumbnail.jpg")
	abandon(t, up, "abandoned.jpg")

	var got []string

	for _, line := range lines[finding](t, expect(t, exitFailed, up.target, "doctor", "--json").Stdout) {
		if line.Status != "problem" {
			continue
		}

		if line.Do == "" {
			t.Errorf("the finding has no advice: %+v", line)
		}

		got = append(got, line.Key+": "+line.Problem)
	}

	want := []string{
		"abandoned.jpg: version 111111111111 is PROCESSING, but its lease expired",
		of("leftover") + ": the ledger has no item for version ffffffffffff, but the bucket has objects of it: 1",
		of("manifest") + ": the manifest of the current version",
		of("short") + ": the variant large.jpg of version " + results[of("short")].Version + " has 5 bytes",
		of("variant") + ": the master",
		of("variant") + ": the variant medium.jpg",
	}

	slices.Sort(got)

	if len(got) != len(want) {
		t.Fatalf("found %q, want %q", got, want)
	}

	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("found %q, want %q", got[i], want[i])
		}
	}

	// Replay handles the expired lease. The original is missing, so the replay succeeds
	// without variants.
	done := replay(t, exitWell, up.target, "--all")
	if len(done) != 1 || done[0].Source != "ledger" || done[0].Action != "restart" || done[0].Key != "abandoned.jpg" || done[0].Status != "SUCCEEDED" {
		t.Errorf("replayed: %+v", done)
	}
}

// abandon writes the item of an unfinished upload, whose execution ended long ago.
func abandon(t *testing.T, up *emulator, key string) {
	t.Helper()

	text := func(value string) dynamodbtypes.AttributeValue {
		return &dynamodbtypes.AttributeValueMemberS{Value: value}
	}
	long := time.Now().Add(-time.Hour)

	_, err := up.dynamodb().PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: &up.Stack.LedgerTable,
		Item: map[string]dynamodbtypes.AttributeValue{
			"key": text(key), "version": text("111111111111"), "status": text("PROCESSING"), "statusShard": text("PROCESSING.1"), "sequencer": text(strings.Repeat("0", 31) + "1"),
			"owner": text(strings.Replace(up.Stack.PipelineARN, ":stateMachine:", ":execution:", 1) + ":gone"), "etag": text("e"),
			"bytes": &dynamodbtypes.AttributeValueMemberN{Value: "7"}, "updatedAt": text(long.UTC().Format("2006-01-02T15:04:05.000Z")),
			"leaseUntil":      &dynamodbtypes.AttributeValueMemberN{Value: strconv.FormatInt(long.Unix(), 10)},
			"sourceVersionId": text("01JAAAAAAAAAAAAAAAAAAAAAAA"),
		},
	})
	if err != nil {
		t.Fatalf("write %s: %v", key, err)
	}

	if items := versionsOf(t, up.target, key); len(items) != 1 || items[0].Status != "PROCESSING" {
		t.Fatalf("items of the ledger: %+v", items)
	}
}
