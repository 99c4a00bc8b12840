package cloudwatch

import (
	"slices"
	"strings"

	"triptych/emulator/awsapi"
)

// alarm is a metric alarm, in the form in which DescribeAlarms returns it.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html
type alarm struct {
	AlarmName                          string
	AlarmArn                           string
	AlarmDescription                   string `json:",omitempty"`
	AlarmConfigurationUpdatedTimestamp awsapi.Time
	ActionsEnabled                     Bool
	OKActions                          []string
	AlarmActions                       []string
	InsufficientDataActions            []string
	StateValue                         string
	StateReason                        string
	StateReasonData                    string `json:",omitempty"`
	StateUpdatedTimestamp              awsapi.Time
	StateTransitionedTimestamp         awsapi.Time

	MetricName                       string        `json:",omitempty"`
	Namespace                        string        `json:",omitempty"`
	Statistic                        string        `json:",omitempty"`
	ExtendedStatistic                string        `json:",omitempty"`
	Dimensions                       []dimension   `json:",omitempty"`
	Period                           Int           `json:",omitempty"`
	Unit                             string        `json:",omitempty"`
	EvaluationPeriods                Int           `json:",omitempty"`
	DatapointsToAlarm                Int           `json:",omitempty"`
	Threshold                        *Float        `json:",omitempty"`
	ComparisonOperator               string        `json:",omitempty"`
	TreatMissingData                 string        `json:",omitempty"`
	EvaluateLowSampleCountPercentile string        `json:",omitempty"`
	Metrics                          []metricQuery `json:",omitempty"`
	ThresholdMetricID                string        `json:"ThresholdMetricId,omitempty"`

	Kept map[string]string `json:"keptTags,omitempty"` // The tags. DescribeAlarms does not return them.
}

type dimension struct{ Name, Value string }

type metricQuery struct {
	ID         string      `json:"Id"`
	Expression string      `json:",omitempty"`
	Label      string      `json:",omitempty"`
	MetricStat *metricStat `json:",omitempty"`
	ReturnData *Bool       `json:",omitempty"`
	Period     Int         `json:",omitempty"`
	AccountID  string      `json:"AccountId,omitempty"`
}

type metricStat struct {
	Metric struct {
		Namespace  string      `json:",omitempty"`
		MetricName string      `json:",omitempty"`
		Dimensions []dimension `json:",omitempty"`
	}
	Period Int
	Stat   string
	Unit   string `json:",omitempty"`
}

// The states of an alarm.
const (
	stateOK           = "OK"
	stateAlarm        = "ALARM"
	stateInsufficient = "INSUFFICIENT_DATA"
)

// check checks an alarm.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
func (a *alarm) check() error {
	const (
		maxName    = 255
		maxActions = 5
	)

	switch {
	case a.AlarmName == "":
		return missing("AlarmName")
	case len(a.AlarmName) > maxName:
		return invalid("The value of AlarmName must have at most %d characters", maxName)
	case a.EvaluationPeriods < 1:
		return missing("EvaluationPeriods")
	case a.ComparisonOperator == "":
		return missing("ComparisonOperator")
	case a.Threshold == nil && a.ThresholdMetricID == "":
		return missing("Threshold")
	case a.DatapointsToAlarm > a.EvaluationPeriods:
		return invalid("DatapointsToAlarm must not be greater than EvaluationPeriods")
	case max(len(a.OKActions), len(a.AlarmActions), len(a.InsufficientDataActions)) > maxActions:
		return invalid("An alarm has at most %d actions for each state", maxActions)
	}

	for _, one := range []struct {
		name, value, allowed string
		optional             bool
	}{
		{"ComparisonOperator", a.ComparisonOperator, "GreaterThanOrEqualToThreshold GreaterThanThreshold LessThanThreshold LessThanOrEqualToThreshold " +
			"LessThanLowerOrGreaterThanUpperThreshold LessThanLowerThreshold GreaterThanUpperThreshold", false},
		{"Statistic", a.Statistic, "SampleCount Average Sum Minimum Maximum", true},
		{"TreatMissingData", a.TreatMissingData, "breaching notBreaching ignore missing", true},
		{"EvaluateLowSampleCountPercentile", a.EvaluateLowSampleCountPercentile, "evaluate ignore", true},
	} {
		if one.value == "" && one.optional {
			continue
		}

		if !slices.Contains(strings.Fields(one.allowed), one.value) {
			return invalid("1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must satisfy enum value set: [%s]",
				one.value, strings.ToLower(one.name[:1])+one.name[1:], strings.Join(strings.Fields(one.allowed), ", "))
		}
	}

	if len(a.Metrics) > 0 {
		return a.checkMetrics()
	}

	return a.checkMetric()
}

// checkMetric checks an alarm on one metric.
func (a *alarm) checkMetric() error {
	switch {
	case a.MetricName == "":
		return missing("MetricName")
	case a.Namespace == "":
		return missing("Namespace")
	case (a.Statistic == "") == (a.ExtendedStatistic == ""):
		return invalid("Exactly one of Statistic and ExtendedStatistic must be specified")
	}

	return checkPeriod(a.Period)
}

// checkPeriod checks a period in seconds.
func checkPeriod(seconds Int) error {
	const minute = 60

	if !slices.Contains([]Int{10, 20, 30}, seconds) && (seconds <= 0 || seconds%minute != 0) {
		return invalid("The value of Period must be 10, 20, 30 or a multiple of 60, and not %d", seconds)
	}

	return nil
}

// checkMetrics checks an alarm on the result of an expression.
func (a *alarm) checkMetrics() error {
	if a.MetricName != "" || a.Namespace != "" || len(a.Dimensions) > 0 || a.Period != 0 || a.Statistic != "" || a.ExtendedStatistic != "" {
		return invalid("Metrics list and a single metric must not be specified together")
	}

	seen, returned := map[string]bool{}, 0

	for _, one := range a.Metrics {
		if one.ID == "" || seen[one.ID] {
			return invalid("The Id of each of Metrics must be set and unique, and not %q", one.ID)
		}

		if err := one.check(); err != nil {
			return err
		}

		seen[one.ID] = true

		if one.ReturnData == nil || bool(*one.ReturnData) {
			returned++
		}
	}

	if returned != 1 && a.ThresholdMetricID == "" {
		return invalid("Exactly one element of the metrics list should return data.")
	}

	return nil
}

// check checks an element of Metrics.
func (m *metricQuery) check() error {
	if (m.Expression == "") == (m.MetricStat == nil) {
		return invalid("Each of Metrics has either an Expression or a MetricStat: %s", m.ID)
	}

	if m.MetricStat == nil {
		return nil
	}

	return checkPeriod(m.MetricStat.Period)
}
