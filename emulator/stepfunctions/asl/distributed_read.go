package asl

import (
	"encoding/json"
	"fmt"

	"triptych/emulator/stepfunctions/asl/jsonata"
)

// ListObjects is the Resource of the ItemReader that lists a bucket. Its Arguments are
// {Bucket, Prefix}. An item is {Etag, Key, LastModified, Size, StorageClass}.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html#itemsource-example-s3-object-data
const ListObjects = "arn:aws:states:::s3:listObjectsV2"

// maxPage is the number of items of one page, as in one S3 listing call.
const maxPage = 1000

// itemReader reads the items of a Map Run from a data set.
type itemReader struct {
	resource  string
	arguments *template
	maxItems  *template
	format    ItemFormat // Only with GetObject.
}

// Read asks the driver to read a page of items. The driver reports the result to
// [Machine.ItemsRead] or [Machine.ReadFailed] with the ID.
type Read struct {
	ID        string
	State     string
	Resource  string // ListObjects or GetObject.
	Format    ItemFormat
	Arguments json.RawMessage
	Token     string // The start of the page: the Next of the previous page; "" for the first page.
	Limit     int    // The maximum number of items.
}

// Page is a page of items from a reader's data set.
type Page struct {
	Items []json.RawMessage
	Next  string // The Token of the next page; "" after the last page.
}

func (p *parser) itemReader(fields *object) *itemReader {
	reader := fields.child("ItemReader")
	if reader == nil {
		return nil
	}

	out := &itemReader{resource: reader.text("Resource"), arguments: reader.template("Arguments", reach{})}

	if out.resource != ListObjects && out.resource != GetObject {
		reader.problemf("Resource", "the reader %q is not supported: only %s and %s", out.resource, ListObjects, GetObject)
	}

	if out.arguments == nil {
		reader.problemf("Arguments", "an ItemReader needs Arguments with a Bucket")

		out.arguments = &template{}
	}

	config := reader.child("ReaderConfig")

	switch {
	case out.resource == GetObject && config == nil:
		reader.problemf("ReaderConfig", "a reader of a file needs a ReaderConfig with an InputType")
	case out.resource == GetObject:
		out.format = itemFormat(config)
	}

	if config != nil {
		if transformation := config.text("Transformation"); transformation != "" && transformation != "NONE" {
			config.problemf("Transformation", "the transformation %s is not supported: only NONE", transformation)
		}

		out.maxItems = config.seconds("MaxItems", 0)

		config.finish()
	}

	reader.finish()

	return out
}

// evaluate stores what to read. The reader's Arguments are stored with the run, so that
// later pages come from the same data set.
func (t *itemReader) evaluate(r *run, s *scope, out *mapRun) error {
	arguments, err := r.evaluate(t.arguments, s, "ItemReader/Arguments")
	if err != nil {
		return err
	}

	if len(arguments) > MaxDataBytes {
		return dataLimit(s.frame.State)
	}

	most, err := optionalNumber(t.maxItems, s, "ItemReader/ReaderConfig/MaxItems", 0)
	if err != nil {
		return err
	}

	if most != nil {
		out.MaxItems = int(*most)
	}

	out.Reading = &pendingRead{Arguments: arguments}

	return nil
}

// source returns $states.context.Map.Item.Source of an item.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html#contextobject-map
func (s *distributedState) source(run *mapRun) string {
	if s.reader == nil {
		return "STATE_DATA"
	}

	var arguments struct{ Bucket, Key string }
	if json.Unmarshal(run.Reading.Arguments, &arguments) != nil {
		return ""
	}

	if s.reader.resource == GetObject {
		return "S3://" + arguments.Bucket + "/" + arguments.Key
	}

	return "S3://" + arguments.Bucket
}

// want requests the next page, unless a read is in progress or enough items are waiting.
func (s *distributedState) want(r *run, f *frame) {
	run := f.Run
	if run.ReadAll || run.Reading.ID != "" || len(run.Waiting) >= max(1, run.BatchItems) {
		return
	}

	run.Reading.ID = r.newID("read")
	r.effects.Reads = append(r.effects.Reads, s.read(run))
}

// read returns a run's pending read for the driver.
func (s *distributedState) read(run *mapRun) Read {
	limit := maxPage
	if run.MaxItems > 0 {
		limit = min(limit, run.MaxItems-run.ItemsRead)
	}

	return Read{
		ID: run.Reading.ID, State: s.name, Resource: s.reader.resource, Format: s.reader.format,
		Arguments: run.Reading.Arguments, Token: run.Reading.Token, Limit: limit,
	}
}

// received handles a page.
func (s *distributedState) received(r *run, f *frame, page Page) {
	run := f.Run
	run.Reading.ID, run.Reading.Token = "", page.Next

	if run.MaxItems > 0 {
		page.Items = page.Items[:min(len(page.Items), run.MaxItems-run.ItemsRead)]
	}

	items := make([]any, len(page.Items))

	for i, text := range page.Items {
		var err error
		if items[i], err = jsonata.Decode(text); err != nil {
			s.fail(r, f, Failure{Error: ErrorItemReader, Cause: fmt.Sprintf("An item is not JSON: %v", err)})

			return
		}
	}

	run.ReadAll = page.Next == "" || (run.MaxItems > 0 && run.ItemsRead+len(items) >= run.MaxItems)

	if s.receive(r, f, items) {
		s.proceed(r, f)
	}
}

// receive adds the selected items to those that wait for a child execution. It reports
// whether it succeeded.
func (s *distributedState) receive(r *run, f *frame, items []any) bool {
	run := f.Run
	scope := r.newScope(f)
	source := s.source(run)

	for _, item := range items {
		var (
			selected json.RawMessage
			err      error
		)

		if s.itemSelector == nil {
			selected, err = jsonata.Encode(item)
		} else {
			selected, err = r.evaluate(s.itemSelector, scope.withMapItem(run.ItemsRead, item, source), "ItemSelector")
		}

		if err == nil && len(selected) > MaxDataBytes {
			err = dataLimit(s.name)
		}

		if err != nil {
			s.evaluationFailed(r, f, err)

			return false
		}

		run.ItemsRead++
		run.Waiting = append(run.Waiting, selected)
	}

	return true
}

// evaluationFailed fails the run because a field could not be evaluated.
func (s *distributedState) evaluationFailed(r *run, f *frame, err error) {
	s.endRun(r, f, StatusFailed)
	f.Run = nil // A redrive starts a new run.
	r.evaluationFailed(f, err, atStart)
}
