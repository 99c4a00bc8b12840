package stack

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"
)

func (c clients) put(t *testing.T, key, text string) {
	t.Helper()

	if _, err := c.objects.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &c.stack.UploadsBucket, Key: &key, Body: strings.NewReader(text)}); err != nil {
		t.Fatal(err)
	}
}

func (c clients) get(t *testing.T, key string) string {
	t.Helper()

	out, err := c.objects.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &c.stack.UploadsBucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}

	text, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}

	return string(text)
}

func zipped(t *testing.T, text string) string {
	t.Helper()

	var out bytes.Buffer

	writer := gzip.NewWriter(&out)
	if _, err := io.WriteString(writer, text); err != nil {
		t.Fatal(err)
	}

	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}

	return out.String()
}

// A distributed Map reads the items of a file in several pages.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
func TestDatasets_reading(t *testing.T) {
	_, user := startForTest(t)

	const rows = 1234 // More than a page.

	var lines, table strings.Builder

	table.WriteString("id,name\n")

	list := []string{}

	for i := range rows {
		fmt.Fprintf(&lines, "{\"id\": %d}\n", i)
		fmt.Fprintf(&table, "%d,\"n, %d\"\n", i, i)
		list = append(list, fmt.Sprintf(`{"id": %d}`, i))
	}

	user.put(t, "items.json", `{"x": [0], "deep": {"items": [`+strings.Join(list, ",\n")+`]}}`)
	user.put(t, "items.jsonl", lines.String())
	user.put(t, "items.jsonl.gz", zipped(t, lines.String()))
	user.put(t, "items.csv", table.String())

	for key, config := range map[string]string{
		"items.json":     `{"InputType": "JSON", "ItemsPointer": "/deep/items"}`,
		"items.jsonl":    `{"InputType": "JSONL"}`,
		"items.jsonl.gz": `{"InputType": "JSONL"}`,
		"items.csv":      `{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}`,
	} {
		got := user.execute(t, strings.ReplaceAll(key, ".", "-"), `{"A": {
			"Type": "Map", "MaxConcurrency": 50, "ItemBatcher": {"MaxItemsPerBatch": 100},
			"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": `+config+`, "Arguments": {"Bucket": "`+user.stack.UploadsBucket+`", "Key": "`+key+`"}},
			"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P", "States": {"P": {"Type": "Pass", "Output": "{% $sum($states.input.Items.$number(id)) %}", "End": true}}},
			"Output": "{% $sum($states.result) %}", "End": true}}`, `{}`)

		if want := fmt.Sprint(rows * (rows - 1) / 2); aws.ToString(got.Output) != want {
			t.Errorf("%s: got %s %s %s, want %s", key, aws.ToString(got.Output), aws.ToString(got.Error), aws.ToString(got.Cause), want)
		}
	}

	missing := user.execute(t, "missing", `{"A": {"Type": "Map",
		"ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}, "Arguments": {"Bucket": "`+user.stack.UploadsBucket+`", "Key": "none"}},
		"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}, "End": true}}`, `{}`)
	if aws.ToString(missing.Error) != "States.ItemReaderFailed" {
		t.Errorf("a missing file: got %s", aws.ToString(missing.Error))
	}
}

// A distributed Map writes its results to files, with a manifest.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html#input-output-resultwriter-exporting-to-S3
func TestDatasets_writing(t *testing.T) {
	_, user := startForTest(t)
	bucket := user.stack.UploadsBucket

	results := func(name, tolerated, config string) (details struct {
		MapRunArn           string
		ResultWriterDetails struct{ Bucket, Key string }
	}, err string,
	) {
		got := user.execute(t, name, `{"A": {"Type": "Map", "Items": [1, 2, [3]], "MaxConcurrency": 1, "ToleratedFailureCount": `+tolerated+`,
			"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Arguments": {"Bucket": "`+bucket+`", "Prefix": "results/`+name+`"}`+config+`},
			"ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P", "States": {
				"P": {"Type": "Choice", "Choices": [{"Condition": "{% $states.input = 2 %}", "Next": "F"}], "Default": "S"},
				"F": {"Type": "Fail", "Error": "Two"}, "S": {"Type": "Succeed"}}}, "End": true}}`, `{}`)
		if got.Output != nil {
			if err := json.Unmarshal([]byte(*got.Output), &details); err != nil {
				t.Fatal(err)
			}
		}

		return details, aws.ToString(got.Error)
	}

	whole, _ := results("whole", "1", "")
	id := whole.MapRunArn[strings.LastIndexByte(whole.MapRunArn, ':')+1:]
	prefix := "results/whole/" + id + "/"

	if whole.ResultWriterDetails.Bucket != bucket || whole.ResultWriterDetails.Key != prefix+"manifest.json" {
		t.Errorf("got %+v", whole)
	}

	succeeded, failed := user.get(t, prefix+"SUCCEEDED_0.json"), user.get(t, prefix+"FAILED_0.json")
	manifest := fmt.Sprintf(`{"DestinationBucket":"%s","MapRunArn":"%s","ResultFiles":{"FAILED":[{"Key":"%sFAILED_0.json","Size":%d}],"PENDING":[],"SUCCEEDED":[{"Key":"%sSUCCEEDED_0.json","Size":%d}]}}`,
		bucket, whole.MapRunArn, prefix, len(failed), prefix, len(succeeded))

	if diff := cmp.Diff(manifest, user.get(t, prefix+"manifest.json")); diff != "" {
		t.Error(diff)
	}

	var written []map[string]any
	if err := json.Unmarshal([]byte(succeeded), &written); err != nil || len(written) != 2 || written[1]["Output"] != "[3]" || written[1]["Status"] != "SUCCEEDED" {
		t.Errorf("got %s, %v", succeeded, err)
	}

	if err := json.Unmarshal([]byte(failed), &written); err != nil || len(written) != 1 || written[0]["Error"] != "Two" || written[0]["Input"] != "2" {
		t.Errorf("got %s, %v", failed, err)
	}

	flat, _ := results("flat", "1", `, "WriterConfig": {"Transformation": "FLATTEN", "OutputType": "JSONL"}`)
	if got := user.get(t, strings.Replace(flat.ResultWriterDetails.Key, "manifest.json", "SUCCEEDED_0.jsonl", 1)); got != "1\n3\n" {
		t.Errorf("got %q", got)
	}

	if _, err := results("intolerant", "0", ""); err != "States.ExceedToleratedFailureThreshold" {
		t.Errorf("got the error %s", err)
	}

	list, err := user.objects.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: aws.String("results/intolerant/")})
	if err != nil || len(list.Contents) != 3 {
		t.Errorf("the files of a run that has failed: got %d, %v", len(list.Contents), err)
	}
}
