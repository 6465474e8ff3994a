// Package fault tells of panics that were caught without telling what somebody sent.
package fault

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"go.uber.org/zap"
)

// Fields are what may be logged of a panic that was recovered: what kind of fault it was, and the stack, which holds addresses and no
// contents. What else a panic carries may be what somebody sent. To be called by the function that recovered it.
func Fields(recovered any) []zap.Field {
	return []zap.Field{zap.String("fault", describe(recovered)), zap.ByteString("stack", debug.Stack())}
}

func describe(recovered any) string {
	if err, ok := recovered.(runtime.Error); ok {
		return err.Error()
	}
	return fmt.Sprintf("%T", recovered)
}
