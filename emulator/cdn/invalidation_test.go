package cdn_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"triptych/emulator/cdn"
	"triptych/emulator/stepfunctions/asl"
	"triptych/shared/keys"
)

func distribution(t *testing.T) *cdn.Distribution {
	t.Helper()

	return distributionAt(t, time.Now)
}

// distributionAt returns a distribution with another clock, whose invalidations take 10
// seconds.
func distributionAt(t *testing.T, now func() time.Time) *cdn.Distribution {
	t.Helper()

	db, err := bbolt.Open(filepath.Join(t.TempDir(), "state.db"), 0o600, &bbolt.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = db.Close() })

	made, err := cdn.NewDistribution(db, "E123", now, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}

	return made
}

func batch(id, reference string, paths ...string) json.RawMessage {
	items, _ := json.Marshal(paths)

	return fmt.Appendf(nil, `{"DistributionId": %q, "InvalidationBatch": {"CallerReference": %q, "Paths": {"Quantity": %d, "Items": %s}}}`,
		id, reference, len(paths), items)
}

func TestCreateInvalidation(t *testing.T) {
	tests := map[string]struct {
		arguments json.RawMessage
		want      string // the error's name; "" for no error
	}{
		"one file":                            {batch("E123", "r", "/a.jpg"), ""},
		"a folder":                            {batch("E123", "r", "/a.jpg/-/*"), ""},
		"everything":                          {batch("E123", "r", "/*"), ""},
		"characters that AWS does not encode": {batch("E123", "r", "/a!$&'(),;:@=_.-b/*"), ""},
		"characters that AWS encodes":         {batch("E123", "r", "/%01%20%22%23%25%3C%3E%5B%5C%5D%5E%60%7B%7C%7D%7F%C3%A9"), ""},
		"a key with any characters":           {batch("E123", "r", keys.InvalidationPath(keys.Folder("a b%&<é>,\x01ß~+.jpg"))), ""},
		"the longest key":                     {batch("E123", "r", keys.InvalidationPath(keys.Folder(strings.Repeat("é", 480)))), ""},
		"another distribution":                {batch("E124", "r", "/a"), "CloudFront.NoSuchDistributionException"},
		"no reference":                        {batch("E123", "", "/a"), "CloudFront.InvalidArgumentException"},
		"no path":                             {batch("E123", "r"), "CloudFront.InvalidArgumentException"},
		"an empty path":                       {batch("E123", "r", ""), "CloudFront.InvalidArgumentException"},
		"a space":                             {batch("E123", "r", "/a b"), "CloudFront.InvalidArgumentException"},
		"a letter beyond ASCII":               {batch("E123", "r", "/é"), "CloudFront.InvalidArgumentException"},
		"half an escape":                      {batch("E123", "r", "/%4"), "CloudFront.InvalidArgumentException"},
		"a wildcard in the middle":            {batch("E123", "r", "/*/a"), "CloudFront.InvalidArgumentException"},
		"no slash first":                      {batch("E123", "r", "a.jpg"), "CloudFront.InvalidArgumentException"},
		"a tilde":                             {batch("E123", "r", "/a~b/-/*"), "CloudFront.InvalidArgumentException"},
		"a tilde, encoded":                    {batch("E123", "r", "/a%7eb/-/*"), "CloudFront.InvalidArgumentException"},
		"a letter, encoded":                   {batch("E123", "r", "/%70hoto.jpg/-/*"), "CloudFront.InvalidArgumentException"},
		"a parenthesis, encoded":              {batch("E123", "r", "/a%281%29.jpg/-/*"), "CloudFront.InvalidArgumentException"},
		"a slash, encoded":                    {batch("E123", "r", "/a%2Fb.jpg/-/*"), "CloudFront.InvalidArgumentException"},
		"a plus":                              {batch("E123", "r", "/a+b.jpg/-/*"), "CloudFront.InvalidArgumentException"},
		"a plus, encoded":                     {batch("E123", "r", "/a%2Bb.jpg/-/*"), "CloudFront.InvalidArgumentException"},
		"a query":                             {batch("E123", "r", "/a.jpg/-/*?x=1"), "CloudFront.InvalidArgumentException"},
		"an escape in lower case":             {batch("E123", "r", "/%c3%a9.jpg/-/*"), "CloudFront.InvalidArgumentException"},
		"a brace that is raw":                 {batch("E123", "r", "/{a}.jpg/-/*"), "CloudFront.InvalidArgumentException"},
		"an escape over an escape":            {batch("E123", "r", "/%2520%4%20"), "CloudFront.InvalidArgumentException"},
		"too long":                            {batch("E123", "r", "/"+strings.Repeat("a", 4000)), "CloudFront.InvalidArgumentException"},
		"the second of two":                   {batch("E123", "r", "/a", "/b c"), "CloudFront.InvalidArgumentException"},
		"a wrong quantity":                    {json.RawMessage(`{"DistributionId":"E123","InvalidationBatch":{"CallerReference":"r","Paths":{"Quantity":2,"Items":["/a"]}}}`), "CloudFront.InconsistentQuantitiesException"},
		"an unknown field":                    {json.RawMessage(`{"DistributionID2":"E123"}`), "States.Runtime"},
		"no JSON":                             {json.RawMessage(`{`), "States.Runtime"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			output, err := distribution(t).CreateInvalidation(t.Context(), test.arguments)

			var failure *asl.TaskError
			if errors.As(err, &failure); err != nil && failure == nil {
				t.Fatalf("an error without a name: %v", err)
			}

			if failure != nil {
				if failure.Name != test.want {
					t.Errorf("got %s (%s), want %q", failure.Name, failure.Cause, test.want)
				}

				return
			}

			if test.want != "" {
				t.Fatalf("accepted; want %s", test.want)
			}

			var result struct{ Invalidation cdn.Invalidation }
			if err := json.Unmarshal(output, &result); err != nil || result.Invalidation.Status != "InProgress" || result.Invalidation.ID == "" {
				t.Errorf("answered %s, %v", output, err)
			}
		})
	}
}

// TestCallerReference checks that a caller reference stands for one invalidation: sent
// again it is the same invalidation, and with other paths it is rejected.
func TestCallerReference(t *testing.T) {
	made := distribution(t)

	first, err := made.CreateInvalidation(t.Context(), batch("E123", "r", "/a"))
	if err != nil {
		t.Fatal(err)
	}

	again, err := made.CreateInvalidation(t.Context(), batch("E123", "r", "/a"))
	if err != nil || string(again) != string(first) {
		t.Errorf("sent again: %s, %v; want %s", again, err, first)
	}

	var failure *asl.TaskError
	if _, err := made.CreateInvalidation(t.Context(), batch("E123", "r", "/b")); !errors.As(err, &failure) || failure.Name != "CloudFront.CloudFrontException" {
		t.Errorf("with another path: %v", err)
	}

	if _, err := made.CreateInvalidation(t.Context(), batch("E123", "s", "/b")); err != nil {
		t.Error(err)
	}

	all, err := made.Invalidations()
	if err != nil || len(all) != 2 || all[1].InvalidationBatch.Paths.Items[0] != "/a" || all[0].InvalidationBatch.Paths.Items[0] != "/b" {
		t.Errorf("remembered %+v, %v", all, err)
	}
}

// TestInvalidations_inProgress checks the limits on invalidations in progress.
func TestInvalidations_inProgress(t *testing.T) {
	many := func(count int, suffix string) []string {
		paths := make([]string, count)
		for i := range paths {
			paths[i] = fmt.Sprintf("/%d%s", i, suffix)
		}

		return paths
	}

	tests := map[string]struct {
		first, second []string
		refused       bool
	}{
		"15 wildcards":                        {many(10, "/*"), many(5, "/*"), false},
		"16 wildcards":                        {many(10, "/*"), many(6, "/*"), true},
		"16 wildcards at once":                {many(16, "/*"), nil, true},
		"3,000 files":                         {many(2999, ""), many(1, ""), false},
		"3,001 files":                         {many(3000, ""), many(1, ""), true},
		"files beside all wildcards":          {many(15, "/*"), many(3000, ""), false},
		"a wildcard beside all files":         {many(3000, ""), many(1, "/*"), false},
		"a wildcard and a file, one too many": {many(15, "/*"), []string{"/a", "/b/*"}, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			now := time.Unix(1e9, 0)
			made := distributionAt(t, func() time.Time { return now })
			ask := func(reference string, paths []string) error {
				if len(paths) == 0 {
					return nil
				}

				_, err := made.CreateInvalidation(t.Context(), batch("E123", reference, paths...))

				return err
			}

			err := errors.Join(ask("one", test.first), ask("two", test.second))

			var failure *asl.TaskError
			if errors.As(err, &failure); (failure != nil) != test.refused || failure != nil && failure.Name != "CloudFront.TooManyInvalidationsInProgressException" {
				t.Fatalf("got %v", err)
			}

			if !test.refused || test.second == nil {
				return
			}

			// An invalidation that is already in progress does not count again, and a
			// rejected one does not count.
			if err := ask("one", test.first); err != nil {
				t.Errorf("requested again: %v", err)
			}

			now = now.Add(9 * time.Second)

			if err := ask("two", test.second); err == nil {
				t.Error("accepted before the first was completed")
			}

			now = now.Add(time.Second)

			if err := ask("two", test.second); err != nil {
				t.Errorf("after the first was completed: %v", err)
			}
		})
	}
}
