package live

// Registrar is what a server offers to whoever holds the traces: the exporter looks it up among the host's extensions and
// registers its Source in Start.
type Registrar interface {
	// Register hands a source to the server; name is the registering component, for messages. There can be one at a time: a
	// second registration is an error that names both. unregister frees the place but does not take the source away: viewers
	// read on until the server stops, so that what was flushed at shutdown still reaches them. It may be called more than
	// once.
	Register(name string, s Source) (unregister func(), err error)
}
