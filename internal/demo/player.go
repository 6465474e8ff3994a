package demo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"github.com/orcheo/otelcol-canvas/internal/semconv"
)

// Player plays the workflow through a tracer.
type Player struct {
	Tracer trace.Tracer
	// Duration is how long one run takes; zero plays without waiting.
	Duration time.Duration
	// Progress is called, from several goroutines, when a span of a node ends.
	Progress func(executionID, name string, took time.Duration, failure string)
}

// NewExecutionID draws an id as Canvas does: run- and a random UUID.
func NewExecutionID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // crypto/rand never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("run-%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Play plays one run and returns when it is over. Where ctx ends first, the open spans end, the run is marked as cancelled
// and the context's error returned.
func (p *Player) Play(ctx context.Context, executionID string) error {
	ctx, root := p.Tracer.Start(ctx, semconv.SpanWorkflowExecution, trace.WithNewRoot(), trace.WithAttributes(
		attribute.String(semconv.ExecutionID, executionID),
		attribute.String(semconv.WorkflowID, "support-digest"),
		attribute.String(semconv.ExecutionRunName, "Support digest (demo)"),
		attribute.StringSlice(semconv.ExecutionTags, []string{"demo"}),
	))
	defer root.End()
	err := p.sequence(ctx, executionID, scenario())
	if err != nil {
		root.AddEvent(semconv.EventWorkflowCancelled, trace.WithAttributes(attribute.String("reason", "interrupted")))
		root.SetStatus(codes.Error, "interrupted")
		return err
	}
	root.AddEvent(semconv.EventWorkflowCompleted, trace.WithAttributes(attribute.String("status", "completed")))
	root.SetStatus(codes.Ok, "")
	return nil
}

func (p *Player) sequence(ctx context.Context, executionID string, steps []step) error {
	for _, s := range steps {
		if err := p.step(ctx, executionID, s); err != nil {
			return err
		}
	}
	return nil
}

func (p *Player) sideBySide(ctx context.Context, executionID string, steps []step) error {
	errs := make([]error, len(steps))
	var running sync.WaitGroup
	for i, s := range steps {
		running.Go(func() { errs[i] = p.step(ctx, executionID, s) })
	}
	running.Wait()
	return errors.Join(errs...)
}

func (p *Player) step(ctx context.Context, executionID string, s step) error {
	started := time.Now()
	// As with the span processor of examples/orcheo-span-processor, each span names its execution.
	ctx, span := p.Tracer.Start(ctx, s.name, trace.WithAttributes(s.attrs...), trace.WithAttributes(
		attribute.String(semconv.ExecutionID, executionID)))
	defer span.End()

	var err error
	switch {
	case s.parallel:
		err = p.sideBySide(ctx, executionID, s.children)
	case len(s.children) > 0:
		err = p.sequence(ctx, executionID, s.children)
	default:
		err = p.wait(ctx, s.lasts)
	}
	if err != nil {
		span.SetStatus(codes.Error, "interrupted")
		return err
	}
	took := time.Since(started)
	p.finish(span, s, took)
	if s.node != "" {
		p.Progress(executionID, s.name, took, s.failure)
	}
	return nil
}

// finish writes what Orcheo knows of a node only when it is done.
func (p *Player) finish(span trace.Span, s step, took time.Duration) {
	span.SetAttributes(s.result...)
	status := "success"
	if s.failure == "" {
		span.SetStatus(codes.Ok, "")
	} else {
		status = "error"
		span.SetStatus(codes.Error, s.failure)
		span.AddEvent(semconv.EventErrorDetail, trace.WithAttributes(attribute.String("message", s.failure)))
	}
	if s.node == "" {
		return
	}
	span.SetAttributes(
		attribute.String(semconv.NodeID, s.node),
		attribute.String(semconv.NodeDisplayName, s.name),
		attribute.String(semconv.NodeKind, s.kind),
		attribute.String(semconv.NodeStatus, status),
		attribute.Int64(semconv.NodeLatency, took.Milliseconds()),
	)
}

// wait lets the given share of the scenario's length pass.
func (p *Player) wait(ctx context.Context, share time.Duration) error {
	scaled := time.Duration(float64(share) * float64(p.Duration) / float64(Length))
	if scaled <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(scaled)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
