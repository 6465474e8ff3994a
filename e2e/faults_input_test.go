package e2e

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	"github.com/orcheo/otelcol-canvas/internal/otlpreplay"
)

// TestTheMemoryLimiterRefuses: what is refused is refused in words that exporters understand as "later", and is not half taken.
// Meanwhile those who watch are served all that was taken, and when the store has let go of it, spans are taken again.
func TestTheMemoryLimiterRefuses(t *testing.T) {
	s := startSubject(t, ailment{args: []string{
		"--set=processors.memory_limiter.check_interval=50ms", "--set=processors.memory_limiter.limit_mib=48",
		"--set=processors.memory_limiter.spike_limit_mib=16", "--set=processors.memory_limiter.min_gc_interval_when_soft_limited=200ms",
		"--set=exporters.canvastrace.retention.ttl=3s",
	}})
	s.evicted = true
	id, trace := "run-refused", pcommon.TraceID{0xfa, 5}
	see := s.bySocket(t, id, nil)
	sender, overHTTP := s.dial(t, otlpreplay.GRPC), s.dial(t, otlpreplay.HTTPProtobuf)
	next := 1
	var refusal error
	for refusal == nil && next < 200_000 {
		td := batch(trace, id, next, 100, 1000)
		if refusal = sender.Send(testContext(t), td); refusal == nil {
			s.acknowledged(id, 100)
			next += 100
		}
	}
	require.Error(t, refusal, "%d spans of 1 kB under a limit of 48 MiB", next)
	assert.Equal(t, codes.Unavailable, status.Code(unwrapAll(refusal)), "%s", refusal)
	if err := overHTTP.Send(testContext(t), batch(trace, id, next, 1, 100)); err == nil {
		s.acknowledged(id, 1) // what nobody needs any more was collected meanwhile
	} else {
		assert.ErrorContains(t, err, "503")
	}
	assert.Positive(t, s.metric(t, "otelcol_processor_memory_limiter_refused_spans"))
	var answer traceJSON
	assert.Equal(t, http.StatusOK, s.status(t, "/api/executions/"+id+"/trace?limit=10", &answer))
	assert.GreaterOrEqual(t, answer.Execution.SpanCount, next-1, "what was taken is there")
	assert.False(t, see.ended())
	see.close()
	eventually(t, patience, "the store lets go of it", func() bool { return s.counter(t, "otelcol_canvastrace_evictions", `reason="ttl"`) > 0 })
	assertWell(t, s)
}

func unwrapAll(err error) error {
	for {
		inner, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		err = inner.Unwrap()
	}
}

// malformed are requests for POST /v1/traces and how they must be answered.
func malformed(t testing.TB) map[string]struct {
	contentType, encoding, body string
	status                      int
} {
	whole, err := (&ptrace.ProtoMarshaler{}).MarshalTraces(batch(pcommon.TraceID{0xfa, 6}, "run-malformed", 1, 5, 100))
	require.NoError(t, err)
	const protobuf, json = "application/x-protobuf", "application/json"
	return map[string]struct {
		contentType, encoding, body string
		status                      int
	}{
		"no JSON":                      {json, "", "{", http.StatusBadRequest},
		"nothing":                      {json, "", "", http.StatusBadRequest},
		"an id that is not hex":        {json, "", `{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"zz"}]}]}]}`, http.StatusBadRequest},
		"JSON that is something else":  {json, "", `[[[[1]]]]`, http.StatusBadRequest},
		"100,000 levels":               {json, "", strings.Repeat(`{"a":`, 100_000), http.StatusBadRequest},
		"a protobuf that is cut off":   {protobuf, "", string(whole[:len(whole)/2]), http.StatusBadRequest},
		"a protobuf that is noise":     {protobuf, "", strings.Repeat("\x00\xff\x01", 1000), http.StatusBadRequest},
		"a length that is a lie":       {protobuf, "", "\x0a\xff\xff\xff\xff\x7f", http.StatusBadRequest},
		"bytes that are not gzip":      {protobuf, "gzip", "not gzip", http.StatusBadRequest},
		"4 MiB in 4 KiB":               {protobuf, "gzip", zeros(t, 4<<20), http.StatusBadRequest},
		"an encoding nobody knows":     {protobuf, "rot13", string(whole), http.StatusBadRequest},
		"a type of content that's odd": {"text/html", "", "<spans/>", http.StatusUnsupportedMediaType},
	}
}

// zeros is so many of them, compressed.
func zeros(t testing.TB, n int64) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := io.CopyN(w, nothing{}, n)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

type nothing struct{}

func (nothing) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// bytesCodec sends and takes messages as they are.
type bytesCodec struct{}

func (bytesCodec) Name() string                    { return "proto" }
func (bytesCodec) Marshal(v any) ([]byte, error)   { return v.([]byte), nil }
func (bytesCodec) Unmarshal(b []byte, v any) error { *v.(*[]byte) = b; return nil }

// TestMalformedOTLPIsRefused, over HTTP and gRPC, in words that say "never", not "later"; so are connections that speak something
// else. A whole request right after it is taken.
func TestMalformedOTLPIsRefused(t *testing.T) {
	s := startSubject(t, ailment{args: []string{"--set=receivers.otlp.protocols.http.max_request_body_size=1048576"}})
	conn, err := grpc.NewClient("passthrough:///"+s.grpc, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close()
	for name, m := range malformed(t) {
		req, err := http.NewRequest(http.MethodPost, "http://"+s.http+"/v1/traces", strings.NewReader(m.body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", m.contentType)
		if m.encoding != "" {
			req.Header.Set("Content-Encoding", m.encoding)
		}
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err, name)
		said, err := io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		assert.Equal(t, m.status, resp.StatusCode, "%s: %.200s", name, said)
		if m.contentType != "application/x-protobuf" || m.encoding != "" {
			continue
		}
		var answer []byte
		err = conn.Invoke(context.Background(), "/opentelemetry.proto.collector.trace.v1.TraceService/Export", []byte(m.body), &answer, grpc.ForceCodec(bytesCodec{}))
		assert.Equal(t, codes.Internal, status.Code(err), "%s: %v", name, err)
	}
	for _, address := range []string{s.grpc, s.http, s.server} {
		began(t, address, fmt.Sprintf("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n%s", strings.Repeat("\xff", 1000)))
		began(t, address, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"+strings.Repeat("\x00", 600)) // as TLS begins
	}
	require.NoError(t, conn.Close())
	assertWell(t, s)
}
