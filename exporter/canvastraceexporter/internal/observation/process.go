package observation

import (
	"github.com/cespare/xxhash/v2"
	"go.opentelemetry.io/collector/pdata/pcommon"
)

// identity are the attributes of a resource that tell one process from another, as OpenTelemetry's conventions name them.
var identity = [...]string{
	"service.namespace", "service.name", "service.instance.id", "process.pid", "host.id", "host.name", "container.id",
	"k8s.pod.uid", "k8s.namespace.name", "k8s.pod.name",
}

// process is a digest of what a resource says of its process, 0 if that is nothing.
func process(attrs pcommon.Map) uint32 {
	var digest xxhash.Digest
	digest.Reset()
	known := false
	for i, key := range identity {
		if v, ok := attrs.Get(key); ok {
			known = true
			_, _ = digest.Write([]byte{byte(i)})
			_, _ = digest.WriteString(v.AsString())
			_, _ = digest.Write([]byte{0xff})
		}
	}
	if !known {
		return 0
	}
	return uint32(digest.Sum64())
}
