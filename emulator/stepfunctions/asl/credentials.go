package asl

// checkCredentials reports the Credentials of a task: the emulator has no roles of other
// accounts.
// https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
func (s *taskState) checkCredentials(fields *object) {
	credentials := fields.child("Credentials")
	if credentials == nil {
		return
	}

	if _, there := credentials.take("RoleArn"); !there {
		fields.parser.problemf(credentials.path, "The field 'RoleArn' is required but was missing")
	} else {
		fields.problemf("Credentials", "Credentials (another account's role) are not supported by the emulator")
	}

	credentials.finish()
}
