package cloudwatch

import (
	"context"
	"maps"
	"slices"
	"strings"

	"triptych/emulator/awsapi"
)

// maxAlarms is a limit of the emulator.
const maxAlarms = 5000

type tagElement struct{ Key, Value string }

type putAlarmRequest struct {
	alarm

	ActionsEnabled *Bool
	Tags           []tagElement
}

// putAlarm creates or changes an alarm. A new alarm has no data; a changed one keeps its state.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
func (s *Service) putAlarm(ctx context.Context, in putAlarmRequest) (any, error) {
	made := in.alarm
	if err := made.check(); err != nil {
		return nil, err
	}

	made.AlarmArn = s.alarmARN(made.AlarmName)
	if err := s.config.Authorize(ctx, "cloudwatch:PutMetricAlarm", made.AlarmArn); err != nil {
		return nil, err
	}

	made.ActionsEnabled = in.ActionsEnabled == nil || *in.ActionsEnabled
	made.AlarmConfigurationUpdatedTimestamp = now()

	s.mu.Lock()
	defer s.mu.Unlock()

	if before := s.alarms[made.AlarmName]; before != nil {
		made.StateValue, made.StateReason, made.StateReasonData = before.StateValue, before.StateReason, before.StateReasonData
		made.StateUpdatedTimestamp, made.StateTransitionedTimestamp, made.Kept = before.StateUpdatedTimestamp, before.StateTransitionedTimestamp, before.Kept
	} else {
		if len(s.alarms) >= maxAlarms {
			return nil, awsapi.Errorf("LimitExceeded", "The emulator has at most %d alarms", maxAlarms)
		}

		made.StateValue, made.StateReason = stateInsufficient, "Unchecked: Initial alarm creation"
		made.StateUpdatedTimestamp, made.StateTransitionedTimestamp, made.Kept = now(), now(), map[string]string{}

		for _, one := range in.Tags {
			made.Kept[one.Key] = one.Value
		}
	}

	return nil, store(s, alarmsBucket, s.alarms, made.AlarmName, &made)
}

type describeRequest struct {
	AlarmNames      []string
	AlarmNamePrefix string
	AlarmTypes      []string
	StateValue      string
	ActionPrefix    string
	MaxRecords      Int
	NextToken       string
}

type described struct {
	MetricAlarms    []alarm
	CompositeAlarms []alarm
	NextToken       string `json:",omitempty"`
}

// describeAlarms lists alarms by their names.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
func (s *Service) describeAlarms(ctx context.Context, in describeRequest) (any, error) {
	const maxRecords = 100

	if err := s.config.Authorize(ctx, "cloudwatch:DescribeAlarms", s.alarmARN("*")); err != nil {
		return nil, err
	}

	if in.MaxRecords == 0 {
		in.MaxRecords = 50
	}

	switch {
	case in.MaxRecords < 1 || in.MaxRecords > maxRecords:
		return nil, invalid("The value of MaxRecords must be from 1 to %d, and not %d", maxRecords, in.MaxRecords)
	case len(in.AlarmNames) > 0 && in.AlarmNamePrefix != "":
		return nil, awsapi.Errorf("InvalidParameterCombination", "AlarmNames and AlarmNamePrefix must not be specified together")
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	out := described{MetricAlarms: []alarm{}, CompositeAlarms: []alarm{}}
	if len(in.AlarmTypes) > 0 && !slices.Contains(in.AlarmTypes, "MetricAlarm") {
		return out, nil
	}

	for _, name := range slices.Sorted(maps.Keys(s.alarms)) {
		one := s.alarms[name]
		if name <= in.NextToken || !in.wants(one) {
			continue
		}

		if len(out.MetricAlarms) == int(in.MaxRecords) {
			out.NextToken = out.MetricAlarms[len(out.MetricAlarms)-1].AlarmName

			break
		}

		shown := *one
		shown.Kept = nil
		out.MetricAlarms = append(out.MetricAlarms, shown)
	}

	return out, nil
}

func (in *describeRequest) wants(a *alarm) bool {
	actions := slices.Concat(a.AlarmActions, a.OKActions, a.InsufficientDataActions)

	return (len(in.AlarmNames) == 0 || slices.Contains(in.AlarmNames, a.AlarmName)) && strings.HasPrefix(a.AlarmName, in.AlarmNamePrefix) &&
		(in.StateValue == "" || in.StateValue == a.StateValue) &&
		(in.ActionPrefix == "" || slices.ContainsFunc(actions, func(one string) bool { return strings.HasPrefix(one, in.ActionPrefix) }))
}

type alarmNames struct{ AlarmNames []string }

// deleteAlarms deletes alarms. If one does not exist, it deletes none.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
func (s *Service) deleteAlarms(ctx context.Context, in alarmNames) (any, error) {
	for _, name := range in.AlarmNames {
		if err := s.config.Authorize(ctx, "cloudwatch:DeleteAlarms", s.alarmARN(name)); err != nil {
			return nil, err
		}
	}

	s.mu.Lock()
	defer s.mu.Unlock()

	for _, name := range in.AlarmNames {
		if s.alarms[name] == nil {
			return nil, notFound("Alarm %s does not exist", name)
		}
	}

	for _, name := range in.AlarmNames {
		if err := store(s, alarmsBucket, s.alarms, name, nil); err != nil {
			return nil, err
		}
	}

	return nil, nil //nolint:nilnil // An answer without members.
}

// setActions enables or disables the actions of alarms.
func (s *Service) setActions(action string, enabled Bool) func(context.Context, alarmNames) (any, error) {
	return func(ctx context.Context, in alarmNames) (any, error) {
		for _, name := range in.AlarmNames {
			if err := s.config.Authorize(ctx, "cloudwatch:"+action, s.alarmARN(name)); err != nil {
				return nil, err
			}
		}

		s.mu.Lock()
		defer s.mu.Unlock()

		for _, name := range in.AlarmNames {
			if s.alarms[name] == nil {
				continue
			}

			changed := *s.alarms[name]
			changed.ActionsEnabled = enabled

			if err := store(s, alarmsBucket, s.alarms, name, &changed); err != nil {
				return nil, err
			}
		}

		return nil, nil
	}
}
