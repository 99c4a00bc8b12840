package stepfunctions

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions/asl"
)

type listExecutionsInput struct {
	StateMachineARN string     `json:"stateMachineArn"`
	MapRunARN       string     `json:"mapRunArn"`
	StatusFilter    asl.Status `json:"statusFilter"`
	RedriveFilter   string     `json:"redriveFilter"`
	MaxResults      int        `json:"maxResults"`
	NextToken       string     `json:"nextToken"`

	qualified string // The ARN of a version or an alias, which the executions were started with.
}

type listExecutionsOutput struct {
	Executions []executionListItem `json:"executions"`
	NextToken  string              `json:"nextToken,omitempty"`
}

type executionListItem struct {
	ExecutionARN    string         `json:"executionArn"`
	StateMachineARN string         `json:"stateMachineArn"`
	Name            string         `json:"name"`
	Status          asl.Status     `json:"status"`
	StartDate       asl.Timestamp  `json:"startDate"`
	StopDate        *asl.Timestamp `json:"stopDate,omitempty"`
	RedriveCount    int            `json:"redriveCount"`
	RedriveDate     *asl.Timestamp `json:"redriveDate,omitempty"`
	MapRunARN       string         `json:"mapRunArn,omitempty"`
	VersionARN      string         `json:"stateMachineVersionArn,omitempty"`
	AliasARN        string         `json:"stateMachineAliasArn,omitempty"`
}

// matches reports whether an execution passes the filters.
func (in *listExecutionsInput) matches(x summary) bool {
	return (in.qualified == "" || in.qualified == x.VersionARN || in.qualified == x.AliasARN) &&
		(in.StatusFilter == "" || x.Status == in.StatusFilter) &&
		(in.RedriveFilter == "" || (x.RedriveCount > 0) == (in.RedriveFilter == "REDRIVEN"))
}

func (in *listExecutionsInput) validate() error {
	if (in.StateMachineARN == "") == (in.MapRunARN == "") {
		return awsapi.Errorf("ValidationException", "Must specify exactly one of 'stateMachineArn' or 'mapRunArn'")
	}

	return nil
}

// listExecutions lists executions, the newest first.
func (s *Service) listExecutions(ctx context.Context, in listExecutionsInput) (listExecutionsOutput, error) {
	if err := in.validate(); err != nil {
		return listExecutionsOutput{}, err
	}

	name, err := s.listed(ctx, &in)
	if err != nil {
		return listExecutionsOutput{}, err
	}

	size := pageSize(in.MaxResults)

	prefix := indexPrefix(name)
	before := append(bytes.Clone(prefix), slices.Repeat([]byte{0xff}, len(prefix)+maxNameLength)...)
	list := "executions of " + name

	if in.NextToken != "" {
		if before, err = readToken(list, in.NextToken); err != nil {
			return listExecutionsOutput{}, err
		}
	}

	out := listExecutionsOutput{Executions: []executionListItem{}}

	err = s.config.DB.View(func(tx *bbolt.Tx) error {
		cursor := tx.Bucket([]byte(indexBucket)).Cursor()

		var last []byte

		for k, v := lastBefore(cursor, before); bytes.HasPrefix(k, prefix); k, v = cursor.Prev() {
			var listed summary
			if err := json.Unmarshal(v, &listed); err != nil {
				return err
			}

			if !in.matches(listed) {
				continue
			}

			if len(out.Executions) == size {
				out.NextToken = newToken(list, last)

				break
			}

			last = k
			out.Executions = append(out.Executions, s.listItem(indexedKey(k, name), in.MapRunARN, listed))
		}

		return nil
	})

	return out, err
}

// listed returns the index prefix of a list: a machine's name, or a Map Run's key.
func (s *Service) listed(ctx context.Context, in *listExecutionsInput) (string, error) {
	if in.MapRunARN != "" {
		if _, err := s.authorizedMapRun(ctx, "states:ListExecutions", in.MapRunARN); err != nil {
			return "", err
		}

		return s.mapRunKey(in.MapRunARN)
	}

	if err := s.config.Authorize(ctx, "states:ListExecutions", in.StateMachineARN); err != nil {
		return "", err
	}

	m, err := s.resolve(in.StateMachineARN)
	if err != nil {
		return "", err
	}

	if in.StateMachineARN != m.arn {
		in.qualified = in.StateMachineARN
	}

	return m.Machine, nil
}

// lastBefore returns the last entry before a key.
func lastBefore(cursor *bbolt.Cursor, key []byte) ([]byte, []byte) {
	if k, _ := cursor.Seek(key); k == nil {
		return cursor.Last()
	}

	return cursor.Prev()
}

func (s *Service) listItem(key, mapRunARN string, listed summary) executionListItem {
	machine, name, _ := strings.Cut(key, ":")

	return executionListItem{
		ExecutionARN: s.arnOf(key), StateMachineARN: MachineARN(s.config.Region, s.config.Account, machine), Name: name, MapRunARN: mapRunARN,
		Status: listed.Status, StartDate: stamp(listed.Started), StopDate: stampUnlessZero(listed.Stopped),
		RedriveCount: listed.RedriveCount, RedriveDate: stampUnlessZero(listed.RedriveDate),
		VersionARN: listed.VersionARN, AliasARN: listed.AliasARN,
	}
}
