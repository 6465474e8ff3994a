package environment

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The variables. Where one of Orcheo's stands after one of ours, it is read where ours is unset: one .env file usually
// feeds the backend and the Collector.
const (
	ForwardExporter    = "CANVAS_FORWARD_EXPORTER"
	ForwardEndpoint    = "CANVAS_FORWARD_ENDPOINT"
	ForwardProtocol    = "CANVAS_FORWARD_PROTOCOL"
	ForwardSampleRatio = "CANVAS_FORWARD_SAMPLE_RATIO"
	ForwardInsecure    = "CANVAS_FORWARD_INSECURE"
	ForwardCAFile      = "CANVAS_FORWARD_CA_FILE"
	ForwardTokenFile   = "CANVAS_FORWARD_TOKEN_FILE"
	ForwardKeep        = "CANVAS_FORWARD_KEEP"
	ForwardKeepSlow    = "CANVAS_FORWARD_KEEP_SLOW"
	ForwardKeepUSD     = "CANVAS_FORWARD_KEEP_USD"
	ForwardKeepWait    = "CANVAS_FORWARD_KEEP_WAIT"

	RouteTo        = "CANVAS_ROUTE_TO"
	RouteResolver  = "CANVAS_ROUTE_RESOLVER"
	RouteServers   = "CANVAS_ROUTE_SERVERS"
	RouteCAFile    = "CANVAS_ROUTE_CA_FILE"
	RouteTokenFile = "CANVAS_ROUTE_TOKEN_FILE"

	AuthToken       = "CANVAS_AUTH_TOKEN"
	AuthTokenFile   = "CANVAS_AUTH_TOKEN_FILE"
	IngestToken     = "CANVAS_INGEST_TOKEN"
	IngestTokenFile = "CANVAS_INGEST_TOKEN_FILE"
	OIDCIssuer      = "CANVAS_OIDC_ISSUER"
	OIDCAudience    = "CANVAS_OIDC_AUDIENCE"
	OIDCCAFile      = "CANVAS_OIDC_CA_FILE"
	TLSCertFile     = "CANVAS_TLS_CERT_FILE"
	TLSKeyFile      = "CANVAS_TLS_KEY_FILE"
	TLSClientCAFile = "CANVAS_TLS_CLIENT_CA_FILE"
	Insecure        = "CANVAS_INSECURE"
	AllowedOrigins  = "CANVAS_ALLOWED_ORIGINS"
	AllowedHosts    = "CANVAS_ALLOWED_HOSTS"

	StateDir = "CANVAS_STATE_DIR"

	HealthEndpoint = "CANVAS_HEALTH_ENDPOINT"
	ZPagesEndpoint = "CANVAS_ZPAGES_ENDPOINT"
	PProfEndpoint  = "CANVAS_PPROF_ENDPOINT"

	OTLPGRPCEndpoint = "CANVAS_OTLP_GRPC_ENDPOINT"
	OTLPHTTPEndpoint = "CANVAS_OTLP_HTTP_ENDPOINT"
	ServerEndpoint   = "CANVAS_SERVER_ENDPOINT"

	OrcheoExporter           = "ORCHEO_TRACING_EXPORTER"
	OrcheoEndpoint           = "ORCHEO_TRACING_ENDPOINT"
	OrcheoSampleRatio        = "ORCHEO_TRACING_SAMPLE_RATIO"
	OrcheoInsecure           = "ORCHEO_TRACING_INSECURE"
	OrcheoServiceName        = "ORCHEO_TRACING_SERVICE_NAME"
	OrcheoHighTokenThreshold = "ORCHEO_TRACING_HIGH_TOKEN_THRESHOLD"
	OrcheoPreviewMaxLength   = "ORCHEO_TRACING_PREVIEW_MAX_LENGTH"
)

// variables looks variables up and collects what is wrong with them. A variable that is set to nothing counts as unset, as
// compose files write it.
type variables struct {
	getenv func(string) string
	errs   []error
}

func (v *variables) failf(format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf(format, args...))
}

// text returns the value of the first of the variables that is set, and which one it is.
func (v *variables) text(names ...string) (value, name string) {
	for _, name := range names {
		if value := strings.TrimSpace(v.getenv(name)); value != "" {
			return value, name
		}
	}
	return "", ""
}

// choice returns the value of the first variable that is set, in lower case, if it is one of those allowed.
func (v *variables) choice(allowed []string, names ...string) (value, name string) {
	value, name = v.text(names...)
	value = strings.ToLower(value)
	if name != "" && !slices.Contains(allowed, value) {
		v.failf("%s is %q: write one of %s", name, value, strings.Join(allowed, ", "))
		return "", name
	}
	return value, name
}

// boolean returns whether the first variable that is set says yes.
func (v *variables) boolean(names ...string) (yes bool, name string) {
	value, name := v.text(names...)
	switch strings.ToLower(value) {
	case "true", "1", "yes", "on":
		return true, name
	case "", "false", "0", "no", "off":
		return false, name
	default:
		v.failf("%s is %q: write true or false", name, value)
		return false, ""
	}
}

// ratio returns a share between 0 and 1.
func (v *variables) ratio(otherwise float64, names ...string) float64 {
	value, name := v.text(names...)
	if name == "" {
		return otherwise
	}
	ratio, err := strconv.ParseFloat(value, 64)
	if err != nil || !(ratio >= 0 && ratio <= 1) { // also NaN
		v.failf("%s is %q: write the share of traces to forward as a number from 0 (none) to 1 (all), such as 0.25", name, value)
		return otherwise
	}
	return ratio
}

// integer returns a number within bounds, or 0 where the variable is not set.
func (v *variables) integer(least, most int64, name string) int64 {
	value, set := v.text(name)
	if set == "" {
		return 0
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil || n < least || n > most {
		v.failf("%s is %q: write a whole number from %d to %d", name, value, least, most)
		return 0
	}
	return n
}

// duration returns a time that is longer than nothing.
func (v *variables) duration(otherwise time.Duration, name string) time.Duration {
	value, set := v.text(name)
	if set == "" {
		return otherwise
	}
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 {
		v.failf("%s is %q: write a time such as 30s or 5m", name, value)
		return otherwise
	}
	return d
}

// amount returns a number above zero.
func (v *variables) amount(otherwise float64, name string) float64 {
	value, set := v.text(name)
	if set == "" {
		return otherwise
	}
	n, err := strconv.ParseFloat(value, 64)
	if err != nil || !(n > 0) || math.IsInf(n, 1) {
		v.failf("%s is %q: write an amount above 0, such as 0.5", name, value)
		return otherwise
	}
	return n
}

// file returns the name of a file with certificates or a key in PEM, which can be read.
func (v *variables) file(name string) string {
	path, set := v.text(name)
	if set == "" {
		return ""
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator names the file
	switch {
	case err != nil:
		v.failf("%s: %w: name a PEM file that can be read", name, err)
	case !strings.Contains(string(content), "-----BEGIN "):
		v.failf("%s: %s is no PEM file: it must hold a line that starts with -----BEGIN", name, path)
	}
	return path
}

// words returns what stands between commas.
func (v *variables) words(name string) []string {
	value, _ := v.text(name)
	var words []string
	for word := range strings.SplitSeq(value, ",") {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// list returns what stands between commas, for a configuration.
func (v *variables) list(name string) []any {
	var items []any
	for _, word := range v.words(name) {
		items = append(items, literal(word))
	}
	return items
}

// literal keeps the Collector from expanding a value once more.
func literal(value string) string { return strings.ReplaceAll(value, "$", "$$") }
