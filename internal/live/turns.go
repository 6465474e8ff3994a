package live

import "sync"

// turns has many who want the same thing done share one turn of it, as long as that begins after they asked: one is under way
// at a time, and whoever asks meanwhile shares the next.
type turns struct {
	mu          sync.Mutex
	ended       sync.Cond
	begun, done uint64 // turns
}

// share returns when a turn that began after the call is done.
func (t *turns) share(do func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended.L = &t.mu
	for mine := t.begun + 1; t.done < mine; {
		if t.begun > t.done {
			t.ended.Wait()
			continue
		}
		t.begun++
		t.mu.Unlock()
		do()
		t.mu.Lock()
		t.done++
		t.ended.Broadcast()
	}
}
