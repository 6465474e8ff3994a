package environment

import (
	"net"
	"net/url"
)

// issuer is an OpenID Connect provider whose tokens let viewers in.
type issuer struct{ url, audience, caFile string }

func (v *variables) readIssuer() *issuer {
	address, set := v.text(OIDCIssuer)
	audience, _ := v.text(OIDCAudience)
	if set == "" {
		if audience != "" {
			v.failf("%s is set and %s is not: set both, or neither", OIDCAudience, OIDCIssuer)
		}
		return nil
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.RawQuery != "":
		v.failf("%s is no address of an issuer: write it as its tokens name it in iss, such as https://login.example.com/realms/main", OIDCIssuer)
	case u.Scheme != "https" && !(u.Scheme == "http" && (isLocalhost(u.Hostname()) || net.ParseIP(u.Hostname()).IsLoopback())):
		v.failf("%s does not begin with https://: whoever sits on the way could let anybody in", OIDCIssuer)
	}
	if audience == "" {
		v.failf("%s needs %s: the client id that tokens for the Trace tab name in aud, else any token of that issuer would do", OIDCIssuer, OIDCAudience)
	}
	return &issuer{url: address, audience: audience, caFile: v.file(OIDCCAFile)}
}

func (i *issuer) config() map[string]any {
	provider := map[string]any{"issuer_url": literal(i.url), "audience": literal(i.audience)}
	if i.caFile != "" {
		provider["issuer_ca_path"] = literal(i.caFile)
	}
	return map[string]any{"providers": []any{provider}}
}
