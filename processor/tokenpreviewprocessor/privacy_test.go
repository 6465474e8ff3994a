package tokenpreviewprocessor

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/orcheo/otelcol-canvas/internal/redact"
	"github.com/orcheo/otelcol-canvas/internal/redact/redacttest"
	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// Surfaces that are JSON written by hand take only text that needs no escapes; surfaces of ids lose only what is shaped
// like a provider's key.
var (
	jsonSurfaces = []string{"JSON in an attribute", "message in JSON", "role of a message", "media type"}
	idSurfaces   = []string{"identifier", "list of identifiers"}
)

func takes(surface string, s redacttest.Sample, isKey bool) bool {
	if slices.Contains(jsonSurfaces, surface) {
		return !strings.ContainsAny(s.Text, "\"\\\n\r\t")
	}
	return isKey || !slices.Contains(idSurfaces, surface)
}

// Every class of generated secret is put on every surface of spans that have ended and of spans that go on, under every
// policy: nothing that leaves the processor shows one, and a second tier changes nothing.
func TestNoSurfaceShowsAGeneratedSecret(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("seed %d", seed)
		}
	})
	r := rand.New(rand.NewPCG(seed, 0))
	processors := []*tokenPreview{}
	for _, policy := range []ContentPolicy{ContentKeep, ContentPreview, ContentDrop} {
		processors = append(processors, newProcessor(t, func(c *Config) { c.Content = policy }))
	}
	keys := redacttest.Keys()
	classes := slices.Concat(keys, redacttest.Credentials(), redacttest.Personal())
	for i, class := range classes {
		for surface, plant := range surfaces {
			sample := class.Make(r)
			if !takes(surface, sample, i < len(keys)) {
				continue
			}
			traces, _ := oneSpan(map[string]any{semconv.GenAIOperation: "chat"})
			rs := traces.ResourceSpans().At(0)
			if r.IntN(2) == 0 {
				firstSpan(rs).SetEndTimestamp(0)
				firstSpan(rs).Attributes().PutStr(semconv.PartialKind, "heartbeat")
			}
			plant(rs, sample.Text)
			p := processors[r.IntN(len(processors))]
			out := processed(t, p, traces)
			if text := marshalled(t, out); redacttest.Shows(text, sample.Secret) {
				t.Errorf("%s on %s: %q\n%s", class.Name, surface, sample.Text, asJSON(t, out))
			}
			if first, second := asJSON(t, out), asJSON(t, processed(t, p, out)); first != second {
				t.Errorf("%s on %s: %s", class.Name, surface, difference(first, second))
			}
		}
	}
}

// Wherever a preview ends, it does not end inside a secret.
func TestNoPreviewShowsAGeneratedSecretAcrossItsCut(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 0))
	p := newPreviewer(t, 64)
	for _, class := range slices.Concat(redacttest.Keys(), redacttest.Credentials(), redacttest.Personal()) {
		for range 50 {
			sample := class.Make(r)
			text := strings.Repeat("x", r.IntN(64)) + "\n" + sample.Text + "\n" + strings.Repeat("y ", 80)
			if got := p.of(text, new(redact.Hits)); redacttest.Shows(got, sample.Secret) {
				t.Errorf("seed %d: %s: %q\n%q", seed, class.Name, sample.Text, got)
			}
		}
	}
}

// Whatever is replaced on a span is in its receipt.
func TestAReceiptNamesTheRuleOfEveryKey(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 0))
	p := newProcessor(t, nil)
	for _, class := range redacttest.Keys() {
		traces, _ := oneSpan(map[string]any{"note": class.Make(r).Text})
		span := firstSpan(processed(t, p, traces).ResourceSpans().At(0))
		count, ok := span.Attributes().Get(semconv.RedactionCount)
		if !ok || count.Int() < 1 {
			t.Errorf("%s: no receipt", class.Name)
		}
	}
}
