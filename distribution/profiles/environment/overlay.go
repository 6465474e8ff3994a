package environment

import (
	"errors"

	"go.opentelemetry.io/collector/confmap"
)

// Profile says what a profile leaves to the environment.
type Profile struct {
	// Forwards: the profile has the pipeline traces/store. Without it the variables of forwarding are not looked at.
	Forwards bool
	// Routes: the profile shares traces out among collectors, and shows nothing to viewers.
	Routes bool
	// SampleRatio is the share of traces that is forwarded where no variable says another, 0 to 1.
	SampleRatio float64
	// Health: the profile tells on a port of its own whether it is well.
	Health bool
	// Inspected: zpages and pprof listen on loopback unless a variable switches them off; else only where one names an address.
	Inspected bool
	// TokenNeeded: the profile does not start without authentication of viewers, unless CANVAS_INSECURE is set.
	TokenNeeded bool
}

// Overlay returns what the variables change in a profile. Its error tells everything that is wrong with them.
func (p Profile) Overlay(getenv func(string) string, network Network) (*confmap.Conf, error) {
	v := &variables{getenv: getenv}
	receivers := v.receivers()
	s := v.readState()
	certificates := v.readCertificates()
	pages := v.readPages(p)
	extensions := append(s.extensions(), pages.extensions()...)
	parts := []map[string]any{s.overlay(), certificates.ofReceivers(), pages.overlay()}
	switch {
	case p.Routes:
		r := v.readRoute(receivers, network)
		extensions = append(extensions, r.extensions()...)
		parts = append(parts, r.overlay(s, certificates), v.readAccess(false, receivers, certificates).ofSenders(extensions...))
	default:
		if p.Forwards {
			f := v.readForward(p.SampleRatio, receivers, network)
			extensions = append(extensions, f.extensions()...)
			parts = append(parts, f.overlay(s))
		}
		a := v.readAccess(p.TokenNeeded, receivers, certificates)
		parts = append(parts, v.readShared().overlay(), s.ofStore(), certificates.ofServer(), a.ofViewers(), a.ofSenders(append(a.viewing(), extensions...)...))
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
