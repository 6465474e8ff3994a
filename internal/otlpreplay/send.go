package otlpreplay

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// Transport is one of the ways in which the otlp receiver takes spans.
type Transport string

// The transports.
const (
	HTTPJSON     Transport = "OTLP/HTTP JSON"
	HTTPProtobuf Transport = "OTLP/HTTP protobuf"
	GRPC         Transport = "OTLP/gRPC"
)

// Transports lists all of them.
func Transports() []Transport { return []Transport{HTTPJSON, HTTPProtobuf, GRPC} }

// Endpoints say where a collector takes spans, without TLS.
type Endpoints struct {
	HTTP string // host:port of OTLP/HTTP
	GRPC string // host:port of OTLP/gRPC
}

// Sender sends export requests over one transport. Close it.
type Sender struct {
	send  func(context.Context, ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error)
	close func() error
}

// Dial makes a sender. It does not connect yet: a collector that is not there shows when something is sent.
func Dial(transport Transport, to Endpoints) (*Sender, error) {
	switch transport {
	case HTTPJSON:
		return dialHTTP(to.HTTP, "application/json", ptraceotlp.ExportRequest.MarshalJSON, (*ptraceotlp.ExportResponse).UnmarshalJSON), nil
	case HTTPProtobuf:
		return dialHTTP(to.HTTP, "application/x-protobuf", ptraceotlp.ExportRequest.MarshalProto, (*ptraceotlp.ExportResponse).UnmarshalProto), nil
	case GRPC:
		return dialGRPC(to.GRPC)
	default:
		return nil, fmt.Errorf("no transport %q; there are: %v", transport, Transports())
	}
}

// Send sends one request and waits until it is accepted. Anything else is an error, a partial success included.
func (s *Sender) Send(ctx context.Context, request ptrace.Traces) error {
	response, err := s.send(ctx, ptraceotlp.NewExportRequestFromTraces(request))
	if err != nil {
		return fmt.Errorf("send %d spans: %w", request.SpanCount(), err)
	}
	if partial := response.PartialSuccess(); partial.RejectedSpans() > 0 {
		return fmt.Errorf("send %d spans: the collector rejected %d: %s", request.SpanCount(), partial.RejectedSpans(), partial.ErrorMessage())
	}
	return nil
}

// Close frees the connections.
func (s *Sender) Close() error { return s.close() }

func dialGRPC(endpoint string) (*Sender, error) {
	connection, err := grpc.NewClient("passthrough:///"+endpoint, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, fmt.Errorf("dial %s for OTLP/gRPC: %w", endpoint, err)
	}
	client := ptraceotlp.NewGRPCClient(connection)
	return &Sender{
		send: func(ctx context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
			return client.Export(ctx, request, grpc.WaitForReady(true))
		},
		close: connection.Close,
	}, nil
}

func dialHTTP(endpoint, contentType string, marshal func(ptraceotlp.ExportRequest) ([]byte, error), unmarshal func(*ptraceotlp.ExportResponse, []byte) error) *Sender {
	transport := &http.Transport{}
	client := &http.Client{Transport: transport}
	url := "http://" + endpoint + "/v1/traces"
	return &Sender{
		send: func(ctx context.Context, request ptraceotlp.ExportRequest) (ptraceotlp.ExportResponse, error) {
			response := ptraceotlp.NewExportResponse()
			body, err := marshal(request)
			if err != nil {
				return response, err
			}
			answer, err := post(ctx, client, url, contentType, body)
			if err != nil {
				return response, err
			}
			return response, unmarshal(&response, answer)
		},
		close: func() error { transport.CloseIdleConnections(); return nil },
	}
}

func post(ctx context.Context, client *http.Client, url, contentType string, body []byte) (answer []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", contentType)
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	answer, err = io.ReadAll(response.Body)
	if err == nil && response.StatusCode != http.StatusOK {
		err = fmt.Errorf("POST %s: %s: %s", url, response.Status, answer)
	}
	return answer, err
}
