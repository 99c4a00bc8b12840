// Package dynamodb is the emulator's DynamoDB: the operations that Triptych uses, with
// DynamoDB's complete expressions, on an embedded database.
//
// # Operations
//
// Items are read and written one by one, in batches and in transactions, and read by
// PartiQL. The tables of the stack are declared in [Config]. They are created when they are
// opened for the first time, and do not change after that. Other tables can be created and
// deleted. Every other operation answers UnknownOperationException. The parameters that are older than expressions answer
// ValidationException with their name: a condition is never silently ignored.
//
// # Guarantees
//
// A write is one database transaction: the condition is evaluated on the item that is
// replaced, the indexes change together with it, and the write is stored before it is
// answered. All reads are consistent, including reads of an index.
//
// The API's format, the limits and the texts of errors are those of
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html.
package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/dynamodb/expression"
)

// Config configures a [Service].
type Config struct {
	// DB stores the tables, in buckets whose names begin with "dynamodb.". The caller
	// closes it.
	DB *bolt.DB
	// Tables declares all tables.
	Tables []Table
	// Account and Region are part of the tables' ARNs.
	Account, Region string
	// Authorize decides whether the caller in ctx may do the action ("dynamodb:GetItem")
	// on the ARN of a table or of an index. Its error is returned unchanged. nil allows
	// everything.
	Authorize func(ctx context.Context, action, resource string) error
	// Now is the clock for expiry; nil means time.Now.
	Now func() time.Time
}

// Service implements DynamoDB's protocol as an [http.Handler].
type Service struct {
	db     *bolt.DB
	tokens tokens

	// mu is held for the whole of an operation: for writing by those that create, change
	// or delete tables.
	mu        sync.RWMutex
	tables    map[string]*table
	arnPrefix string // of all tables
	authorize func(ctx context.Context, action, resource string) error
	now       func() time.Time
	api       awsapi.Service
}

// New opens the tables, creates new ones, and removes items that have expired meanwhile.
// It reports all problems of the configuration together.
func New(config Config) (*Service, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}

	s := &Service{
		db:        config.DB,
		tables:    map[string]*table{},
		arnPrefix: fmt.Sprintf("arn:aws:dynamodb:%s:%s:table/", config.Region, config.Account),
		authorize: config.Authorize,
		now:       config.Now,
	}

	if s.authorize == nil {
		s.authorize = func(context.Context, string, string) error { return nil }
	}

	if s.now == nil {
		s.now = time.Now
	}

	for _, declared := range config.Tables {
		opened, err := openTable(config.DB, declared, s.now())
		if err != nil {
			return nil, err
		}

		opened.settings = settings{declared: true, Tags: declared.Tags, Recovery: declared.Recovery, Protected: declared.Protected}
		s.tables[declared.Name] = opened
	}

	if err := s.openCreated(); err != nil {
		return nil, fmt.Errorf("open the created tables: %w", err)
	}

	s.api = awsapi.Service{
		Name:        "DynamoDB",
		ContentType: "application/x-amz-json-1.0",
		Operations: map[string]awsapi.Operation{
			"DescribeTable":             reading(s, s.describeTable),
			"ListTables":                reading(s, s.listTables),
			"GetItem":                   reading(s, s.getItem),
			"PutItem":                   reading(s, s.putItem),
			"UpdateItem":                reading(s, s.updateItem),
			"DeleteItem":                reading(s, s.deleteItem),
			"Query":                     reading(s, s.query),
			"Scan":                      reading(s, s.scan),
			"BatchGetItem":              reading(s, s.batchGetItem),
			"BatchWriteItem":            reading(s, s.batchWriteItem),
			"TransactGetItems":          reading(s, s.transactGetItems),
			"TransactWriteItems":        reading(s, s.transactWriteItems),
			"ExecuteStatement":          reading(s, s.executeStatement),
			"DescribeTimeToLive":        reading(s, s.describeTimeToLive),
			"DescribeContinuousBackups": reading(s, s.describeContinuousBackups),
			"ListTagsOfResource":        reading(s, s.listTagsOfResource),
			"CreateTable":               changing(s, s.createTable),
			"DeleteTable":               changing(s, s.deleteTable),
			"UpdateTable":               changing(s, s.updateTable),
			"UpdateTimeToLive":          changing(s, s.updateTimeToLive),
			"UpdateContinuousBackups":   changing(s, s.updateContinuousBackups),
			"TagResource":               changing(s, s.tagResource),
			"UntagResource":             changing(s, s.untagResource),
		},
	}

	if _, err := s.Sweep(context.Background()); err != nil {
		return nil, err
	}

	return s, nil
}

// OperationNames returns the names of the operations, sorted.
func (s *Service) OperationNames() []string { return s.api.OperationNames() }

// ServeHTTP implements [http.Handler].
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.api.ServeHTTP(w, r) }

func (c Config) validate() error {
	var problems []error

	if c.DB == nil {
		problems = append(problems, fmt.Errorf("%w: DB is nil", errConfig))
	}

	for i, t := range c.Tables {
		if slices.ContainsFunc(c.Tables[:i], func(other Table) bool { return other.Name == t.Name }) {
			problems = append(problems, fmt.Errorf("%w: table %q is declared twice", errConfig, t.Name))
		}

		problems = append(problems, t.validate())
	}

	return errors.Join(problems...)
}

// tableFor authorizes the action and finds the table. The name may be an ARN. If index is
// not empty, the action is authorized on the index instead of the table.
func (s *Service) tableFor(ctx context.Context, action, name, index string) (*table, error) {
	if name == "" {
		return nil, validation("1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null")
	}

	if _, afterARN, isARN := strings.Cut(name, ":table/"); isARN {
		name = afterARN
	}

	resource := s.arnPrefix + name
	if index != "" {
		resource += "/index/" + index
	}

	if err := s.authorize(ctx, "dynamodb:"+action, resource); err != nil {
		return nil, err
	}

	t, known := s.tables[name]
	if !known {
		message := "Requested resource not found"
		if action == "DescribeTable" {
			message += ": Table: " + name + " not found"
		}

		return nil, awsapi.Errorf("ResourceNotFoundException", "%s", message)
	}

	return t, nil
}

// reading adapts an operation that changes no table.
func reading[In, Out any](s *Service, run func(context.Context, In) (Out, error)) awsapi.Operation {
	return operation(func(ctx context.Context, in In) (Out, error) {
		s.mu.RLock()
		defer s.mu.RUnlock()

		return run(ctx, in)
	})
}

// changing adapts an operation that creates, changes or deletes tables.
func changing[In, Out any](s *Service, run func(context.Context, In) (Out, error)) awsapi.Operation {
	return operation(func(ctx context.Context, in In) (Out, error) {
		s.mu.Lock()
		defer s.mu.Unlock()

		return run(ctx, in)
	})
}

// operation adapts a typed operation, and converts the errors of values and expressions
// to DynamoDB's ValidationException.
func operation[In, Out any](run func(context.Context, In) (Out, error)) awsapi.Operation {
	return awsapi.Op(func(ctx context.Context, in In) (Out, error) {
		out, err := run(ctx, in)

		var (
			badValue      *attribute.Error
			badExpression *expression.Error
		)

		switch {
		case errors.As(err, &badValue):
			err = validation("%s", badValue.Message)
		case errors.As(err, &badExpression):
			err = validation("%s", badExpression.Message)
		}

		return out, err
	})
}

func validation(format string, args ...any) error {
	return awsapi.Errorf("ValidationException", format, args...)
}
