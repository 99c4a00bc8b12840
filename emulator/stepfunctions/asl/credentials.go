package asl

// readCredentials parses the Credentials of a task: the role that runs it instead of the
// machine's role.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
func (s *taskState) readCredentials(fields *object) {
	credentials := fields.child("Credentials")
	if credentials == nil {
		return
	}

	if s.role = credentials.template("RoleArn", reach{}); s.role == nil {
		fields.parser.problemf(credentials.path, "The field 'RoleArn' is required but was missing")
	}

	credentials.finish()
}

// evaluateRole returns the role of the Credentials, or "" if there are none.
func (s *taskState) evaluateRole(scope *scope) (string, error) {
	if s.role == nil {
		return "", nil
	}

	return s.role.text(scope, "Credentials/RoleArn")
}

// TaskCredentials are the Credentials in the details of TaskScheduled and
// LambdaFunctionScheduled.
type TaskCredentials struct {
	RoleARN string `json:"roleArn"`
}

func (t *pendingTask) credentials() *TaskCredentials {
	if t.RoleARN == "" {
		return nil
	}

	return &TaskCredentials{RoleARN: t.RoleARN}
}
