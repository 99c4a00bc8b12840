package dynamodb_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"triptych/emulator/dynamodb"
)

// TestUpdateItem_concurrent_compare_and_swap lets many writers increment one counter: they read it
// and write it back on the condition that it has not changed since.
func TestUpdateItem_concurrent_compare_and_swap(t *testing.T) {
	const writers, raises = 8, 15

	l := serve(t, dynamodb.Config{})
	l.put(t, item{"key": text("k"), "version": text("v"), "n": number("0")})

	var (
		group  sync.WaitGroup
		losses atomic.Int64
	)

	for range writers {
		group.Go(func() {
			for done := 0; done < raises; {
				raised, err := raise(t.Context(), l)
				if err != nil {
					t.Error(err)

					return
				}

				if raised {
					done++
				} else {
					losses.Add(1)
				}
			}
		})
	}

	group.Wait()

	got, _ := l.get(t, "k", "v")["n"].(*types.AttributeValueMemberN)
	if got == nil || got.Value != strconv.Itoa(writers*raises) {
		t.Errorf("the counter is %v, want %d", got, writers*raises)
	}

	t.Logf("%d swaps were refused", losses.Load())
}

func raise(ctx context.Context, l fixture) (raised bool, err error) {
	read, err := l.GetItem(ctx, &client.GetItemInput{TableName: aws.String(tableName), Key: keyOf("k", "v"), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return false, err
	}

	_, err = l.UpdateItem(ctx, &client.UpdateItemInput{
		TableName: aws.String(tableName), Key: keyOf("k", "v"),
		UpdateExpression:          aws.String("SET n = n + :one"),
		ConditionExpression:       aws.String("n = :read"),
		ExpressionAttributeValues: item{":one": number("1"), ":read": read.Item["n"]},
	})

	var refused *types.ConditionalCheckFailedException

	switch {
	case errors.As(err, &refused):
		return false, nil
	case err != nil:
		return false, err
	default:
		return true, nil
	}
}

// TestPutItem_concurrent_claims checks that attribute_not_exists lets exactly one write
// succeed.
func TestPutItem_concurrent_claims(t *testing.T) {
	const rounds, claimants = 20, 8

	l := serve(t, dynamodb.Config{})

	for round := range rounds {
		var (
			group sync.WaitGroup
			won   atomic.Int64
		)

		for range claimants {
			group.Go(func() {
				_, err := l.PutItem(t.Context(), &client.PutItemInput{
					TableName: aws.String(tableName), Item: keyOf("k", strconv.Itoa(round)),
					ConditionExpression: aws.String("attribute_not_exists(version)"),
				})

				var refused *types.ConditionalCheckFailedException

				switch {
				case err == nil:
					won.Add(1)
				case !errors.As(err, &refused):
					t.Error(err)
				}
			})
		}

		group.Wait()

		if won.Load() != 1 {
			t.Errorf("round %d: %d claims won, want 1", round, won.Load())
		}
	}
}

// BenchmarkConditionalWrites measures the service without HTTP: 8 goroutines
// write items with a condition, an index and an expiry.
//
//	go test -bench ConditionalWrites -run '^$' ./dynamodb
func BenchmarkConditionalWrites(b *testing.B) {
	l := serve(b, dynamodb.Config{})

	var next atomic.Int64

	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := next.Add(1)
			body := fmt.Sprintf(`{"TableName":%q,"Key":{"key":{"S":"photos/%d.jpg"},"version":{"S":"v"}},
				"UpdateExpression":"SET #s = :s, updatedAt = :t, expires = :e, #o = :o",
				"ConditionExpression":"attribute_not_exists(#k) OR #o = :o OR (#s = :s AND lease < :t)",
				"ExpressionAttributeNames":{"#s":"status","#o":"owner","#k":"key"},
				"ExpressionAttributeValues":{":s":{"S":"PROCESSING"},":t":{"N":"%d"},":e":{"N":"1900000000"},":o":{"S":"me"}}}`,
				tableName, n%1000, n)
			request := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
			request.Header.Set("X-Amz-Target", "DynamoDB_20120810.UpdateItem")

			response := httptest.NewRecorder()
			l.service.ServeHTTP(response, request)

			if response.Code != http.StatusOK {
				b.Fatal(response.Body.String())
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "writes/s")
}
