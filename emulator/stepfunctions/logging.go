package stepfunctions

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"triptych/emulator/awsapi"
	"triptych/emulator/stepfunctions/asl"
)

// The levels of a machine's log.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-log-level
const (
	logAll   = "ALL"
	logError = "ERROR"
	logFatal = "FATAL"
	logOff   = "OFF"
)

// maxLoggedData is the largest input or output in a log; the rest is cut off.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
const maxLoggedData = 248 << 10

// loggingConfiguration says which events of a machine's executions are logged, and where.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_LoggingConfiguration.html
type loggingConfiguration struct {
	Level                string           `json:"level"`
	IncludeExecutionData bool             `json:"includeExecutionData"`
	Destinations         []logDestination `json:"destinations,omitempty"`
}

type logDestination struct {
	Group struct {
		ARN string `json:"logGroupArn"`
	} `json:"cloudWatchLogsLogGroup"`
}

// loggingOf returns the setting of a log group for a machine, in the form that is stored.
func loggingOf(region, account, group, level string, data bool) *loggingConfiguration {
	setting := &loggingConfiguration{Level: level, IncludeExecutionData: data, Destinations: make([]logDestination, 1)}
	setting.Destinations[0].Group.ARN = groupPrefix(region, account) + group + ":*"

	return setting
}

func groupPrefix(region, account string) string {
	return "arn:aws:logs:" + region + ":" + account + ":log-group:"
}

// group returns the name of the log group, or "".
func (l *loggingConfiguration) group(region, account string) string {
	if l == nil || len(l.Destinations) == 0 {
		return ""
	}

	name, ours := strings.CutPrefix(l.Destinations[0].Group.ARN, groupPrefix(region, account))
	name, complete := strings.CutSuffix(name, ":*")

	if !ours || !complete {
		return ""
	}

	return name
}

func invalidLogging(reason string) error {
	return awsapi.Errorf("InvalidLoggingConfiguration", "Invalid Logging Configuration: %s", reason)
}

// checkLogging checks a setting, and whether the machine's role may write the log.
func (s *Service) checkLogging(ctx context.Context, setting *loggingConfiguration, roleARN string) error {
	if setting == nil {
		return nil
	}

	switch setting.Level {
	case "", logOff:
		return nil
	case logAll, logError, logFatal:
	default:
		return awsapi.Errorf("ValidationException", "1 validation error detected: Value '%s' at 'loggingConfiguration.level' failed to satisfy constraint: "+
			"Member must satisfy enum value set: [ALL, ERROR, FATAL, OFF]", setting.Level)
	}

	switch {
	case len(setting.Destinations) != 1:
		return invalidLogging("Must specify exactly one Log Destination.")
	case setting.group(s.config.Region, s.config.Account) == "":
		return invalidLogging("The Log Destination must be the ARN of a log group of this account and region that ends with :*")
	case s.config.LogDestination == nil:
		return nil
	}

	return s.config.LogDestination(ctx, roleARN, setting.group(s.config.Region, s.config.Account))
}

// logging returns the log setting of a machine, as the API shows it.
func (m *machine) logging() loggingConfiguration {
	if m == nil || m.record.Logging == nil || m.record.Logging.Level == "" {
		return loggingConfiguration{Level: logOff}
	}

	return *m.record.Logging
}

func (m *machine) tracing() tracingConfiguration {
	return tracingConfiguration{Enabled: m != nil && m.record.Tracing}
}

// wants reports whether a level includes an event.
func wants(level string, kind asl.EventType) bool {
	text := string(kind)
	failed := strings.HasSuffix(text, "Failed") || strings.HasSuffix(text, "TimedOut") || strings.HasSuffix(text, "Aborted")

	switch level {
	case logAll:
		return true
	case logError:
		return failed || text == "FailStateEntered"
	case logFatal:
		return failed && strings.HasPrefix(text, "Execution")
	default:
		return false
	}
}

// logEvents writes the events of an execution to the log of its machine. An event that cannot
// be written is lost, as on AWS, where the log is written at best effort.
func (s *Service) logEvents(e *execution, events []asl.HistoryEvent) {
	m := s.machineNamed(parentName(e.x.Options().StateMachineName))
	if s.config.LogEvent == nil || m == nil || m.record.Logging == nil {
		return
	}

	setting := m.record.Logging
	group := setting.group(s.config.Region, s.config.Account)

	for i := range events {
		if group == "" || !wants(setting.Level, events[i].Type) {
			continue
		}

		line, err := logLine(e.x, events[i], setting.IncludeExecutionData)
		if err == nil {
			err = s.config.LogEvent(group, s.logStream(m.Machine), line)
		}

		if err != nil {
			s.config.Logger.Warn("log an event of an execution: failed", "execution", e.key, "group", group, "error", err)
		}
	}
}

// logStream returns the name of the log stream of a machine. Each process has its own.
func (s *Service) logStream(machine string) string {
	const idBytes = 4

	s.mu.Lock()
	defer s.mu.Unlock()

	if s.logStreams[machine] == "" {
		var id [idBytes]byte

		_, _ = rand.Read(id[:]) // crypto/rand.Read never fails.

		if s.logStreams == nil {
			s.logStreams = map[string]string{}
		}

		s.logStreams[machine] = "states/" + machine + "/" + time.Now().UTC().Format("2006-01-02-15-04") + "/" + hex.EncodeToString(id[:])
	}

	return s.logStreams[machine]
}

// logLine returns an event in the form of Step Functions' logs: numbers are texts, and the
// members with the details of each type of event have one name.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
func logLine(x *asl.Execution, event asl.HistoryEvent, data bool) (string, error) {
	if !data {
		event = event.WithoutData()
	}

	text, err := json.Marshal(event)
	if err != nil {
		return "", err
	}

	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return "", err
	}

	details := map[string]any{}

	for name, member := range members {
		if strings.HasSuffix(name, "EventDetails") {
			if err := json.Unmarshal(member, &details); err != nil {
				return "", err
			}
		}
	}

	truncate(details)

	const decimal = 10

	line, err := json.Marshal(struct {
		ID        string         `json:"id"`
		Type      asl.EventType  `json:"type"`
		Details   map[string]any `json:"details"`
		Redrives  string         `json:"redrive_count"`
		Previous  string         `json:"previous_event_id"`
		At        string         `json:"event_timestamp"`
		Execution string         `json:"execution_arn"`
	}{
		strconv.FormatInt(event.ID, decimal), event.Type, details, strconv.Itoa(x.RedriveCount()), strconv.FormatInt(event.PreviousEventID, decimal),
		strconv.FormatInt(event.Timestamp.UnixMilli(), decimal), x.Options().ExecutionARN,
	})

	return string(line), err
}

// truncate cuts off data that is too large for CloudWatch Logs, and says so.
func truncate(details map[string]any) {
	for _, name := range []string{"input", "output", "parameters"} {
		text, isText := details[name].(string)
		if !isText || len(text) <= maxLoggedData {
			continue
		}

		details[name] = strings.ToValidUTF8(text[:maxLoggedData], "")
		details[name+"Details"] = map[string]bool{"truncated": true}
	}
}
