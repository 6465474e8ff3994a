package rollout

import (
	"context"
	"fmt"
	"net"
	"net/http"

	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/pdata/ptrace/ptraceotlp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// sent is what became of an export request.
type sent struct {
	accepted bool
	denied   bool   // for the token, or the lack of one
	rejected int64  // spans of an accepted request
	detail   string // in words of the protocol
	by       string // who answered, where it is known
	wrong    bool   // what answered takes no OTLP here
}

// send sends one request. An error means that nothing came back.
func (c *check) send(ctx context.Context, td ptrace.Traces, token string) (sent, error) {
	if c.endpoint.grpc() {
		return c.sendGRPC(ctx, td, token)
	}
	body, err := ptraceotlp.NewExportRequestFromTraces(td).MarshalProto()
	if err != nil {
		return sent{}, err
	}
	got, err := c.ask(ctx, http.MethodPost, c.endpoint.path("/v1/traces"), token, "application/x-protobuf", body)
	if err != nil {
		return sent{}, err
	}
	s := sent{
		accepted: got.status == http.StatusOK, denied: got.status == http.StatusUnauthorized || got.status == http.StatusForbidden,
		detail: fmt.Sprintf("POST /v1/traces answers %d", got.status), by: got.by(),
		wrong: got.status == http.StatusNotFound || got.status == http.StatusMethodNotAllowed || got.isPage(),
	}
	response := ptraceotlp.NewExportResponse()
	switch {
	case s.wrong:
		s.accepted = false
	case s.accepted && response.UnmarshalProto(got.body) != nil:
		s.accepted, s.wrong = false, true
	case s.accepted:
		s.rejected = response.PartialSuccess().RejectedSpans()
		s.detail = response.PartialSuccess().ErrorMessage()
	default:
		s.detail += ": " + c.quote(got.body)
	}
	return s, nil
}

func (c *check) sendGRPC(ctx context.Context, td ptrace.Traces, token string) (sent, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Timeout)
	defer cancel()
	secured := insecure.NewCredentials()
	if c.endpoint.tls() {
		secured = credentials.NewTLS(c.tls.Clone())
	}
	conn, err := grpc.NewClient("passthrough:///"+c.endpoint.hostPort(), grpc.WithTransportCredentials(secured), grpc.WithUserAgent("canvasctl-rollout-check"),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return c.tunnel(ctx, c.endpoint) })) // gRPC's own way knows no proxy with TLS
	if err != nil {
		return sent{}, err
	}
	defer func() { _ = conn.Close() }()
	if token != "" {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+token)
	}
	response, err := ptraceotlp.NewGRPCClient(conn).Export(ctx, ptraceotlp.NewExportRequestFromTraces(td))
	switch code := status.Code(err); code {
	case codes.OK:
		return sent{accepted: true, rejected: response.PartialSuccess().RejectedSpans(), detail: response.PartialSuccess().ErrorMessage()}, nil
	case codes.Unavailable, codes.DeadlineExceeded:
		return sent{}, err
	default:
		return sent{
			denied: code == codes.Unauthenticated || code == codes.PermissionDenied, wrong: code == codes.Unimplemented || code == codes.Unknown,
			detail: fmt.Sprintf("Export answers %s: %s", code, c.quote([]byte(status.Convert(err).Message()))), by: "what answers there",
		}, nil
	}
}
