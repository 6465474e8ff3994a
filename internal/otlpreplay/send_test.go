package otlpreplay

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// receiver is an OTLP receiver for tests, over both protocols, that keeps what it gets.
type receiver struct {
	ptraceotlp.UnimplementedGRPCServer
	reject int64 // spans to reject in every answer

	mu       sync.Mutex
	received []ptrace.Traces
}

func (r *receiver) Export(_ context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.received = append(r.received, clone(request.Traces()))
	response := ptraceotlp.NewExportResponse()
	response.PartialSuccess().SetRejectedSpans(r.reject)
	return response, nil
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil || req.URL.Path != "/v1/traces" {
		http.Error(w, "no such route", http.StatusNotFound)
		return
	}
	request := ptraceotlp.NewExportRequest()
	isJSON := req.Header.Get("Content-Type") == "application/json"
	if isJSON {
		err = request.UnmarshalJSON(body)
	} else {
		err = request.UnmarshalProto(body)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	response, _ := r.Export(req.Context(), request)
	answer, _ := response.MarshalProto()
	if isJSON {
		answer, _ = response.MarshalJSON()
	}
	_, _ = w.Write(answer)
}

// start serves r on free ports until the test ends.
func start(t *testing.T, r *receiver) Endpoints {
	t.Helper()
	web := httptest.NewServer(r)
	t.Cleanup(web.Close)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := grpc.NewServer()
	ptraceotlp.RegisterGRPCServer(server, r)
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		// A test that never sends over gRPC may stop the server before Serve has begun.
		if err := <-done; !errors.Is(err, grpc.ErrServerStopped) {
			assert.NoError(t, err)
		}
	})
	return Endpoints{HTTP: strings.TrimPrefix(web.URL, "http://"), GRPC: listener.Addr().String()}
}

func dial(t *testing.T, transport Transport, to Endpoints) *Sender {
	t.Helper()
	sender, err := Dial(transport, to)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, sender.Close()) })
	return sender
}

func TestEveryTransportDeliversWhatWasSent(t *testing.T) {
	for _, transport := range Transports() {
		for _, name := range Cases() {
			t.Run(string(transport)+", "+name, func(t *testing.T) {
				r := &receiver{}
				sender := dial(t, transport, start(t, r))
				run := load(t, name).Fresh(1, now)
				for _, request := range run.Arrange(Recorded) {
					require.NoError(t, sender.Send(t.Context(), request))
				}
				require.Len(t, r.received, len(run.Requests))
				assert.Equal(t, run.Expect, expect(r.received))
			})
		}
	}
}

func TestAPartialSuccessIsAnError(t *testing.T) {
	for _, transport := range Transports() {
		sender := dial(t, transport, start(t, &receiver{reject: 1}))
		err := sender.Send(t.Context(), load(t, "rich").Requests[0])
		require.ErrorContains(t, err, "rejected 1", transport)
	}
}

func TestARefusalNamesTheAnswer(t *testing.T) {
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "memory is short", http.StatusServiceUnavailable)
	}))
	t.Cleanup(refusing.Close)
	sender := dial(t, HTTPJSON, Endpoints{HTTP: strings.TrimPrefix(refusing.URL, "http://")})
	err := sender.Send(t.Context(), load(t, "rich").Requests[0])
	require.ErrorContains(t, err, "503 Service Unavailable: memory is short")
}

func TestAnUnknownTransportNamesTheOnesThereAre(t *testing.T) {
	_, err := Dial("carrier pigeon", Endpoints{})
	require.ErrorContains(t, err, "OTLP/gRPC")
}
