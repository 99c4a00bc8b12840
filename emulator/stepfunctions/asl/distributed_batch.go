package asl

import "triptych/emulator/stepfunctions/asl/jsonata"

import "encoding/json"

// itemBatcher groups items into batches, one for each child execution.
// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html
type itemBatcher struct {
	maxItems *template
	maxBytes *template
	input    *template
}

func (p *parser) itemBatcher(fields *object) *itemBatcher {
	batcher := fields.child("ItemBatcher")
	if batcher == nil {
		return nil
	}

	out := &itemBatcher{
		maxItems: batcher.seconds("MaxItemsPerBatch", 1),
		maxBytes: batcher.seconds("MaxInputBytesPerBatch", 1),
		input:    batcher.template("BatchInput", reach{}),
	}

	if out.maxItems == nil && out.maxBytes == nil {
		fields.problemf("ItemBatcher", "an ItemBatcher needs MaxItemsPerBatch, MaxInputBytesPerBatch or both")
	}

	batcher.finish()

	return out
}

func (b *itemBatcher) evaluate(r *run, s *scope, out *mapRun) error {
	if b == nil {
		return nil
	}

	out.BatchItems, out.BatchBytes = MaxDataBytes, MaxDataBytes

	items, err := optionalNumber(b.maxItems, s, "ItemBatcher/MaxItemsPerBatch", 1)
	if err != nil {
		return err
	}

	if items != nil {
		out.BatchItems = int(*items)
	}

	bytes, err := optionalNumber(b.maxBytes, s, "ItemBatcher/MaxInputBytesPerBatch", 1)
	if err != nil {
		return err
	}

	if bytes != nil {
		out.BatchBytes = int(min(MaxDataBytes, *bytes))
	}

	if b.input != nil {
		out.BatchInput, err = r.evaluate(b.input, s, "ItemBatcher/BatchInput")
	}

	return err
}

// batch is the input of a child execution with a batch of items.
type batch struct {
	Input json.RawMessage   `json:"BatchInput,omitempty"`
	Items []json.RawMessage `json:"Items"`
}

// next removes the items for one child execution from the waiting items and returns the
// child's input. It returns nil if more items must be read first. It fails if a single item
// is too large for a batch.
func (m *mapRun) next(state string) (input json.RawMessage, items int, err error) {
	if m.BatchItems == 0 { // Without an ItemBatcher.
		input, m.Waiting = m.Waiting[0], m.Waiting[1:]

		return input, 1, nil
	}

	empty, err := jsonata.Encode(batch{Input: m.BatchInput, Items: []json.RawMessage{}})
	if err != nil {
		return nil, 0, err
	}

	bytes, full := len(empty), false

	for items < len(m.Waiting) && !full {
		bytes += len(m.Waiting[items]) + len(",")
		if full = bytes-len(",") > m.BatchBytes; !full {
			items++
			full = items == m.BatchItems
		}
	}

	switch {
	case items == 0:
		return nil, 0, dataLimit(state)
	case !full && !m.ReadAll:
		return nil, 0, nil
	}

	input, err = jsonata.Encode(batch{Input: m.BatchInput, Items: m.Waiting[:items]})
	m.Waiting = m.Waiting[items:]

	return input, items, err
}
