package cloudwatch

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

type stateRequest struct{ AlarmName, StateValue, StateReason, StateReasonData string }

// setState changes the state of an alarm, and runs the actions of the new state.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_SetAlarmState.html
func (s *Service) setState(ctx context.Context, in stateRequest) (any, error) {
	if err := s.config.Authorize(ctx, "cloudwatch:SetAlarmState", s.alarmARN(in.AlarmName)); err != nil {
		return nil, err
	}

	switch {
	case !slices.Contains([]string{stateOK, stateAlarm, stateInsufficient}, in.StateValue):
		return nil, invalid("1 validation error detected: Value '%s' at 'stateValue' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]", in.StateValue)
	case in.StateReason == "":
		return nil, missing("StateReason")
	}

	before, after, err := s.changeState(in)
	if err != nil || before.StateValue == after.StateValue || !bool(after.ActionsEnabled) {
		return nil, err
	}

	return nil, s.act(ctx, before, after)
}

func (s *Service) changeState(in stateRequest) (before, after *alarm, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()

	before = s.alarms[in.AlarmName]
	if before == nil {
		return nil, nil, notFound("Alarm %s does not exist", in.AlarmName)
	}

	changed := *before
	changed.StateValue, changed.StateReason, changed.StateReasonData, changed.StateUpdatedTimestamp = in.StateValue, in.StateReason, in.StateReasonData, now()

	if before.StateValue != changed.StateValue {
		changed.StateTransitionedTimestamp = changed.StateUpdatedTimestamp
	}

	return before, &changed, store(s, alarmsBucket, s.alarms, in.AlarmName, &changed)
}

// act sends the notifications of a change of state. An action that is not a topic, or a topic
// that rejects the message, does not fail the call, as on AWS.
func (s *Service) act(ctx context.Context, before, after *alarm) error {
	actions := map[string][]string{stateOK: after.OKActions, stateAlarm: after.AlarmActions, stateInsufficient: after.InsufficientDataActions}[after.StateValue]
	if len(actions) == 0 {
		return nil
	}

	text, err := json.Marshal(s.notification(before, after))
	if err != nil {
		return fmt.Errorf("notify about the alarm %s: %w", after.AlarmName, err)
	}

	subject := after.StateValue + `: "` + after.AlarmName + `" in US East (N. Virginia)`

	const maxSubject = 100
	if len(subject) > maxSubject {
		subject = subject[:maxSubject]
	}

	for _, action := range actions {
		if strings.HasPrefix(action, "arn:aws:sns:") {
			_ = s.config.Publish(ctx, after.AlarmArn, action, subject, string(text)) // See above.
		}
	}

	return nil
}

// notification returns the message of a change of state.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
func (s *Service) notification(before, after *alarm) map[string]any {
	const layout = "2006-01-02T15:04:05.000-0700"

	trigger := map[string]any{
		"Period": after.Period, "EvaluationPeriods": after.EvaluationPeriods, "ComparisonOperator": after.ComparisonOperator,
		"Threshold": after.Threshold, "TreatMissingData": after.TreatMissingData, "EvaluateLowSampleCountPercentile": after.EvaluateLowSampleCountPercentile,
	}

	if len(after.Metrics) > 0 {
		trigger["Metrics"] = after.Metrics
	} else {
		dimensions := []map[string]string{}
		for _, one := range after.Dimensions {
			dimensions = append(dimensions, map[string]string{"name": one.Name, "value": one.Value})
		}

		trigger["MetricName"], trigger["Namespace"], trigger["Dimensions"] = after.MetricName, after.Namespace, dimensions
		trigger["StatisticType"], trigger["Statistic"] = "Statistic", strings.ToUpper(after.Statistic)

		if after.ExtendedStatistic != "" {
			trigger["StatisticType"], trigger["Statistic"] = "ExtendedStatistic", after.ExtendedStatistic
		}
	}

	return map[string]any{
		"AlarmName": after.AlarmName, "AlarmDescription": after.AlarmDescription, "AWSAccountId": s.config.Account,
		"AlarmConfigurationUpdatedTimestamp": time.Time(after.AlarmConfigurationUpdatedTimestamp).UTC().Format(layout),
		"NewStateValue":                      after.StateValue, "NewStateReason": after.StateReason, "OldStateValue": before.StateValue,
		"StateChangeTime": time.Time(after.StateUpdatedTimestamp).UTC().Format(layout), "Region": "US East (N. Virginia)", "AlarmArn": after.AlarmArn,
		"OKActions": list(after.OKActions), "AlarmActions": list(after.AlarmActions), "InsufficientDataActions": list(after.InsufficientDataActions),
		"Trigger": trigger,
	}
}

func list(texts []string) []string { return append([]string{}, texts...) }
