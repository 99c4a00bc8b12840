package model_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"triptych/shared/contract"
	"triptych/shared/ledger"
)

// tester has the methods that tests and property tests share.
type tester interface {
	Context() context.Context
	Fatal(args ...any)
	Helper()
	Cleanup(end func())
}

// supersedeAt writes a SUPERSEDED item of a key with this time.
func supersedeAt(t tester, config aws.Config, key string, at time.Time) {
	written := ledger.New(config, table, func() time.Time { return at })

	if err := written.Supersede(t.Context(), contract.Upload{Key: key, Sequencer: sequencer(1)}, version(1), "arn:one"); err != nil {
		t.Fatal(err)
	}
}

// TestPage_shards checks the pages of a status that is spread over the shards. Together
// they have every item once and in order. This holds for all bounds, and for any number
// of items with the same time.
func TestPage_shards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		config := newFixture(t).config
		table := ledger.New(config, table, time.Now)

		var items []ledger.Position

		for i := range rapid.IntRange(0, 40).Draw(t, "items") {
			at := time.Unix(int64(rapid.IntRange(0, 9).Draw(t, "second")), 0).UTC()
			key := fmt.Sprintf("%s/%d", rapid.SampledFrom([]string{"a", "b"}).Draw(t, "folder"), i)
			supersedeAt(t, config, key, at)
			items = append(items, ledger.Position{Key: key, Version: version(1), UpdatedAt: at.Format(ledger.TimeLayout)})
		}

		query := ledger.PageQuery{Status: ledger.Superseded, Limit: rapid.IntRange(1, 7).Draw(t, "limit")}
		query.Prefix = rapid.SampledFrom([]string{"", "a/"}).Draw(t, "prefix")
		second := rapid.Map(rapid.IntRange(0, 9), func(at int) string { return time.Unix(int64(at), 0).UTC().Format(ledger.TimeLayout) })
		query.Since = rapid.OneOf(rapid.Just(""), second).Draw(t, "since")
		query.Until = rapid.OneOf(rapid.Just(""), second).Draw(t, "until")

		want := slices.DeleteFunc(items, func(one ledger.Position) bool {
			return !strings.HasPrefix(one.Key, query.Prefix) || one.UpdatedAt < query.Since || query.Until != "" && one.UpdatedAt > query.Until
		})
		slices.SortFunc(want, func(a, b ledger.Position) int {
			return cmp.Or(cmp.Compare(b.UpdatedAt, a.UpdatedAt), cmp.Compare(a.Key, b.Key))
		})

		got := []ledger.Position{}

		for pages := 0; ; pages++ {
			page, err := table.Page(t.Context(), query)
			if err != nil {
				t.Fatal(err)
			}

			if len(page.Items) > query.Limit || pages > 500 {
				t.Fatalf("page %d has %d items, want at most %d", pages, len(page.Items), query.Limit)
			}

			for i := range page.Items {
				got = append(got, page.Items[i].Position())
			}

			if page.Next == nil {
				break
			}

			query.After = page.Next
		}

		if !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// TestPage_full checks that a page without a prefix is full if the status has enough
// items.
func TestPage_full(t *testing.T) {
	config := newFixture(t).config

	for i := range 200 {
		supersedeAt(t, config, fmt.Sprint(i), time.Unix(int64(i), 0))
	}

	query := ledger.PageQuery{Status: ledger.Superseded, Limit: 48}

	for _, want := range []int{48, 48, 48, 48, 8} {
		page, err := ledger.New(config, table, time.Now).Page(t.Context(), query)
		if err != nil || len(page.Items) != want {
			t.Fatalf("a page of %d, want %d: %v", len(page.Items), want, err)
		}

		query.After = page.Next
	}

	if query.After != nil {
		t.Errorf("there is a page after the last one: %v", query.After)
	}
}

// TestNewest_shards checks that Newest merges the shards.
func TestNewest_shards(t *testing.T) {
	config := newFixture(t).config

	for i := range 700 { // More than one page of a shard.
		supersedeAt(t, config, fmt.Sprint(i), time.Unix(int64(i), 0))
	}

	var got []string

	err := ledger.New(config, table, time.Now).Newest(t.Context(), ledger.Superseded, func(item ledger.Item) bool {
		got = append(got, item.Key)

		return len(got) < 650
	})
	if err != nil || len(got) != 650 {
		t.Fatalf("%d items, %v", len(got), err)
	}

	for i, key := range got {
		if key != fmt.Sprint(699-i) {
			t.Fatalf("item %d is %s", i, key)
		}
	}
}

// TestStatusShard_spread checks that the images of one status are spread over partitions
// of the index, because one partition would limit the throughput of the whole stack.
func TestStatusShard_spread(t *testing.T) {
	config := newFixture(t).config

	for i := range 400 {
		supersedeAt(t, config, fmt.Sprintf("users/17/%d.jpg", i), time.Unix(int64(i), 0))
	}

	out, err := client.NewFromConfig(config).Scan(t.Context(), &client.ScanInput{TableName: aws.String(table), IndexName: aws.String(ledger.ByStatus)})
	if err != nil {
		t.Fatal(err)
	}

	counts := map[string]int{}
	for _, item := range out.Items {
		counts[item[ledger.StatusShard].(*types.AttributeValueMemberS).Value]++
	}

	names := slices.Sorted(maps.Keys(counts))
	if !slices.Equal(names, []string{"SUPERSEDED.0", "SUPERSEDED.1", "SUPERSEDED.2", "SUPERSEDED.3"}) {
		t.Errorf("partitions %v", names)
	}

	for name, count := range counts {
		if count < 60 || count > 140 {
			t.Errorf("%s has %d of 400", name, count)
		}
	}
}

// TestReindex checks that items from an older release are in the index after Reindex.
func TestReindex(t *testing.T) {
	config := newFixture(t).config
	items := ledger.New(config, table, time.Now)
	text := func(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

	supersedeAt(t, config, "new.jpg", time.Now())

	for _, key := range []string{"old.jpg", "other.jpg"} {
		_, err := client.NewFromConfig(config).PutItem(t.Context(), &client.PutItemInput{TableName: aws.String(table), Item: map[string]types.AttributeValue{
			"key": text(key), "version": text(version(1)), "status": text("SUPERSEDED"), "updatedAt": text("2026-01-02T03:04:05.000Z"), "owner": text("arn:one"),
		}})
		if err != nil {
			t.Fatal(err)
		}
	}

	if err := items.SetTombstone(t.Context(), "old.jpg", sequencer(1)); err != nil { // An item without a status.
		t.Fatal(err)
	}

	for _, want := range []int{2, 0} { // Reindex may be repeated.
		if moved, err := items.Reindex(t.Context()); err != nil || moved != want {
			t.Errorf("moved %d, %v; want %d", moved, err, want)
		}
	}

	page, err := items.Page(t.Context(), ledger.PageQuery{Status: ledger.Superseded, Limit: 9})
	if err != nil || len(page.Items) != 3 || page.Items[2].Owner != "arn:one" {
		t.Errorf("listed %+v, %v", page.Items, err)
	}
}
