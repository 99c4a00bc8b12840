package dynamodb_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	client "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"triptych/emulator/dynamodb"
)

// row is an item in the model, with the attributes that the operations below can set.
type row struct {
	key, version string
	status       string // "" means absent
	updatedAt    int    // 0 means absent
	count        int
}

// model is DynamoDB as a map.
type model map[string]row

func (m model) id(key, version string) string { return key + "\xff" + version }

// rows lists the selected rows in the order of a Query.
func (m model) rows(want func(row) bool, less func(a, b row) int) []string {
	var rows []row

	for _, r := range m {
		if want(r) {
			rows = append(rows, r)
		}
	}

	slices.SortFunc(rows, less)

	ids := make([]string, 0, len(rows))
	for _, r := range rows {
		ids = append(ids, r.String())
	}

	return ids
}

func (r row) String() string {
	return fmt.Sprintf("%q %q %s %d %d", r.key, r.version, r.status, r.updatedAt, r.count)
}

func (r row) item() item {
	i := item{"key": text(r.key), "version": text(r.version), "count": number(strconv.Itoa(r.count))}

	if r.status != "" {
		i["status"] = text(r.status)
	}

	if r.updatedAt != 0 {
		i["updatedAt"] = number(strconv.Itoa(r.updatedAt))
	}

	return i
}

func rowOf(i item) row {
	var r row

	stringOf := func(name string) string {
		switch v := i[name].(type) {
		case *types.AttributeValueMemberS:
			return v.Value
		case *types.AttributeValueMemberN:
			return v.Value
		default:
			return ""
		}
	}

	r.key, r.version, r.status = stringOf("key"), stringOf("version"), stringOf("status")
	r.updatedAt, _ = strconv.Atoi(stringOf("updatedAt"))
	r.count, _ = strconv.Atoi(stringOf("count"))

	return r
}

// TestAgainstModel runs random operations on the service and on a map, and
// compares every answer.
func TestAgainstModel(t *testing.T) {
	l := serve(t, dynamodb.Config{})
	l.Client = client.New(l.Options(), func(o *client.Options) { o.HTTPClient = direct{l.service} })

	round := 0

	rapid.Check(t, func(rt *rapid.T) {
		round++

		// Each round has keys of its own, so that the rounds share one database.
		keys := rapid.SampledFrom([]string{"a", "a\x00", "é"})
		versions := rapid.SampledFrom([]string{"1", "10", "2", "@current", "\x00", "é"})
		statuses := rapid.SampledFrom([]string{"", "PROCESSING", "READY"})
		times := rapid.SampledFrom([]int{-10, 0, 2, 10, 100})

		r := modelRun{T: rt, l: l, model: model{}, prefix: strconv.Itoa(round) + "/"}

		draw := func() row {
			status := statuses.Draw(rt, "status")
			if status != "" {
				status = r.prefix + status
			}

			return row{
				key: r.prefix + keys.Draw(rt, "key"), version: versions.Draw(rt, "version"),
				status: status, updatedAt: times.Draw(rt, "updatedAt"),
			}
		}

		rt.Repeat(map[string]func(*rapid.T){
			"put":     func(*rapid.T) { r.put(draw()) },
			"put new": func(*rapid.T) { r.putNew(draw()) },
			"update":  func(*rapid.T) { r.update(draw()) },
			"delete":  func(*rapid.T) { r.remove(draw()) },
			"get":     func(*rapid.T) { r.get(draw()) },
			"query": func(rt *rapid.T) {
				r.query(draw(), rapid.Bool().Draw(rt, "forward"), rapid.IntRange(1, 5).Draw(rt, "limit"))
			},
			"query index": func(rt *rapid.T) {
				r.queryIndex(draw(), rapid.Bool().Draw(rt, "forward"), rapid.IntRange(1, 5).Draw(rt, "limit"))
			},
		})
	})
}

// direct passes requests to the service without a connection, because the model sends
// thousands of requests.
type direct struct{ http.Handler }

func (d direct) Do(request *http.Request) (*http.Response, error) {
	if request.Body == nil {
		request.Body = http.NoBody
	}

	response := httptest.NewRecorder()
	d.ServeHTTP(response, request)

	return response.Result(), nil
}

type modelRun struct {
	*rapid.T

	l      fixture
	model  model
	prefix string
}

func (r modelRun) must(err error) {
	if err != nil {
		r.Fatal(err)
	}
}

func (r modelRun) put(one row) {
	_, err := r.l.PutItem(r.Context(), &client.PutItemInput{TableName: aws.String(tableName), Item: one.item()})
	r.must(err)

	r.model[r.model.id(one.key, one.version)] = one
}

func (r modelRun) putNew(one row) {
	_, err := r.l.PutItem(r.Context(), &client.PutItemInput{
		TableName: aws.String(tableName), Item: one.item(),
		ConditionExpression: aws.String("attribute_not_exists(version)"),
	})

	var refused *types.ConditionalCheckFailedException

	_, exists := r.model[r.model.id(one.key, one.version)]
	if errors.As(err, &refused) != exists {
		r.Fatalf("put new: %v, though the item exists: %t", err, exists)
	}

	if !exists {
		r.must(err)
		r.model[r.model.id(one.key, one.version)] = one
	}
}

// update increments the counter, and sets or removes the index's keys.
func (r modelRun) update(one row) {
	set, remove, values := []string{"#c = if_not_exists(#c, :zero) + :one"}, []string{}, item{":zero": number("0"), ":one": number("1")}

	if one.status == "" {
		remove = append(remove, "#s")
	} else {
		set, values[":s"] = append(set, "#s = :s"), text(one.status)
	}

	if one.updatedAt == 0 {
		remove = append(remove, "updatedAt")
	} else {
		set, values[":t"] = append(set, "updatedAt = :t"), number(strconv.Itoa(one.updatedAt))
	}

	update := "SET " + strings.Join(set, ", ")
	if len(remove) > 0 {
		update += " REMOVE " + strings.Join(remove, ", ")
	}

	names := map[string]string{"#c": "count", "#s": "status"}

	out, err := r.l.UpdateItem(r.Context(), &client.UpdateItemInput{
		TableName: aws.String(tableName), Key: keyOf(one.key, one.version), ReturnValues: types.ReturnValueAllNew,
		UpdateExpression: aws.String(update), ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	})
	r.must(err)

	one.count = r.model[r.model.id(one.key, one.version)].count + 1
	r.model[r.model.id(one.key, one.version)] = one

	if diff := cmp.Diff(one.String(), rowOf(out.Attributes).String()); diff != "" {
		r.Fatalf("update (-want +got):\n%s", diff)
	}
}

func (r modelRun) remove(one row) {
	out, err := r.l.DeleteItem(r.Context(), &client.DeleteItemInput{
		TableName: aws.String(tableName), Key: keyOf(one.key, one.version), ReturnValues: types.ReturnValueAllOld,
	})
	r.must(err)

	if diff := cmp.Diff(r.model[r.model.id(one.key, one.version)].String(), rowOf(out.Attributes).String()); diff != "" {
		r.Fatalf("deleted (-want +got):\n%s", diff)
	}

	delete(r.model, r.model.id(one.key, one.version))
}

func (r modelRun) get(one row) {
	out, err := r.l.GetItem(r.Context(), &client.GetItemInput{TableName: aws.String(tableName), Key: keyOf(one.key, one.version)})
	r.must(err)

	if diff := cmp.Diff(r.model[r.model.id(one.key, one.version)].String(), rowOf(out.Item).String()); diff != "" {
		r.Fatalf("got (-want +got):\n%s", diff)
	}
}

func (r modelRun) query(one row, forward bool, limit int) {
	got := r.pages(&client.QueryInput{
		KeyConditionExpression:    aws.String("#k = :k AND version >= :v"),
		ExpressionAttributeNames:  map[string]string{"#k": "key"},
		ExpressionAttributeValues: item{":k": text(one.key), ":v": text(one.version)},
	}, forward, limit)

	want := r.model.rows(
		func(other row) bool { return other.key == one.key && other.version >= one.version },
		func(a, b row) int { return strings.Compare(a.version, b.version) })
	r.same("query", want, got, forward)
}

func (r modelRun) queryIndex(one row, forward bool, limit int) {
	if one.status == "" {
		one.status = r.prefix + "READY"
	}

	got := r.pages(&client.QueryInput{
		IndexName:                 aws.String(indexName),
		KeyConditionExpression:    aws.String("#s = :s AND updatedAt < :t"),
		ExpressionAttributeNames:  map[string]string{"#s": "status"},
		ExpressionAttributeValues: item{":s": text(one.status), ":t": number(strconv.Itoa(one.updatedAt))},
	}, forward, limit)

	// Items with the same time come in any order, but both directions have the same
	// order.
	want := r.model.rows(
		func(other row) bool {
			return other.status == one.status && other.updatedAt != 0 && other.updatedAt < one.updatedAt
		},
		func(a, b row) int {
			if a.updatedAt != b.updatedAt {
				return a.updatedAt - b.updatedAt
			}

			return strings.Compare(r.model.id(a.key, a.version), r.model.id(b.key, b.version))
		})

	if !slices.Equal(sortedCopy(want), sortedCopy(got)) {
		r.Fatalf("index: (-want +got):\n%s", cmp.Diff(sortedCopy(want), sortedCopy(got)))
	}
}

func sortedCopy(list []string) []string { return slices.Sorted(slices.Values(list)) }

func (r modelRun) same(what string, want, got []string, forward bool) {
	if !forward {
		slices.Reverse(want)
	}

	if diff := cmp.Diff(want, got); diff != "" {
		r.Fatalf("%s forward=%t (-want +got):\n%s", what, forward, diff)
	}
}

// pages follows LastEvaluatedKey to the last page.
func (r modelRun) pages(input *client.QueryInput, forward bool, limit int) []string {
	input.TableName, input.ScanIndexForward, input.Limit = aws.String(tableName), aws.Bool(forward), aws.Int32(int32(limit))

	got, times := []string{}, []int{}

	for {
		out, err := r.l.Query(r.Context(), input)
		r.must(err)

		for _, i := range out.Items {
			got = append(got, rowOf(i).String())
			times = append(times, rowOf(i).updatedAt)
		}

		if out.LastEvaluatedKey == nil {
			break
		}

		input.ExclusiveStartKey = maps.Clone(out.LastEvaluatedKey)
	}

	if input.IndexName != nil {
		if !forward {
			slices.Reverse(times)
		}

		if !slices.IsSorted(times) {
			r.Fatalf("the index answers the times in the order %v", times)
		}
	}

	return got
}
