package environment

// certificates are what the listeners show, and what senders must show. The zero value: plain connections.
type certificates struct {
	cert, key string // files in PEM; both or neither
	clientCA  string // a file in PEM: senders must have a certificate from it
}

func (v *variables) readCertificates() certificates {
	c := certificates{cert: v.file(TLSCertFile), key: v.file(TLSKeyFile), clientCA: v.file(TLSClientCAFile)}
	switch {
	case (c.cert == "") != (c.key == ""):
		v.failf("%s and %s belong together: set both, or neither", TLSCertFile, TLSKeyFile)
	case c.clientCA != "" && c.cert == "":
		v.failf("%s asks senders for certificates, which needs TLS: set %s and %s, too", TLSClientCAFile, TLSCertFile, TLSKeyFile)
	}
	return c
}

// ofReceivers puts TLS on the receivers. Certificates are asked of senders only: a viewer is a browser, with a token.
func (c certificates) ofReceivers() map[string]any {
	if c.cert == "" {
		return nil
	}
	receiver := func() map[string]any {
		tls := c.listener()
		if c.clientCA != "" {
			tls["client_ca_file"] = literal(c.clientCA)
			tls["client_ca_file_reload"] = true
		}
		return map[string]any{"tls": tls}
	}
	return map[string]any{"receivers": map[string]any{"otlp": map[string]any{"protocols": map[string]any{"grpc": receiver(), "http": receiver()}}}}
}

// ofServer puts TLS on the server.
func (c certificates) ofServer() map[string]any {
	if c.cert == "" {
		return nil
	}
	return map[string]any{"extensions": map[string]any{"canvasserver": map[string]any{"http": map[string]any{"tls": c.listener()}}}}
}

// listener is TLS of a listener. Files that are renewed in their place are read again.
func (c certificates) listener() map[string]any {
	return map[string]any{"cert_file": literal(c.cert), "key_file": literal(c.key), "reload_interval": "5m"}
}
