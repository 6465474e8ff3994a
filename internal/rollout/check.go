package rollout

import (
	"context"
	"net/http"
	"strings"
	"time"
)

// Progress is told what happens while a check runs: each result as it comes, and in between what is waited for.
type Progress struct {
	Started func(title string)
	Waiting func(what string)
	Done    func(Result)
}

// step is one thing to find out.
type step struct {
	id, title string
	needs     []string // steps that must not have failed
	run       func(context.Context, *check) Result
}

// steps are all of them, in their order. The live streams open before anything is sent.
var steps = []step{
	{"name", "Names resolve", nil, resolveNames},
	{"connection", "Addresses answer", []string{"name"}, connect},
	{"tls", "Certificates are good", []string{"connection"}, verifyCertificates},
	{"viewers", "Viewers are asked for a token", []string{"tls"}, askAsViewer},
	{"senders", "Senders are asked for a token", []string{"tls"}, askAsSender},
	{"websocket", "The WebSocket opens", []string{"viewers"}, openSocket},
	{"otlp", "OTLP is accepted", []string{"senders"}, sendWorkflow},
	{"live", "Spans are live on the Trace tab", []string{"otlp", "viewers"}, watchLive},
	{"events", "Server-sent events are not held back", []string{"otlp", "viewers"}, watchEvents},
	{"rest", "REST answers the whole execution", []string{"otlp", "viewers"}, readTrace},
	{"downstream", "The backend has the whole trace, once", []string{"otlp"}, readDownstream},
	{"service_name", "The service name is as expected", []string{"rest"}, compareService},
	{"sampling", "The share is as expected, and taken once", []string{"rest"}, compareSampling},
	{"redaction", "No secret is shown anywhere", []string{"rest"}, lookForSecrets},
	{"loop", "Nothing comes back", []string{"otlp"}, lookForLoop},
	{"idle", "Live streams survive silence", []string{"live"}, beSilent},
}

// check is one run, and what its steps know from each other.
type check struct {
	prepared
	progress Progress
	http     *http.Client
	workflow workflow

	socket, stream *stream // nil: did not open
	sentAt         time.Time
	shown          map[string]string // where → everything that was answered there
	rest           *otlpAnswer       // what the Trace tab has, as OTLP; nil: not known
	backend        *otlpAnswer       // what the backend has
}

// Run checks, and returns its report. An error means that the options are unusable or ctx ended; what failed is in the
// report.
func Run(ctx context.Context, options Options, progress Progress) (*Report, error) {
	p, err := options.prepare()
	if err != nil {
		return nil, err
	}
	c := &check{prepared: p, progress: progress, workflow: newWorkflow(options.ServiceName), shown: map[string]string{}}
	c.http = c.newClient()
	defer c.http.CloseIdleConnections()
	defer func() { c.socket.close(); c.stream.close() }()

	started := time.Now()
	report := &Report{
		Schema: Schema, Outcome: Passed, StartedAt: started.UTC(), Endpoint: options.Endpoint, Server: options.Server,
		Downstream: options.Downstream, ExecutionID: c.workflow.execution, TraceID: c.workflow.trace.String(),
	}
	stuck := map[string]string{} // id of a step that did not pass although it was needed → title of the one that failed
	for _, s := range steps {
		result := c.take(ctx, s, stuck)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		report.Steps = append(report.Steps, result)
		if result.Status == Failed {
			report.Outcome = Failed
		}
		progress.Done(result)
	}
	report.Millis = time.Since(started).Milliseconds()
	return report, nil
}

func (c *check) take(ctx context.Context, s step, stuck map[string]string) Result {
	began := time.Now()
	result := Result{}
	for _, need := range s.needs {
		if failed, is := stuck[need]; is {
			stuck[s.id] = failed
			result = skip("because this failed: " + failed)
		}
	}
	if result.Status == "" {
		c.progress.Started(s.title)
		result = s.run(ctx, c)
		if result.Status == Failed {
			stuck[s.id] = s.title
		}
	}
	result.ID, result.Title = s.id, s.title
	result.Duration = time.Since(began)
	result.Millis = result.Duration.Milliseconds()
	result.Detail, result.Cause = c.withoutSecrets(result.Detail), c.withoutSecrets(result.Cause)
	return result
}

// withoutSecrets keeps tokens out of what is told: an answer that is quoted may repeat them.
func (c *check) withoutSecrets(text string) string {
	for _, secret := range []string{c.IngestToken, c.ViewerToken, c.DownstreamToken} {
		if secret != "" {
			text = strings.ReplaceAll(text, secret, "[token]")
		}
	}
	return text
}

// until waits for a condition, asking again every interval, at most as long as anything may take to arrive.
func (c *check) until(ctx context.Context, interval time.Duration, condition func(context.Context) bool) bool {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		if condition(ctx) {
			return true
		}
		select {
		case <-ctx.Done():
			return false
		case <-ticker.C:
		}
	}
}
