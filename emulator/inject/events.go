package inject

import "triptych/emulator/eventbridge"

// OfEvents returns a function that selects the fault for an event. It is a value for the
// field Inject of [eventbridge.Config]. OfEvents returns nil if the plan has no rules for
// events.
func (p *Plan) OfEvents() func(eventbridge.Event) eventbridge.Injection {
	if p == nil || len(p.Events) == 0 {
		return nil
	}

	return func(event eventbridge.Event) eventbridge.Injection {
		found, ok := p.find(p.Events, "", event.DetailType)
		if !ok {
			return eventbridge.Injection{}
		}

		switch found.Kind { // In rules for events, Parse accepts only Lose, Double and Late.
		case Lose:
			return eventbridge.Injection{Lost: true}
		case Double:
			return eventbridge.Injection{Twice: true}
		default:
			return eventbridge.Injection{Delay: found.Span}
		}
	}
}
