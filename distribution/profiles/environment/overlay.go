package environment

import (
	"errors"

	"go.opentelemetry.io/collector/confmap"
)

// Profile says what a profile leaves to the environment.
type Profile struct {
	// Forwards: the profile has the pipeline traces/store. Without it the variables of forwarding are not looked at.
	Forwards bool
	// SampleRatio is the share of traces that is forwarded where no variable says another, 0 to 1.
	SampleRatio float64
	// TokenNeeded: the profile does not start without authentication of viewers, unless CANVAS_INSECURE is set.
	TokenNeeded bool
}

// Overlay returns what the variables change in a profile. Its error tells everything that is wrong with them.
func (p Profile) Overlay(getenv func(string) string, network Network) (*confmap.Conf, error) {
	v := &variables{getenv: getenv}
	receivers := v.receivers()
	s := v.readState()
	parts := []map[string]any{v.readShared().overlay(), v.readAccess(p.TokenNeeded, receivers).overlay(s.extensions()...), s.overlay()}
	if p.Forwards {
		parts = append(parts, v.readForward(p.SampleRatio, receivers, network).overlay(s))
	}
	if err := errors.Join(v.errs...); err != nil {
		return nil, err
	}
	conf := confmap.New()
	for _, part := range parts {
		if err := conf.Merge(confmap.NewFromStringMap(part)); err != nil {
			return nil, err
		}
	}
	return conf, nil
}
