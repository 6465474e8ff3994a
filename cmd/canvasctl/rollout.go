package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/rollout"
)

// errCheckFailed: the check ran, and a step failed. The report says which.
var errCheckFailed = errors.New("a step of the check failed")

type rolloutFlags struct {
	rollout.Options
	jaeger, tempo                         string
	tokenFile, ingestFile, downstreamFile string
	json                                  bool
	getenv                                func(string) string
	errs                                  []error
}

// env is a variable's value, or another where it is not set.
func (f *rolloutFlags) env(otherwise string, names ...string) string {
	for _, name := range names {
		if value := strings.TrimSpace(f.getenv(name)); value != "" {
			return value
		}
	}
	return otherwise
}

func parseRolloutFlags(args []string, getenv func(string) string, out io.Writer) (rollout.Options, bool, error) {
	f := &rolloutFlags{getenv: getenv}
	set := flag.NewFlagSet("canvasctl rollout check", flag.ContinueOnError)
	set.SetOutput(out)
	text := func(into *string, name, otherwise, what string, variables ...string) {
		set.StringVar(into, name, f.env(otherwise, variables...), what+" ("+strings.Join(variables, ", ")+")")
	}
	text(&f.Endpoint, "endpoint", "http://localhost:4318", "where workflows send OTLP: http(s)://host:port or grpc(s)://host:port", "CANVAS_CHECK_ENDPOINT")
	text(&f.Server, "server", "http://localhost:8090", "where viewers watch, with its sub-path", "CANVAS_CHECK_SERVER")
	text(&f.jaeger, "downstream-jaeger", "", "query API of the Jaeger behind the collector, such as http://jaeger:16686", "CANVAS_CHECK_JAEGER")
	text(&f.tempo, "downstream-tempo", "", "API of the Tempo behind the collector, such as http://tempo:3200", "CANVAS_CHECK_TEMPO")
	text(&f.Metrics, "metrics", "", "the collector's own metrics, such as http://localhost:8888/metrics", "CANVAS_CHECK_METRICS")
	text(&f.tokenFile, "token-file", "", "file with the viewers' token; CANVAS_AUTH_TOKEN holds one itself", "CANVAS_AUTH_TOKEN_FILE")
	text(&f.ingestFile, "ingest-token-file", "", "file with the senders' token; CANVAS_INGEST_TOKEN holds one itself", "CANVAS_INGEST_TOKEN_FILE")
	text(&f.downstreamFile, "downstream-token-file", "", "file with a token for the backend's API", "CANVAS_CHECK_DOWNSTREAM_TOKEN_FILE")
	text(&f.CAFile, "ca-file", "", "certificates (PEM) of a private authority to trust", "CANVAS_CHECK_CA_FILE")
	text(&f.CertFile, "cert-file", "", "certificate (PEM) that the sender shows", "CANVAS_CHECK_CERT_FILE")
	text(&f.KeyFile, "key-file", "", "its key (PEM)", "CANVAS_CHECK_KEY_FILE")
	text(&f.ServiceName, "service-name", "orcheo-rollout-check", "service.name of the synthetic workflow", "ORCHEO_TRACING_SERVICE_NAME")
	ratio, err := strconv.ParseFloat(f.env("0", "CANVAS_FORWARD_SAMPLE_RATIO"), 64)
	if err != nil {
		f.errs = append(f.errs, errors.New("CANVAS_FORWARD_SAMPLE_RATIO is no number"))
	}
	set.Float64Var(&f.Ratio, "ratio", ratio, "the share of traces that should be forwarded, 0: not compared (CANVAS_FORWARD_SAMPLE_RATIO)")
	set.DurationVar(&f.Idle, "idle", 0, "how long to be silent on the live streams, such as 70s; 0: not at all")
	set.DurationVar(&f.Timeout, "timeout", 30*time.Second, "how long anything may take to arrive")
	set.DurationVar(&f.Latency, "latency", 2*time.Second, "how long spans may take to the Trace tab")
	set.BoolVar(&f.json, "json", false, "write the report as JSON to standard output, progress to standard error")
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return f.Options, false, err
		}
		return f.Options, false, fmt.Errorf("%w: %w", errUsage, err)
	}
	if set.NArg() > 0 {
		f.errs = append(f.errs, fmt.Errorf("it takes flags only, not %q", set.Arg(0)))
	}
	f.complete()
	if err := errors.Join(f.errs...); err != nil {
		return f.Options, false, fmt.Errorf("%w: %w", errUsage, err)
	}
	return f.Options, f.json, nil
}

// complete reads the tokens, and which backend there is.
func (f *rolloutFlags) complete() {
	f.ViewerToken = f.token(f.tokenFile, "CANVAS_AUTH_TOKEN")
	f.IngestToken = f.token(f.ingestFile, "CANVAS_INGEST_TOKEN")
	f.DownstreamToken = f.token(f.downstreamFile, "CANVAS_CHECK_DOWNSTREAM_TOKEN")
	switch {
	case f.jaeger != "" && f.tempo != "":
		f.errs = append(f.errs, errors.New("--downstream-jaeger and --downstream-tempo are both given: check one after the other"))
	case f.tempo != "":
		f.Backend = rollout.Tempo
	default:
		f.Backend = rollout.Jaeger
	}
	f.Downstream = cmp.Or(f.jaeger, f.tempo)
}

func (f *rolloutFlags) token(file, variable string) string {
	if file == "" {
		return f.env("", variable)
	}
	content, err := os.ReadFile(file) //nolint:gosec // the operator names the file
	if err != nil {
		f.errs = append(f.errs, fmt.Errorf("a token: %w", err))
		return ""
	}
	token := strings.TrimSpace(string(content))
	if token == "" {
		f.errs = append(f.errs, fmt.Errorf("a token: the file %s is empty", file))
	}
	return token
}

// rolloutCommand checks a rollout and writes its report to out; progress goes to log where the report is for programs.
func rolloutCommand(ctx context.Context, args []string, getenv func(string) string, out, log io.Writer) error {
	if len(args) == 0 || args[0] != "check" {
		return fmt.Errorf("%w: rollout has one command: check", errUsage)
	}
	options, asJSON, err := parseRolloutFlags(args[1:], getenv, log)
	if err != nil {
		return err
	}
	to := out
	if asJSON {
		to = log
	}
	report, err := rollout.Run(ctx, options, printer(to, isTerminal(to)))
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case err != nil:
		return fmt.Errorf("%w: %w", errUsage, err)
	case asJSON:
		if err := report.WriteJSON(out); err != nil {
			return err
		}
	}
	failed := len(report.Failures())
	fmt.Fprintf(to, "\n%d steps, %d failed, in %.1f s. The execution was %s, its trace %s.\n",
		len(report.Steps), failed, float64(report.Millis)/1000, report.ExecutionID, report.TraceID)
	if failed > 0 {
		return errCheckFailed
	}
	return nil
}

// printer tells of a check while it runs. On a terminal it also says what is waited for, on a line that is written over.
func printer(w io.Writer, terminal bool) rollout.Progress {
	over := func(text string) {
		if terminal {
			fmt.Fprintf(w, "\r\x1b[K%s", text)
		}
	}
	return rollout.Progress{
		Started: func(title string) { over("  …  " + title) },
		Waiting: func(what string) {
			if terminal {
				over("  …  " + what)
			} else {
				fmt.Fprintf(w, "  …  %s\n", what)
			}
		},
		Done: func(r rollout.Result) {
			over("")
			mark := map[rollout.Status]string{rollout.Passed: "ok  ", rollout.Failed: "FAIL", rollout.Skipped: "--  "}[r.Status]
			fmt.Fprintf(w, "%s %s: %s\n", mark, r.Title, r.Detail)
			if r.Cause != "" {
				fmt.Fprintf(w, "       likely: %s\n       to do:  %s\n", r.Cause, r.Remedy)
			}
		},
	}
}

func isTerminal(w io.Writer) bool {
	file, is := w.(*os.File)
	if !is {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}
