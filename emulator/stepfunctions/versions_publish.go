package stepfunctions

// created describes a machine that exists, and publishes a version of it on request.
func (s *Service) created(in createStateMachineInput) (createStateMachineOutput, error) {
	m := s.machineNamed(in.Name)
	out := createStateMachineOutput{StateMachineARN: m.arn, CreationDate: stamp(m.record.Created)}

	var err error

	out.VersionARN, err = s.publishOnRequest(m, in.machineSettings)

	return out, err
}

// publishOnRequest publishes a version of a machine if the settings request it, and returns
// its ARN.
func (s *Service) publishOnRequest(m *machine, settings machineSettings) (string, error) {
	if !settings.Publish {
		return "", nil
	}

	published, err := s.publish(m, settings.VersionDescription)

	return published.VersionARN, err
}
