package dynamodb

import (
	"slices"

	bolt "go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/dynamodb/attribute"
	"triptych/emulator/dynamodb/expression"
)

// ReturnValues, and the values of ReturnValuesOnConditionCheckFailure.
const (
	returnNone       = "NONE"
	returnAllOld     = "ALL_OLD"
	returnAllNew     = "ALL_NEW"
	returnUpdatedOld = "UPDATED_OLD"
	returnUpdatedNew = "UPDATED_NEW"
)

// conditions has the members that PutItem, UpdateItem and DeleteItem share.
type conditions struct {
	substitutions
	legacy

	TableName                           string
	ConditionExpression                 *string
	ReturnValues                        string
	ReturnValuesOnConditionCheckFailure string
}

type writeOutput struct {
	Attributes attribute.Map `json:",omitempty"`
}

// check checks the members that have only a few valid values. allowed lists the values of
// ReturnValues.
func (c conditions) check(allowed ...string) error {
	if err := c.refuse(); err != nil {
		return err
	}

	all := []string{returnAllNew, returnUpdatedOld, returnAllOld, returnNone, returnUpdatedNew}

	switch {
	case c.ReturnValues == "" || slices.Contains(allowed, c.ReturnValues):
	case slices.Contains(all, c.ReturnValues):
		return validation("ReturnValues can only be ALL_OLD or NONE")
	default:
		return validation("1 validation error detected: Value '%s' at 'returnValues' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]", c.ReturnValues)
	}

	switch c.ReturnValuesOnConditionCheckFailure {
	case "", returnNone, returnAllOld:
		return nil
	default:
		return validation("1 validation error detected: Value '%s' at 'returnValuesOnConditionCheckFailure' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [ALL_OLD, NONE]", c.ReturnValuesOnConditionCheckFailure)
	}
}

// parse parses the condition of PutItem and DeleteItem, which have no other expression.
func (c conditions) parse() (condition, error) {
	placeholders, err := c.placeholders(c.ConditionExpression != nil, "ConditionExpression is null")
	if err != nil {
		return condition{}, err
	}

	parsed, err := parseCondition(expression.ConditionExpression, c.ConditionExpression, placeholders)
	if err != nil {
		return condition{}, err
	}

	return parsed, placeholders.Unused()
}

// write is one conditional write: in one transaction it reads the item, evaluates the
// condition on it, and stores the result of change (nil deletes). It returns the item
// before and after.
//
// Each write has a transaction of its own. bbolt runs one transaction at a time. Without
// fsync, a transaction is short. To combine several writes (db.Batch) would only make all
// writers wait for the batch.
func (s *Service) write(
	t *table, key []byte, c conditions, only condition, change func(old attribute.Map) (attribute.Map, error),
) (old, item attribute.Map, err error) {
	err = s.db.Update(func(tx *bolt.Tx) error {
		old, err = t.load(tx, key)
		if err != nil {
			return err
		}

		if !only.match(old) {
			return c.failed(old)
		}

		item, err = change(old)
		if err != nil {
			return err
		}

		return t.store(tx, key, old, item)
	})

	return old, item, err
}

// failed returns the error of a condition that does not hold. It contains the item if the
// caller asked for it.
func (c conditions) failed(old attribute.Map) error {
	failure := awsapi.Errorf("ConditionalCheckFailedException", "The conditional request failed")

	if c.ReturnValuesOnConditionCheckFailure == returnAllOld && old != nil {
		failure.Fields = map[string]any{"Item": old}
	}

	return failure
}
