package stack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"go.etcd.io/bbolt"

	"triptych/emulator/awsapi"
	"triptych/emulator/iam"
	cloudwatch "triptych/emulator/logs"
)

// Names of the log files, and their maximum size at opening. A larger file is renamed to
// {name}.1, and a new one is started.
const (
	stackLog     = "stack.log"
	functionsLog = "functions.log"
	groupsFolder = "groups" // of CloudWatch Logs
	maxLogBytes  = 64 << 20
)

// logs stores the messages of the stack and of its functions: one line of JSON each.
type logs struct {
	log *slog.Logger

	mu        sync.Mutex
	functions *os.File
	stack     *os.File

	groups *cloudwatch.Service // The functions' lines as CloudWatch Logs has them.
}

// openLogs opens the files in data's log folder. If also is not nil, it receives the
// messages too, at its level.
func openLogs(data string, also *slog.Logger) (*logs, error) {
	folder := filepath.Join(data, logFolder)
	if err := os.MkdirAll(folder, ownerOnlyFolder); err != nil {
		return nil, fmt.Errorf("make the log folder: %w", err)
	}

	stack, err := openLog(filepath.Join(folder, stackLog))
	if err != nil {
		return nil, err
	}

	functions, err := openLog(filepath.Join(folder, functionsLog))
	if err != nil {
		return nil, errors.Join(err, stack.Close())
	}

	handlers := []slog.Handler{slog.NewJSONHandler(stack, nil)}
	if also != nil {
		handlers = append(handlers, also.Handler())
	}

	return &logs{log: slog.New(slog.NewMultiHandler(handlers...)), functions: functions, stack: stack}, nil
}

// retentionDays is how long the functions' logs are kept: the default of
// logs.retention_days in terraform/variables.tf.
const retentionDays = 30

// openGroups opens CloudWatch Logs, with a log group for each function.
func (l *logs) openGroups(n names, data string, db *bbolt.DB) error {
	config := cloudwatch.Config{
		DB: db, Dir: filepath.Join(data, logFolder, groupsFolder), Account: account, Region: region, Authorize: authorize,
	}

	for _, function := range functions() {
		config.Declared = append(config.Declared, cloudwatch.Group{
			Name: n.logGroup(function.Name), Retention: retentionDays, Tags: n.tags(),
		})
	}

	for _, machine := range machines() {
		config.Declared = append(config.Declared, cloudwatch.Group{
			Name: machineLogGroup(n.stack + "-" + machine), Retention: retentionDays, Tags: n.tags(),
		})
	}

	var err error
	if l.groups, err = cloudwatch.New(config); err != nil {
		return fmt.Errorf("start CloudWatch Logs: %w", err)
	}

	return nil
}

// machineLogGroup returns the name of a state machine's log group (terraform/workflow.tf).
func machineLogGroup(machine string) string { return "/aws/vendedlogs/states/" + machine }

// mayLog returns an error if the caller in ctx, a state machine's role, cannot write to a log
// group.
// https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html#cloudwatch-iam-policy
func (s *Stack) mayLog(ctx context.Context, group string) error {
	if !s.logs.groups.Has(group) {
		return awsapi.Errorf("InvalidLoggingConfiguration", "Invalid Logging Configuration: The Log Destination %s does not exist", group)
	}

	if err := iam.Check(ctx, "logs:CreateLogDelivery", "*"); err != nil {
		return awsapi.Errorf("AccessDeniedException", "The state machine IAM Role is not authorized to access the Log Destination")
	}

	return nil
}

// event stores a line that a function wrote, in the function's log group.
func (l *logs) event(group, stream, line string) {
	if err := l.groups.Append(group, stream, line); err != nil {
		l.log.Error("a function's line was not stored", "group", group, "error", err)
	}
}

func openLog(path string) (*os.File, error) {
	if facts, err := os.Stat(path); err == nil && facts.Size() > maxLogBytes {
		if err := os.Rename(path, path+".1"); err != nil {
			return nil, fmt.Errorf("put the old log aside: %w", err)
		}
	}

	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, ownerOnlyFile) //nolint:gosec // A fixed name in the user's folder.
	if err != nil {
		return nil, fmt.Errorf("open the log: %w", err)
	}

	return file, nil
}

// function stores a line that a function wrote.
func (l *logs) function(function, line string) {
	l.mu.Lock()
	defer l.mu.Unlock()

	_, _ = io.WriteString(l.functions, function+" "+line+"\n") // Other parts report a full disk.
}

func (l *logs) close() error {
	if l == nil {
		return nil
	}

	l.mu.Lock()
	defer l.mu.Unlock()

	return errors.Join(l.groups.Close(), l.functions.Close(), l.stack.Close())
}
