package asl

import (
	"encoding/json"
	"fmt"
)

// ListObjects is the Resource of the ItemReader that lists a bucket. Its Arguments
// are {Bucket, Prefix}; an item is {Etag, Key, LastModified, Size, StorageClass}.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html#itemsource-example-s3-object-data
const ListObjects = "arn:aws:states:::s3:listObjectsV2"

// maxPage is how many items are read at once: what S3 lists in one call.
const maxPage = 1000

// itemReader is where the items of a Map Run come from.
type itemReader struct {
	resource  string
	arguments *template
	maxItems  *template
}

// Read asks the driver for a page of items: for [Machine.ItemsRead] or
// [Machine.ReadFailed] with its ID.
type Read struct {
	ID        string
	State     string
	Resource  string // ListObjects.
	Arguments json.RawMessage
	Token     string // Where the page begins, as the page before said; "" is the first.
	Limit     int    // How many items are wanted at most.
}

// Page is some items of a reader's data set.
type Page struct {
	Items []json.RawMessage
	Next  string // The Token of the page that follows; "" after the last one.
}

func (p *parser) itemReader(fields *object) *itemReader {
	reader := fields.child("ItemReader")
	if reader == nil {
		return nil
	}

	out := &itemReader{resource: reader.text("Resource"), arguments: reader.template("Arguments", reach{})}

	if out.resource != ListObjects {
		reader.problemf("Resource", "the reader %q is not supported: only %s", out.resource, ListObjects)
	}

	if out.arguments == nil {
		reader.problemf("Arguments", "an ItemReader needs Arguments with a Bucket")

		out.arguments = &template{}
	}

	if config := reader.child("ReaderConfig"); config != nil {
		if transformation := config.text("Transformation"); transformation != "" && transformation != "NONE" {
			config.problemf("Transformation", "the transformation %s is not supported: only NONE", transformation)
		}

		out.maxItems = config.seconds("MaxItems", 0)

		config.finish()
	}

	reader.finish()

	return out
}

// evaluate writes down what to read. A reader's Arguments are kept with the run, or
// a page that is read later could come from elsewhere.
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

// source is $states.context.Map.Item.Source of an item.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html#contextobject-map
func (s *distributedState) source(run *mapRun) string {
	if s.reader == nil {
		return "STATE_DATA"
	}

	var arguments struct{ Bucket string }
	if json.Unmarshal(run.Reading.Arguments, &arguments) != nil {
		return ""
	}

	return "S3://" + arguments.Bucket
}

// want asks for the next page, unless one is under way or enough is there.
func (s *distributedState) want(r *run, f *frame) {
	run := f.Run
	if run.ReadAll || run.Reading.ID != "" || len(run.Waiting) >= max(1, run.BatchItems) {
		return
	}

	run.Reading.ID = r.newID("read")
	r.effects.Reads = append(r.effects.Reads, s.read(run))
}

// read is a run's pending read, for the driver.
func (s *distributedState) read(run *mapRun) Read {
	limit := maxPage
	if run.MaxItems > 0 {
		limit = min(limit, run.MaxItems-run.ItemsRead)
	}

	return Read{
		ID: run.Reading.ID, State: s.name, Resource: s.reader.resource,
		Arguments: run.Reading.Arguments, Token: run.Reading.Token, Limit: limit,
	}
}

// received takes a page.
func (s *distributedState) received(r *run, f *frame, page Page) {
	run := f.Run
	run.Reading.ID, run.Reading.Token = "", page.Next

	if run.MaxItems > 0 {
		page.Items = page.Items[:min(len(page.Items), run.MaxItems-run.ItemsRead)]
	}

	items := make([]any, len(page.Items))

	for i, text := range page.Items {
		var err error
		if items[i], err = decode(text); err != nil {
			s.fail(r, f, Failure{Error: ErrorItemReader, Cause: fmt.Sprintf("An item is not JSON: %v", err)})

			return
		}
	}

	run.ReadAll = page.Next == "" || (run.MaxItems > 0 && run.ItemsRead+len(items) >= run.MaxItems)

	if s.receive(r, f, items) {
		s.proceed(r, f)
	}
}

// receive selects items, which wait from now on for a child execution. It says
// whether that went well.
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
			selected, err = encode(item)
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
	f.Run = nil // A redrive begins a new one.
	r.evaluationFailed(f, err, false)
}
