package rollout

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// share reads the share of traces that was kept from a trace state (ot=th:…); 0: it does not say.
func share(state string) float64 {
	for member := range strings.SplitSeq(state, ",") {
		value, is := strings.CutPrefix(strings.TrimSpace(member), "ot=")
		if !is {
			continue
		}
		for field := range strings.SplitSeq(value, ";") {
			digits, is := strings.CutPrefix(field, "th:")
			if !is || digits == "" || len(digits) > 14 {
				continue
			}
			rejected, err := strconv.ParseUint(digits+strings.Repeat("0", 14-len(digits)), 16, 64)
			if err == nil {
				return 1 - float64(rejected)/math.Pow(2, 56)
			}
		}
	}
	return 0
}

func (a *otlpAnswer) share() float64 {
	if a == nil {
		return 0
	}
	for _, state := range a.states {
		if s := share(state); s > 0 {
			return s
		}
	}
	return 0
}

// compareSampling: the Trace tab must get everything, and a backend a share that was taken once.
func compareSampling(_ context.Context, c *check) Result {
	const about = 0.002 // a sampler notes its share with four hexadecimal digits
	if before := c.rest.share(); before > 0 && before < 1 {
		return fail(fmt.Sprintf("the trace state says that %.4g of the traces are kept, already on the Trace tab", before), diagnosis{
			"something in front of this collector samples, so that the Trace tab does not see every execution, and the backend's share is taken twice",
			"sample behind the Trace tab only: ORCHEO_TRACING_SAMPLE_RATIO=1 at the backend, no sampler in collectors in front",
		})
	}
	got := c.backend.share()
	switch {
	case c.backend == nil || len(c.backend.times) == 0:
		return pass("the Trace tab has everything; the backend was not looked at")
	case got == 0 && c.Ratio > 0 && c.Ratio < 1:
		return pass(fmt.Sprintf("the trace passed, as it must at any share; the trace state does not say whether the share is %.4g", c.Ratio))
	case got == 0:
		return pass("the trace state tells of no sampling anywhere")
	case c.Ratio > 0 && math.Abs(got-c.Ratio*c.Ratio) < about && math.Abs(got-c.Ratio) > about:
		return fail(fmt.Sprintf("%.4g of the traces are kept, and %.4g is expected", got, c.Ratio), diagnosis{
			"sampled twice: two samplers with the same share leave its square", "take one of them out: of two collectors of ours only the last may have a ratio below 1 (CANVAS_FORWARD_SAMPLE_RATIO=1 at the first)",
		})
	case c.Ratio > 0 && math.Abs(got-c.Ratio) > about:
		return fail(fmt.Sprintf("%.4g of the traces are kept, and %.4g is expected", got, c.Ratio), diagnosis{
			"another ratio is in effect, or something behind samples, too", "look at CANVAS_FORWARD_SAMPLE_RATIO and ORCHEO_TRACING_SAMPLE_RATIO where the collector runs",
		})
	}
	return pass(fmt.Sprintf("the Trace tab has everything, and the backend %.4g of the traces", got))
}
