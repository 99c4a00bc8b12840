package dynamodb

import (
	"context"
	"encoding/base64"
	"encoding/json"

	"triptych/emulator/dynamodb/attribute"
)

// maxStatementBytes limits a statement.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html
const maxStatementBytes = 8192

type statementInput struct {
	Statement      string
	Parameters     []attribute.JSON
	ConsistentRead bool
	Limit          *int
	NextToken      string

	ReturnValuesOnConditionCheckFailure string
}

type statementOutput struct {
	Items            []attribute.Map
	NextToken        string        `json:",omitempty"`
	LastEvaluatedKey attribute.Map `json:",omitempty"`
}

// executeStatement answers ExecuteStatement for SELECT: it becomes a Scan with a filter.
// Statements that write are rejected.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.select.html
func (s *Service) executeStatement(ctx context.Context, in statementInput) (statementOutput, error) {
	if in.Statement == "" || len(in.Statement) > maxStatementBytes {
		return statementOutput{}, validation("1 validation error detected: Value at 'statement' failed to satisfy constraint: "+
			"Member must have length between 1 and %d", maxStatementBytes)
	}

	tokens, err := readStatement(in.Statement)
	if err != nil {
		return statementOutput{}, err
	}

	p := &statementParser{tokens: tokens, parameters: in.Parameters, names: map[string]string{}, values: attribute.JSONMap{}}

	read, err := p.statement()
	if err != nil {
		return statementOutput{}, err
	}

	read.ConsistentRead, read.Limit = in.ConsistentRead, in.Limit

	if in.NextToken != "" {
		text, err := base64.StdEncoding.DecodeString(in.NextToken)
		if err != nil || json.Unmarshal(text, &read.ExclusiveStartKey) != nil {
			return statementOutput{}, validation("Invalid NextToken")
		}
	}

	t, err := s.tableFor(ctx, "PartiQLSelect", read.TableName, read.indexName())
	if err != nil {
		return statementOutput{}, err
	}

	found, err := s.scanTable(t, scanInput{read})
	if err != nil {
		return statementOutput{}, err
	}

	out := statementOutput{Items: found.Items}

	if found.LastEvaluatedKey != nil {
		text, err := json.Marshal(found.LastEvaluatedKey)
		if err != nil {
			return statementOutput{}, err
		}

		out.NextToken, out.LastEvaluatedKey = base64.StdEncoding.EncodeToString(text), found.LastEvaluatedKey
	}

	return out, nil
}

func badStatement(format string, args ...any) error {
	return validation("Statement wasn't well formed, can't be processed: "+format, args...)
}
