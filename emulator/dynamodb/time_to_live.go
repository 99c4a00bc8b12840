package dynamodb

import "context"

type timeToLive struct {
	AttributeName string `json:",omitempty"`
	Enabled       *bool  `json:",omitempty"`

	TimeToLiveStatus string `json:",omitempty"`
}

type timeToLiveInput struct {
	TableName               string
	TimeToLiveSpecification timeToLive
}

// updateTimeToLive answers UpdateTimeToLive.
func (s *Service) updateTimeToLive(ctx context.Context, in timeToLiveInput) (map[string]timeToLive, error) {
	t, err := s.changeable(ctx, "UpdateTimeToLive", in.TableName)
	if err != nil {
		return nil, err
	}

	wanted := in.TimeToLiveSpecification

	switch {
	case wanted.Enabled == nil || wanted.AttributeName == "":
		return nil, validation("1 validation error detected: TimeToLiveSpecification needs AttributeName and Enabled")
	case *wanted.Enabled == (t.TTLAttribute != ""):
		return nil, validation("TimeToLive is already %s", map[bool]string{true: "enabled", false: "disabled"}[*wanted.Enabled])
	}

	schema := t.Table
	if schema.TTLAttribute = ""; *wanted.Enabled {
		schema.TTLAttribute = wanted.AttributeName
	}

	if err := s.save(t, schema, t.settings); err != nil {
		return nil, err
	}

	return map[string]timeToLive{"TimeToLiveSpecification": {AttributeName: wanted.AttributeName, Enabled: wanted.Enabled}}, nil
}

// describeTimeToLive answers DescribeTimeToLive.
func (s *Service) describeTimeToLive(ctx context.Context, in describeTableInput) (map[string]timeToLive, error) {
	t, err := s.tableFor(ctx, "DescribeTimeToLive", in.TableName, "")
	if err != nil {
		return nil, err
	}

	status := "DISABLED"
	if t.TTLAttribute != "" {
		status = "ENABLED"
	}

	return map[string]timeToLive{"TimeToLiveDescription": {AttributeName: t.TTLAttribute, TimeToLiveStatus: status}}, nil
}
