package canvasserverextension

import (
	"context"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestErrandsAreOverWhenNobodyIsOut(t *testing.T) {
	s := newSession(&api{config: createDefaultConfig().(*Config)}, nil, false, nil, nil)
	told := make(chan struct{}, 2)
	send := func(work func(context.Context) outcome) { s.sending().send(work, func() { told <- struct{}{} }) }
	contexts := make(chan context.Context, 1)
	goOn := make(chan struct{})
	a := s.sending().open("one")
	send(func(ctx context.Context) outcome { contexts <- ctx; return outcome{id: "one", attempt: a} })
	send(func(context.Context) outcome { <-goOn; return outcome{id: "right"} })
	<-told
	assert.Equal(t, 1, s.errands.openings())
	assert.Same(t, a, s.errands.opens("one"))
	assert.Len(t, s.errands.take(), 1)
	assert.Zero(t, s.errands.openings(), "an attempt counts until its outcome is taken")
	assert.False(t, s.errands.idle(), "the other is still out")
	ctx := <-contexts
	require.NoError(t, ctx.Err())
	close(goOn)
	<-told
	require.NoError(t, s.takeFound())
	assert.Nil(t, s.errands)
	assert.Error(t, ctx.Err())
}

func TestASessionWithoutErrandsOpensNothing(t *testing.T) {
	var none *errands
	assert.Zero(t, none.openings())
	assert.Nil(t, none.opens("one"))
	assert.Empty(t, none.take())
	assert.Empty(t, none.over())
	assert.False(t, none.idle())
	none.opened("one")
	none.end()
}

func TestErrandsThatEndAreWaitedFor(t *testing.T) {
	e := newErrands()
	e.send(func(ctx context.Context) outcome { <-ctx.Done(); return outcome{id: "late"} }, func() {})
	found := e.over()
	require.Len(t, found, 1)
	assert.Equal(t, "late", found[0].id)
}

// TestAnIdleClientIsSmall holds what there is once for each client to the size classes of Go's allocator that it is in: there may
// be thousands that do nothing. `make bench-idle` measures all of it.
func TestAnIdleClientIsSmall(t *testing.T) {
	for name, size := range map[string]struct{ is, most uintptr }{
		"session":     {unsafe.Sizeof(session{}), 256},
		"plainClient": {unsafe.Sizeof(plainClient{}), 256},
		"channel":     {unsafe.Sizeof(channel{}), 80},
		"follower":    {unsafe.Sizeof(follower{}), 112},
	} {
		assert.LessOrEqual(t, size.is, size.most, name)
	}
}
