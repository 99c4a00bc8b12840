package stepfunctions

import (
	"bytes"
	"context"
	"errors"

	"go.etcd.io/bbolt"

	"triptych/emulator/stepfunctions/asl"
)

type mapRunInput struct {
	MapRunARN string `json:"mapRunArn"`
}

type describeMapRunOutput struct {
	MapRunARN                  string         `json:"mapRunArn"`
	ExecutionARN               string         `json:"executionArn"`
	Status                     asl.Status     `json:"status"`
	StartDate                  asl.Timestamp  `json:"startDate"`
	StopDate                   *asl.Timestamp `json:"stopDate,omitempty"`
	MaxConcurrency             int            `json:"maxConcurrency"`
	ToleratedFailurePercentage float64        `json:"toleratedFailurePercentage"`
	ToleratedFailureCount      int64          `json:"toleratedFailureCount"`
	ItemCounts                 mapRunCounts   `json:"itemCounts"`
	ExecutionCounts            mapRunCounts   `json:"executionCounts"`
	RedriveCount               int            `json:"redriveCount"`
	RedriveDate                *asl.Timestamp `json:"redriveDate,omitempty"`
}

// mapRunCounts are ChildCounts plus a count that is always 0 in the emulator: child
// executions that cannot be redriven any more.
type mapRunCounts struct {
	asl.ChildCounts

	FailuresNotRedrivable int64 `json:"failuresNotRedrivable"`
}

func (s *Service) describeMapRun(ctx context.Context, in mapRunInput) (describeMapRunOutput, error) {
	record, err := s.authorizedMapRun(ctx, "states:DescribeMapRun", in.MapRunARN)
	if err != nil {
		return describeMapRunOutput{}, err
	}

	return describeMapRunOutput{
		MapRunARN: record.ARN, ExecutionARN: s.arnOf(record.Execution), Status: record.Status,
		StartDate: stamp(record.Started), StopDate: stampUnlessZero(record.Stopped), MaxConcurrency: record.MaxConcurrency,
		ToleratedFailurePercentage: record.ToleratedFailurePercentage, ToleratedFailureCount: record.ToleratedFailureCount,
		ItemCounts: mapRunCounts{ChildCounts: record.Items}, ExecutionCounts: mapRunCounts{ChildCounts: record.Executions},
		RedriveCount: record.RedriveCount, RedriveDate: stampUnlessZero(record.RedriveDate),
	}, nil
}

// authorizedMapRun checks the caller's permission and reads a Map Run. It returns an error
// if the Map Run does not exist.
func (s *Service) authorizedMapRun(ctx context.Context, action, arn string) (mapRunRecord, error) {
	if err := s.config.Authorize(ctx, action, arn); err != nil {
		return mapRunRecord{}, err
	}

	if _, err := s.mapRunKey(arn); err != nil {
		return mapRunRecord{}, err
	}

	record, found, err := s.mapRunRecord(arn)
	if err == nil && !found {
		err = noMapRun(arn)
	}

	return record, err
}

type listMapRunsInput struct {
	ExecutionARN string `json:"executionArn"`
	MaxResults   int    `json:"maxResults"`
	NextToken    string `json:"nextToken"`
}

type listMapRunsOutput struct {
	MapRuns   []mapRunListItem `json:"mapRuns"`
	NextToken string           `json:"nextToken,omitempty"`
}

type mapRunListItem struct {
	ExecutionARN    string         `json:"executionArn"`
	MapRunARN       string         `json:"mapRunArn"`
	StateMachineARN string         `json:"stateMachineArn"`
	StartDate       asl.Timestamp  `json:"startDate"`
	StopDate        *asl.Timestamp `json:"stopDate,omitempty"`
}

// listMapRuns returns the Map Runs of an execution, the newest first.
func (s *Service) listMapRuns(ctx context.Context, in listMapRunsInput) (listMapRunsOutput, error) {
	key, err := s.authorized(ctx, "states:ListMapRuns", in.ExecutionARN)
	if err != nil {
		return listMapRunsOutput{}, err
	}

	if _, _, err := s.stored(key); err != nil {
		return listMapRunsOutput{}, err
	}

	size := pageSize(in.MaxResults)

	list := "map runs of " + key
	prefix := indexPrefix(key)
	before := append(bytes.Clone(prefix), bytes.Repeat([]byte{0xff}, len(prefix)+maxNameLength)...)

	if in.NextToken != "" {
		if before, err = readToken(list, in.NextToken); err != nil {
			return listMapRunsOutput{}, err
		}
	}

	out := listMapRunsOutput{MapRuns: []mapRunListItem{}}

	var arns []string

	err = s.config.DB.View(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket([]byte(mapRunIndexBucket)).Cursor()

		var last []byte

		for k, _ := lastBefore(cursor, before); bytes.HasPrefix(k, prefix); k, _ = cursor.Prev() {
			if len(arns) == size {
				out.NextToken = newToken(list, last)

				break
			}

			last = k
			arns = append(arns, "arn:aws:states:"+s.config.Region+":"+s.config.Account+":mapRun:"+indexedKey(k, key))
		}

		return nil
	})
	if err != nil {
		return listMapRunsOutput{}, err
	}

	for _, arn := range arns {
		record, found, err := s.mapRunRecord(arn)
		if err != nil {
			return listMapRunsOutput{}, err
		}

		if found {
			out.MapRuns = append(out.MapRuns, mapRunListItem{
				ExecutionARN: in.ExecutionARN, MapRunARN: arn,
				StateMachineARN: MachineARN(s.config.Region, s.config.Account, parentName(key)),
				StartDate:       stamp(record.Started), StopDate: stampUnlessZero(record.Stopped),
			})
		}
	}

	return out, nil
}

type updateMapRunInput struct {
	MapRunARN                  string   `json:"mapRunArn"`
	MaxConcurrency             *int     `json:"maxConcurrency"`
	ToleratedFailureCount      *int64   `json:"toleratedFailureCount"`
	ToleratedFailurePercentage *float64 `json:"toleratedFailurePercentage"`
}

// updateMapRun changes a Map Run that is in progress. A Map Run that has ended stays
// unchanged.
func (s *Service) updateMapRun(ctx context.Context, in updateMapRunInput) (struct{}, error) {
	record, err := s.authorizedMapRun(ctx, "states:UpdateMapRun", in.MapRunARN)
	if err != nil {
		return struct{}{}, err
	}

	s.mu.Lock()
	parent := s.live[record.Execution]
	s.mu.Unlock()

	if parent == nil {
		return struct{}{}, nil
	}

	err = s.report(parent, func() (asl.Effects, error) {
		return parent.machine().UpdateMapRun(parent.x, in.MapRunARN, asl.MapRunUpdate{
			MaxConcurrency: in.MaxConcurrency, ToleratedFailureCount: in.ToleratedFailureCount,
			ToleratedFailurePercentage: in.ToleratedFailurePercentage,
		})
	})
	if errors.Is(err, asl.ErrNotPending) {
		err = nil
	}

	return struct{}{}, err
}
