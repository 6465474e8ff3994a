package environment

import (
	"fmt"
	"net"
	"strings"
)

// backendAuth is the extension that holds the token for the backend.
const backendAuth = "bearertokenauth/backend"

// Exporter is what happens to traces after the Trace tab has them.
type Exporter string

// The exporters. Their names are those of Orcheo's ORCHEO_TRACING_EXPORTER.
const (
	ForwardNone    Exporter = "none"    // they end there
	ForwardConsole Exporter = "console" // they are printed
	ForwardOTLP    Exporter = "otlp"    // they go to a backend
)

// Forward says what is forwarded where.
type Forward struct {
	Exporter Exporter
	Endpoint Endpoint // of ForwardOTLP
	Ratio    float64  // the share of traces that is forwarded, 0 to 1
	Keep     Keep     // what is forwarded whatever the share
	caFile   string   // whom the backend's certificate is from; empty: whom this machine trusts
	token    token    // for the backend
}

// readForward reads where traces are forwarded. ratio is the profile's default.
func (v *variables) readForward(ratio float64, receivers []receiver, network Network) Forward {
	f := Forward{
		Exporter: v.exporter(), Ratio: v.ratio(ratio, ForwardSampleRatio, OrcheoSampleRatio), Keep: v.readKeep(),
		caFile: v.file(ForwardCAFile), token: v.tokenFile(ForwardTokenFile),
	}
	if f.Exporter == ForwardOTLP {
		f.Endpoint = v.endpoint(receivers, network)
		if f.token.variable != "" && f.Endpoint.Host != "" && !f.Endpoint.TLS && !isLocalhost(f.Endpoint.Host) && !net.ParseIP(f.Endpoint.Host).IsLoopback() {
			v.failf("%s is set, but the way to %s has no TLS, so that anybody on it could read the token: write https:// or grpcs://", ForwardTokenFile, f.Endpoint.HostPort())
		}
	}
	return f
}

// extensions are those that a profile needs for f.
func (f Forward) extensions() []any {
	if f.Exporter != ForwardOTLP || f.token.variable == "" {
		return nil
	}
	return []any{backendAuth}
}

// exporter: whoever gives an endpoint of ours means it, whatever is said of Orcheo's own exporter.
func (v *variables) exporter() Exporter {
	names := []string{ForwardExporter, OrcheoExporter}
	if endpoint, _ := v.text(ForwardEndpoint); endpoint != "" {
		if own, _ := v.text(ForwardExporter); own == "" {
			return ForwardOTLP
		}
	}
	value, name := v.choice([]string{string(ForwardNone), string(ForwardConsole), string(ForwardOTLP)}, names...)
	if name == "" {
		return ForwardNone
	}
	return Exporter(value)
}

func (v *variables) endpoint(receivers []receiver, network Network) Endpoint {
	protocolText, _ := v.choice([]string{string(HTTP), string(GRPC), "http/protobuf"}, ForwardProtocol)
	protocol := Protocol(strings.TrimSuffix(protocolText, "/protobuf"))
	insecure, insecureName := v.boolean(ForwardInsecure, OrcheoInsecure)

	text, name := v.text(ForwardEndpoint, OrcheoEndpoint)
	if name == "" {
		v.failf("%s is not set, and the exporter otlp needs it: %s; or set %s=none to forward nothing", ForwardEndpoint, endpointExamples, ForwardExporter)
		return Endpoint{}
	}
	e, err := parseEndpoint(text, protocol, insecure)
	if err != nil {
		v.errs = append(v.errs, fmt.Errorf("%s %w", name, err))
		return Endpoint{}
	}
	if insecureName == ForwardInsecure && strings.Contains(text, "://") && insecure == e.TLS {
		v.failf("%s is %t, but %s begins with %s: the scheme alone tells whether TLS is used, so unset %s",
			ForwardInsecure, insecure, name, text[:strings.Index(text, "://")+3], ForwardInsecure)
	}
	if r, looped := network.loop(e, receivers); looped {
		v.failf("%s leads to %s, which is our own receiver (%s), so every trace would come back for ever: set %s to your backend, or %s=none to forward nothing",
			name, e.HostPort(), r.variable, ForwardEndpoint, ForwardExporter)
	}
	return e
}

// overlay is what f adds to a profile that forwards. What waits to be sent is kept in s.
func (f Forward) overlay(s state) map[string]any {
	processors := []any{"filter/partials"}
	samplers := map[string]any{"probabilistic_sampler": map[string]any{"sampling_percentage": f.Ratio * 100}}
	id, config := f.exporterConfig(s)
	exporters := map[string]any{id: config}
	switch {
	case f.Ratio == 1: // a sampler would only note in every span's trace state that it kept it
	case f.Keep.something():
		processors = append(processors, tailSampler)
		samplers[tailSampler] = f.Keep.config(f.Ratio)
		exporters["canvastrace"] = map[string]any{"retention": map[string]any{"max_bytes": storeBesideTailSampling}}
	default:
		processors = append(processors, "probabilistic_sampler")
	}
	conf := map[string]any{
		"processors": samplers,
		"exporters":  exporters,
		"service": map[string]any{"pipelines": map[string]any{"traces/store": map[string]any{
			"processors": processors,
			"exporters":  []any{id},
		}}},
	}
	if len(f.extensions()) > 0 {
		conf["extensions"] = map[string]any{backendAuth: f.token.config()}
	}
	return conf
}

// exporterConfig is the Collector's exporter. An overlay of the operator's may name it, to add headers or certificates.
func (f Forward) exporterConfig(s state) (id string, config map[string]any) {
	switch {
	case f.Exporter == ForwardConsole:
		return "debug/forward", map[string]any{"verbosity": "normal"}
	case f.Exporter != ForwardOTLP:
		return "nop", map[string]any{}
	case f.Endpoint.Protocol == GRPC:
		return "otlp_grpc/forward", f.secured(map[string]any{
			"endpoint":         literal(f.Endpoint.HostPort()),
			"tls":              map[string]any{"insecure": !f.Endpoint.TLS},
			"sending_queue":    s.keep(sendingQueue()),
			"retry_on_failure": retry(),
		})
	default:
		return "otlp_http/forward", f.secured(map[string]any{
			"endpoint":         literal(f.Endpoint.URL()),
			"sending_queue":    s.keep(sendingQueue()),
			"retry_on_failure": retry(),
		})
	}
}

// secured adds whom an exporter trusts, and who it is.
func (f Forward) secured(exporter map[string]any) map[string]any {
	if f.caFile != "" {
		exporter["tls"] = map[string]any{"insecure": !f.Endpoint.TLS, "ca_file": literal(f.caFile)}
	}
	if f.token.variable != "" {
		exporter["auth"] = map[string]any{"authenticator": backendAuth}
	}
	return exporter
}

// sendingQueue holds at most 64 MiB for a backend that is slow or away, and sends in batches. When it is full the sender is
// told to try again; the Trace tab has the spans by then, and knows them when they come once more.
func sendingQueue() map[string]any {
	return map[string]any{
		"enabled":    true,
		"sizer":      "bytes",
		"queue_size": 64 << 20,
		"batch":      map[string]any{"flush_timeout": "1s", "sizer": "bytes", "min_size": 512 << 10, "max_size": 2 << 20},
	}
}

func retry() map[string]any {
	return map[string]any{"enabled": true, "initial_interval": "1s", "max_interval": "30s", "max_elapsed_time": "10m"}
}
