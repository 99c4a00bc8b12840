package eventbridge

import (
	"encoding/json"
	"fmt"
	"slices"

	"go.etcd.io/bbolt"

	"triptych/emulator/eventbridge/pattern"
)

// ruleBucket stores the rules that were created through the API.
const ruleBucket = "events.rules"

// Rules that were created through the API are stored as Rule, without the targets'
// receivers, which Config.Resolve makes again.

// restore opens the rules that were created through the API.
func (b *Bus) restore() error {
	return b.config.DB.Update(func(tx *bbolt.Tx) error {
		stored, err := tx.CreateBucketIfNotExists([]byte(ruleBucket))
		if err != nil {
			return err
		}

		return stored.ForEach(func(name, value []byte) error {
			var made Rule
			if err := json.Unmarshal(value, &made); err != nil {
				return fmt.Errorf("read the rule %s: %w", name, err)
			}

			if b.named(made.Name) != nil {
				return nil // The stack has a rule with this name now.
			}

			for i := range made.Targets {
				target := &made.Targets[i]
				if target.Target, err = b.config.Resolve(target.ARN, target.RoleARN); err != nil {
					b.config.Logger.Warn("a target no longer exists", "rule", made.Name, "target", target.ARN, "error", err)
				}
			}

			opened, err := b.parse(made)
			if err != nil {
				return err
			}

			b.replace(made.Name, opened)

			return nil
		})
	})
}

func (b *Bus) parse(made Rule) (*rule, error) {
	parsed, err := pattern.Parse(made.Pattern)
	if err != nil {
		return nil, fmt.Errorf("parse the pattern of rule %s: %w", made.Name, err)
	}

	return &rule{Rule: made, arn: RuleARN(b.config.Region, b.config.Account, made.Name), pattern: parsed}, nil
}

// replace replaces the rule with a name, or removes it if the new one is nil. Deliveries in
// progress keep the list that they have.
func (b *Bus) replace(name string, by *rule) {
	list := slices.DeleteFunc(slices.Clone(b.list()), func(r rule) bool { return r.Name == name })
	if by != nil {
		list = append(list, *by)
	}

	slices.SortFunc(list, func(x, y rule) int { return compareNames(x.Name, y.Name) })
	b.rules.Store(&list)
}

// store stores a rule, or removes it if it is nil.
func (b *Bus) store(name string, made *Rule) error {
	err := b.config.DB.Update(func(tx *bbolt.Tx) error {
		if made == nil {
			return tx.Bucket([]byte(ruleBucket)).Delete([]byte(name))
		}

		encoded, err := json.Marshal(made)
		if err != nil {
			return err
		}

		return tx.Bucket([]byte(ruleBucket)).Put([]byte(name), encoded)
	})
	if err != nil {
		return fmt.Errorf("store the rule %s: %w", name, err)
	}

	return nil
}
