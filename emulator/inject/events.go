package inject

import "triptych/emulator/eventbridge"

// OfEvents returns the function for Inject in [eventbridge.Config].
func (p *Plan) OfEvents() func(eventbridge.Event) eventbridge.Injection {
	if p == nil || len(p.Events) == 0 {
		return nil
	}

	return func(event eventbridge.Event) eventbridge.Injection {
		found, ok := p.find(p.Events, "", event.DetailType)
		if !ok {
			return eventbridge.Injection{}
		}

		switch found.Kind { // Parse accepts no other kind here.
		case Lose:
			return eventbridge.Injection{Lost: true}
		case Double:
			return eventbridge.Injection{Twice: true}
		default:
			return eventbridge.Injection{Delay: found.Span}
		}
	}
}
