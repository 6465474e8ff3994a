package startup

// holdSignals does nothing: a service of Windows is stopped in another way.
func holdSignals() {}
