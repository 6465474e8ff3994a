package canvasserverextension

import (
	"context"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/backend"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/forwardauth"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/metadata"
	"github.com/orcheo/otelcol-canvas/extension/canvasserverextension/internal/resolver"
	"github.com/orcheo/otelcol-canvas/internal/live"
)

// The transports of otelcol_canvasserver_connections.
const (
	transportWebSocket   = "websocket"
	transportMultiplexed = "multiplexed"
	transportWorkflow    = "workflow"
	transportEvents      = "events"
	transportLongPoll    = "long_poll"
)

// The kinds of otelcol_canvasserver_subscriptions.
const (
	kindExecution = "execution"
	kindList      = "list"
)

// The results of otelcol_canvasserver_exposure_reloads.
const (
	exposureLoaded = "loaded"
	exposureFailed = "failed"
)

// rejection is a reason in otelcol_canvasserver_rejected_handshakes.
type rejection string

const (
	rejectedHost                 rejection = "host"
	rejectedOrigin               rejection = "origin"
	rejectedAuth                 rejection = "auth"
	rejectedForbidden            rejection = "forbidden"
	rejectedNotEnabled           rejection = "not_enabled"
	rejectedConnections          rejection = "connections"
	rejectedPrincipalConnections rejection = "principal_connections"
	rejectedPending              rejection = "pending_connections"
	rejectedRate                 rejection = "handshake_rate"
	rejectedBadRequest           rejection = "bad_request"
	rejectedUnavailable          rejection = "unavailable"
	rejectedClosing              rejection = "closing"
)

// telemetry is the server's account of itself; metadata.yaml says what each figure means.
type telemetry struct {
	builder        *metadata.TelemetryBuilder
	snapshot, live metric.MeasurementOption
	transports     map[string]metric.MeasurementOption
	kinds          map[string]metric.MeasurementOption
}

func newTelemetry(set component.TelemetrySettings) (*telemetry, error) {
	builder, err := metadata.NewTelemetryBuilder(set)
	if err != nil {
		return nil, err
	}
	return &telemetry{
		builder:    builder,
		snapshot:   labelled("phase", string(live.PhaseSnapshot)),
		live:       labelled("phase", string(live.PhaseLive)),
		transports: labels("transport", transportWebSocket, transportMultiplexed, transportWorkflow, transportEvents, transportLongPoll),
		kinds:      labels("kind", kindExecution, kindList),
	}, nil
}

// labels makes the options once that every connection needs twice.
func labels(key string, values ...string) map[string]metric.MeasurementOption {
	made := make(map[string]metric.MeasurementOption, len(values))
	for _, v := range values {
		made[v] = labelled(key, v)
	}
	return made
}

func labelled(key, value string) metric.MeasurementOption {
	return metric.WithAttributeSet(attribute.NewSet(attribute.String(key, value)))
}

// connected counts a client in until the returned function is called.
func (t *telemetry) connected(transport string) (left func()) {
	t.connections(transport, 1)
	return func() { t.connections(transport, -1) }
}

func (t *telemetry) connections(transport string, n int64) {
	t.builder.CanvasserverConnections.Add(context.Background(), n, t.transports[transport])
}

// subscribed counts a subscription in until the returned function is called.
func (t *telemetry) subscribed(kind string) (left func()) {
	t.subscriptions(kind, 1)
	return func() { t.subscriptions(kind, -1) }
}

func (t *telemetry) subscriptions(kind string, n int64) {
	t.builder.CanvasserverSubscriptions.Add(context.Background(), n, t.kinds[kind])
}

func (t *telemetry) coalesced() { t.builder.CanvasserverCoalescedUpdates.Add(context.Background(), 1) }

func (t *telemetry) authorized(k forwardauth.Kind, r forwardauth.Result) {
	t.builder.CanvasserverAuthorizations.Add(context.Background(), 1,
		metric.WithAttributes(attribute.String("kind", string(k)), attribute.String("result", string(r))))
}

func (t *telemetry) passedOn(k backend.Kind, r backend.Result) {
	t.builder.CanvasserverBackendRequests.Add(context.Background(), 1,
		metric.WithAttributes(attribute.String("kind", string(k)), attribute.String("result", string(r))))
}

func (t *telemetry) rejected(why rejection) {
	t.builder.CanvasserverRejectedHandshakes.Add(context.Background(), 1, labelled("reason", string(why)))
}

// reloaded notes that the file of expose_file was read anew, or could not be used.
func (t *telemetry) reloaded(ok bool) {
	result := exposureFailed
	if ok {
		result = exposureLoaded
	}
	t.builder.CanvasserverExposureReloads.Add(context.Background(), 1, labelled("result", result))
}

// watchesRollout has both figures be there from the beginning, so that an alert sees the first failure as a change.
func (t *telemetry) watchesRollout() {
	for _, result := range []string{exposureLoaded, exposureFailed} {
		t.builder.CanvasserverExposureReloads.Add(context.Background(), 0, labelled("result", result))
	}
}

func (t *telemetry) closed(why ending) {
	t.builder.CanvasserverClosedConnections.Add(context.Background(), 1, labelled("reason", string(why)))
	if why == endedStalled {
		t.builder.CanvasserverStalls.Add(context.Background(), 1)
	}
}

// tally is what was written since it was added to the account, so that a frame for many is accounted for once.
type tally struct {
	snapshot, live tallied
	resyncs        int64
}

type tallied struct{ frames, spans, bytes int64 }

// sent notes a frame that was written.
func (t *telemetry) sent(to *tally, b *live.Batch, bytes int) {
	kind := &to.snapshot
	if b.Phase == live.PhaseLive {
		kind = &to.live
		if newest := newestReceived(b.Spans); newest > 0 {
			t.builder.CanvasserverReceiveToFrame.Record(context.Background(), max(0, time.Since(time.Unix(0, newest)).Seconds()))
		}
	}
	if b.Reset {
		to.resyncs++
	}
	kind.frames++
	kind.spans += int64(len(b.Spans))
	kind.bytes += int64(bytes)
}

// add accounts for what was noted, and empties the tally.
func (t *telemetry) add(from *tally) {
	if from.resyncs > 0 {
		t.builder.CanvasserverResyncs.Add(context.Background(), from.resyncs)
	}
	t.addKind(from.snapshot, t.snapshot)
	t.addKind(from.live, t.live)
	*from = tally{}
}

func (t *telemetry) addKind(n tallied, labels metric.MeasurementOption) {
	if n.frames == 0 {
		return
	}
	ctx := context.Background()
	t.builder.CanvasserverFrames.Add(ctx, n.frames, labels)
	t.builder.CanvasserverFrameSpans.Add(ctx, n.spans, labels)
	t.builder.CanvasserverFrameBytes.Add(ctx, n.bytes, labels)
}

func newestReceived(spans []live.SpanView) (newest int64) {
	for i := range spans {
		if r := spans[i].Record; r != nil {
			newest = max(newest, r.Received)
		}
	}
	return newest
}

func (t *telemetry) resolved(r resolver.Result) {
	t.builder.CanvasserverResolverLookups.Add(context.Background(), 1, labelled("result", string(r)))
}
