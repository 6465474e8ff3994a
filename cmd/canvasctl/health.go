package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// healthCommand asks the server, as a container's health check does. It looks at no certificate: it asks its own machine.
func healthCommand(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	set := flag.NewFlagSet("canvasctl health", flag.ContinueOnError)
	set.SetOutput(out)
	address := set.String("url", healthURL(getenv), "what to ask; by default what CANVAS_HEALTH_ENDPOINT or CANVAS_SERVER_ENDPOINT lead to")
	timeout := set.Duration("timeout", 3*time.Second, "how long the answer may take")
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	ctx, cancel := context.WithTimeout(ctx, *timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, *address, http.NoBody)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: ownMachine(*address), DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("not well: %w", err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("not well: %s answers %s", *address, response.Status)
	}
	fmt.Fprintf(out, "well: %s answers %s\n", *address, response.Status)
	return nil
}

// healthURL is where the process in this environment tells how it is.
func healthURL(getenv func(string) string) string {
	if endpoint := getenv("CANVAS_HEALTH_ENDPOINT"); endpoint != "" && endpoint != "none" {
		return "http://" + onThisMachine(endpoint) + "/status"
	}
	endpoint, scheme := getenv("CANVAS_SERVER_ENDPOINT"), "http"
	if endpoint == "" {
		endpoint = "localhost:8090"
	}
	if getenv("CANVAS_TLS_CERT_FILE") != "" {
		scheme = "https"
	}
	return scheme + "://" + onThisMachine(endpoint) + "/healthz"
}

// onThisMachine is the address at which this machine reaches a listener.
func onThisMachine(endpoint string) string {
	host, port, err := net.SplitHostPort(endpoint)
	if err != nil {
		return endpoint
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
