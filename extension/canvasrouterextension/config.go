package canvasrouterextension

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/config/confighttp"
	"go.opentelemetry.io/collector/config/configtls"
)

// Config is the configuration of the router for viewers.
type Config struct {
	// HTTP is the listener: endpoint (localhost:8090), tls, response_headers as everywhere in the Collector. The collectors ask who a viewer is, so it has no auth.
	HTTP confighttp.ServerConfig `mapstructure:"http"`
	// Collectors are the addresses of the collectors' servers, such as http://collector-0:8090.
	Collectors []string `mapstructure:"collectors"`
	// TLS says whom to trust of them: ca_file and the like, as everywhere in the Collector.
	TLS configtls.ClientConfig `mapstructure:"tls"`
	// Timeout is how long a collector may take to say whether it holds an execution, or to answer with its list.
	Timeout time.Duration `mapstructure:"timeout"`
	// LookInterval is how often the collectors are asked while a viewer waits for an execution that none of them holds.
	LookInterval time.Duration `mapstructure:"look_interval"`

	// prevent unkeyed literal initialization
	_ struct{}
}

const (
	defaultEndpoint = "localhost:8090"
	// maxCollectors bounds what one question costs.
	maxCollectors = 64
)

var _ component.Config = (*Config)(nil)

func createDefaultConfig() component.Config {
	http := confighttp.NewDefaultServerConfig()
	http.NetAddr.Endpoint = defaultEndpoint
	http.WriteTimeout = 0 // event streams last; a collector ends those that take nothing
	return &Config{HTTP: http, Timeout: 3 * time.Second, LookInterval: time.Second}
}

// Validate says everything that is wrong with the configuration, and how to put it right.
func (c *Config) Validate() error {
	var errs []error
	if c.HTTP.NetAddr.Endpoint == "" {
		errs = append(errs, fmt.Errorf("http::endpoint is empty: write host:port, such as %s", defaultEndpoint))
	}
	if c.HTTP.Auth.HasValue() {
		errs = append(errs, errors.New("http::auth must not be set: the collectors ask who a viewer is"))
	}
	if len(c.Collectors) == 0 || len(c.Collectors) > maxCollectors {
		errs = append(errs, fmt.Errorf("collectors has %d addresses: name 1 to %d, such as http://collector-0:8090", len(c.Collectors), maxCollectors))
	}
	for _, address := range c.Collectors {
		if _, err := parseAddress(address); err != nil {
			errs = append(errs, fmt.Errorf("collectors: %w", err))
		}
	}
	if c.Timeout <= 0 || c.LookInterval <= 0 {
		errs = append(errs, errors.New("timeout and look_interval must be above 0, such as 3s and 1s"))
	}
	return errors.Join(errs...)
}

// parseAddress reads the address of a collector's server. No error repeats what may be a secret.
func parseAddress(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https"):
		return nil, errors.New("an address is no URL: write http://collector-0:8090 or https://…")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, errors.New("an address has a user, a query or a fragment: leave it out")
	}
	u.Path = strings.TrimRight(u.Path, "/")
	return u, nil
}
