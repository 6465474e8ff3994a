package memorystore

import (
	"fmt"
	"hash/maphash"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Against a map: whatever is put in and taken out, also where many keys have the same hash, or all are in one shard.
func TestADirectoryIsAMap(t *testing.T) {
	hashes := map[string]func(maphash.Seed, string) uint64{
		"as it is":       maphash.String,
		"few hashes":     func(_ maphash.Seed, k string) uint64 { return uint64(len(k)) << 32 },
		"one shard":      func(s maphash.Seed, k string) uint64 { return maphash.String(s, k) & 0xffffffff },
		"the last place": func(s maphash.Seed, k string) uint64 { return maphash.String(s, k) | 0x00000fff },
	}
	for name, hash := range hashes {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				d, m := newNameDirectory(), map[string]*execution{}
				d.hash = hash
				key := rapid.StringMatching(`[ab]{0,5}`)
				t.Repeat(map[string]func(*rapid.T){
					"put": func(t *rapid.T) {
						e := &execution{given: key.Draw(t, "key")}
						d.put(e)
						m[e.given] = e
					},
					"delete": func(t *rapid.T) {
						k := key.Draw(t, "key")
						d.delete(k)
						delete(m, k)
					},
					"get": func(t *rapid.T) {
						k := key.Draw(t, "key")
						require.Same(t, m[k], d.get(k))
					},
					"": func(t *rapid.T) {
						auditDirectory(t, &d)
						require.Equal(t, len(m), d.count)
						for k, e := range m {
							require.Same(t, e, d.get(k))
						}
					},
				})
			})
		})
	}
}

func TestADirectoryGivesMemoryBack(t *testing.T) {
	d := newNameDirectory()
	for n := range 10_000 {
		d.put(&execution{given: fmt.Sprint(n)})
	}
	full := d.bytes()
	require.Less(t, full, int64(10_000*40), "what a key takes")
	for n := range 9_900 {
		d.delete(fmt.Sprint(n))
	}
	require.Less(t, d.bytes(), full/15)
	auditDirectory(t, &d)
	for n := 9_900; n < 10_000; n++ {
		require.NotNil(t, d.get(fmt.Sprint(n)))
		d.delete(fmt.Sprint(n))
	}
	require.Zero(t, d.bytes())
	require.Nil(t, d.get("9999"))
}

// auditDirectory counts everything anew, and looks for each item.
func auditDirectory[K comparable, V any](t require.TestingT, d *directory[K, V]) {
	count, held := 0, int64(0)
	for i := range d.shards {
		s := &d.shards[i]
		held += s.bytes()
		require.Len(t, s.items, len(s.marks))
		inShard := 0
		for at, v := range s.items {
			require.Equal(t, v == nil, s.marks[at] == 0)
			if v != nil {
				inShard++
				require.Same(t, v, d.get(d.key(v)))
			}
		}
		require.Equal(t, inShard, s.count)
		count += inShard
	}
	require.Equal(t, count, d.count)
	require.Equal(t, held, d.held)
}
