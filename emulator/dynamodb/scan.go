package dynamodb

import "context"

type scanInput struct{ paging }

// scan answers Scan: all items of a table or an index. DynamoDB does not guarantee an
// order; the emulator uses the order of the keys.
func (s *Service) scan(ctx context.Context, in scanInput) (pageOutput, error) {
	t, err := s.tableFor(ctx, "Scan", in.TableName, in.indexName())
	if err != nil {
		return pageOutput{}, err
	}

	return s.scanTable(t, in)
}

// scanTable is scan after the check of the permission.
func (s *Service) scanTable(t *table, in scanInput) (pageOutput, error) {
	if err := in.check(); err != nil {
		return pageOutput{}, err
	}

	src, err := in.source(t)
	if err != nil {
		return pageOutput{}, err
	}

	placeholders, err := in.placeholders(in.FilterExpression != nil || in.ProjectionExpression != nil, "FilterExpression is null")
	if err != nil {
		return pageOutput{}, err
	}

	p, err := in.parse(src, placeholders)
	if err != nil {
		return pageOutput{}, err
	}

	if err := p.resume(in.ExclusiveStartKey); err != nil {
		return pageOutput{}, err
	}

	return p.read(s.db)
}
