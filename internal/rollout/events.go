package rollout

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// patienceForEvents is how much later than over the WebSocket an event may come.
const patienceForEvents = 5 * time.Second

// openEvents opens the server-sent events of the execution; nil: they do not open. Headers may be held back with the rest,
// so the answer is waited for in the background.
func (c *check) openEvents(ctx context.Context) *stream {
	ctx, cancel := context.WithCancel(ctx)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.server.path("/api/executions/"+c.workflow.execution+"/events"), http.NoBody)
	if err != nil {
		cancel()
		return nil
	}
	request.Header.Set("Accept", "text/event-stream")
	if c.ViewerToken != "" {
		request.Header.Set("Authorization", "Bearer "+c.ViewerToken)
	}
	s := newStream(cancel)
	go func() { s.end(c.readEvents(request, s)) }()
	// Given a moment, the stream is there before the first span is; where it is not, nothing is lost but the comparison.
	s.await(ctx, patienceForEvents, func() bool { frames, _, _ := s.state(); return frames > 0 })
	return s
}

func (c *check) readEvents(request *http.Request, s *stream) error {
	response, err := c.http.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(response.Body, 1024))
		return fmt.Errorf("answered with %d: %s", response.StatusCode, c.quote(body))
	}
	lines := bufio.NewReaderSize(response.Body, 64<<10)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			if errors.Is(err, io.EOF) {
				return errors.New("the stream was ended")
			}
			return err
		}
		if data, is := bytes.CutPrefix(line, []byte("data:")); is {
			s.take(bytes.TrimSpace(data))
		}
	}
}

// watchEvents compares the events with the WebSocket: a proxy that buffers lets them through late, or when it has enough.
func watchEvents(ctx context.Context, c *check) Result {
	if c.stream == nil {
		return fail("the stream does not open", diagnosis{"the address cannot be used as it is", "look at the log of the server"})
	}
	spans := c.workflow.spans()
	all := func() bool { return c.stream.count(spans) == len(spans) }
	c.progress.Waiting("the spans over server-sent events")
	if c.stream.await(ctx, patienceForEvents, all) {
		return pass("all spans came over it, too")
	}
	if _, ended := c.stream.over(); ended != nil {
		return fail(fmt.Sprintf("the stream ended: %v", ended), diagnosis{
			"something on the way refuses or cuts streams that stay open", "let proxies keep it open: time-outs above 60 s, and no limit on its whole length",
		})
	}
	return fail(fmt.Sprintf("not all spans came over it, %s after they were sent", since(c.sentAt)), diagnosis{
		"buffering proxy: something on the way collects the answer before it passes it on",
		"nginx: no proxy_ignore_headers X-Accel-Buffering, or proxy_buffering off; other proxies and gateways: no buffering and no compression of text/event-stream",
	})
}
