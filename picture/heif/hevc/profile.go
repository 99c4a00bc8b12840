package hevc

// skipProfile skips profile_tier_level (clause 7.3.3). Not the profile decides what is
// decoded, but the flags and sizes of the parameter sets.
func skipProfile(in *bits, layers int) {
	const profile, level, most = 88, 8, 8

	in.skip(profile + level)

	if layers == 0 {
		return
	}

	var profiles, levels int

	for range layers {
		profiles += int(in.bit())
		levels += int(in.bit())
	}

	in.skip(2 * (most - layers))
	in.skip(profiles*profile + levels*level)
}
