package environment

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/sampling"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// Keep says which executions are forwarded whatever the share is. To know, a trace is held until it is over.
type Keep struct {
	Errors    bool
	Slow      time.Duration // an execution that takes longer; 0: none for that
	Expensive float64       // an execution with a model call that costs more, in US dollars; 0: none for that
	Wait      time.Duration // how long a trace without an end is held
}

const tailSampler = "tail_sampling"

// storeBesideTailSampling is the budget of the trace store, in bytes, where traces are held for tail sampling as well: what
// it has less, they may use (2,000 traces of 30 spans of 3 kB). So memory_limiter and GOMEMLIMIT stay as they are.
const (
	storeBesideTailSampling = 384 << 20
	tracesHeld              = 2000
)

// The words of CANVAS_FORWARD_KEEP.
var keepWords = []string{"errors", "slow", "expensive"}

func (v *variables) readKeep() Keep {
	slow, usd := v.duration(time.Minute, ForwardKeepSlow), v.amount(0.5, ForwardKeepUSD)
	k := Keep{Wait: v.duration(10*time.Minute, ForwardKeepWait)}
	for _, word := range v.words(ForwardKeep) {
		switch strings.ToLower(word) {
		case keepWords[0]:
			k.Errors = true
		case keepWords[1]:
			k.Slow = slow
		case keepWords[2]:
			k.Expensive = usd
		default:
			v.failf("%s has %q: write some of %s, with commas", ForwardKeep, word, strings.Join(keepWords, ", "))
		}
	}
	return k
}

func (k Keep) something() bool { return k.Errors || k.Slow > 0 || k.Expensive > 0 }

// config is the processor's: what is kept for what it is, and of the rest the share that every sampler with the same ratio
// keeps.
func (k Keep) config(ratio float64) map[string]any {
	var policies []any
	if k.Errors {
		policies = append(policies, map[string]any{"name": "errors", "type": "status_code", "status_code": map[string]any{"status_codes": []any{"ERROR"}}})
	}
	if k.Slow > 0 {
		policies = append(policies, map[string]any{"name": "slow", "type": "latency", "latency": map[string]any{"threshold_ms": k.Slow.Milliseconds()}})
	}
	if k.Expensive > 0 {
		policies = append(policies, ottl("expensive", fmt.Sprintf("span.attributes[%q] > %f", semconv.CostUSD, k.Expensive)))
	}
	if ratio > 0 {
		policies = append(policies, ottl("share", "Substring(span.trace_id.string, 18, 14) >= "+fmt.Sprintf("%q", threshold(ratio))))
	}
	return map[string]any{
		"decision_wait":                     k.Wait.String(),
		"decision_wait_after_root_received": "10s", // the root comes last, and other senders have a delay of 5 s
		"num_traces":                        tracesHeld,
		"expected_new_traces_per_sec":       10,
		"decision_cache":                    map[string]any{"sampled_cache_size": 10 * tracesHeld, "non_sampled_cache_size": 10 * tracesHeld},
		"policies":                          slices.Clip(policies),
	}
}

func ottl(name, condition string) map[string]any {
	return map[string]any{"name": name, "type": "ottl_condition", "ottl_condition": map[string]any{"error_mode": "ignore", "span": []any{condition}}}
}

// precision is that of the probabilistic sampler, in hexadecimal digits.
const precision = 4

// threshold is the least randomness of a trace that is kept, as 14 hexadecimal digits. A trace's randomness are the last 14
// digits of its id (https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/).
func threshold(ratio float64) string {
	t, err := sampling.ProbabilityToThresholdWithPrecision(ratio, precision)
	if err != nil {
		return strings.Repeat("g", 14) // a share so small that it is none; no digit is that high
	}
	return t.TValue() + strings.Repeat("0", 14-len(t.TValue()))
}
