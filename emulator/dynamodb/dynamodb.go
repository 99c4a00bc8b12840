// Package dynamodb is the laptop's DynamoDB: the operations that Triptych uses,
// with DynamoDB's complete expressions, on an embedded database.
//
// # What is there
//
// GetItem, PutItem, UpdateItem, DeleteItem, Query, Scan, DescribeTable and
// ListTables. Tables are declared in [Config]; they are made when they are
// opened for the first time and stay what they are. Everything else answers
// UnknownOperationException, and the parameters from before expressions existed
// answer ValidationException, by name: a condition is never silently ignored.
//
// # What holds
//
// A write is one database transaction: the condition is decided on the item that
// is replaced, the indexes change with it, and it is on disk before it is
// answered. All reads are consistent, an index's too.
//
// The wire format, the limits and the errors' wording are those of
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html.
package dynamodb

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/dynamodb/expression"
)

// Config is what [New] needs.
type Config struct {
	// DB holds the tables, in buckets whose names begin with "dynamodb.". It
	// stays the caller's to close.
	DB *bolt.DB
	// Tables are all tables that there are.
	Tables []Table
	// Account and Region stand in the tables' ARNs.
	Account, Region string
	// Authorize decides whether the caller in ctx may do the action
	// ("dynamodb:GetItem") on the ARN of a table or of an index; its error is
	// answered as it is. nil allows everything.
	Authorize func(ctx context.Context, action, resource string) error
	// Now is the clock for expiry; nil means time.Now.
	Now func() time.Time
}

// Service answers DynamoDB's protocol; it is an [http.Handler].
type Service struct {
	db        *bolt.DB
	tables    map[string]*table
	arnPrefix string // of all tables
	authorize func(ctx context.Context, action, resource string) error
	now       func() time.Time
	api       awsapi.Service
}

// New opens the tables, makes those that are new, and removes what expired
// meanwhile. All problems of the configuration are reported at once.
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

		s.tables[declared.Name] = opened
	}

	s.api = awsapi.Service{
		Name:        "DynamoDB",
		ContentType: "application/x-amz-json-1.0",
		Operations: map[string]awsapi.Operation{
			"DescribeTable": operation(s.describeTable),
			"ListTables":    operation(s.listTables),
			"GetItem":       operation(s.getItem),
			"PutItem":       operation(s.putItem),
			"UpdateItem":    operation(s.updateItem),
			"DeleteItem":    operation(s.deleteItem),
			"Query":         operation(s.query),
			"Scan":          operation(s.scan),
		},
	}

	if _, err := s.Sweep(context.Background()); err != nil {
		return nil, err
	}

	return s, nil
}

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

// tableFor authorizes the action and finds the table. The name may be an ARN.
// index, where there is one, is what is authorized in the table's place.
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

// operation adapts a typed operation, and turns what values and expressions
// complain about into DynamoDB's ValidationException.
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
