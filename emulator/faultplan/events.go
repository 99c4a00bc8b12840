package faultplan

import "triptych/emulator/eventbridge"

// OfEvents is for [eventbridge.Config]'s Disturb.
func (p *Plan) OfEvents() func(eventbridge.Event) eventbridge.Disturbance {
	if p == nil || len(p.Events) == 0 {
		return nil
	}

	return func(event eventbridge.Event) eventbridge.Disturbance {
		found, ok := p.find(p.Events, "", event.DetailType)
		if !ok {
			return eventbridge.Disturbance{}
		}

		switch found.Kind { //nolint:exhaustive // Parse lets no other in here.
		case Lose:
			return eventbridge.Disturbance{Lost: true}
		case Double:
			return eventbridge.Disturbance{Twice: true}
		default:
			return eventbridge.Disturbance{Delay: found.Span}
		}
	}
}
