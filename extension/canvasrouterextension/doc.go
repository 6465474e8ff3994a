// Package canvasrouterextension is one address for the viewers of several collectors that share traces out among themselves: a
// request about an execution goes to the collector that holds it, and a list is made of all of theirs.
//
// It holds nothing and lets nobody in or out: every request is passed on with the viewer's own credentials, and the collectors
// decide. Which of them holds an execution is found by asking them, as the viewer. While none does, the viewer waits at one of
// them, and the same connection goes on with the right one as soon as there is one.
package canvasrouterextension

//go:generate go tool mdatagen metadata.yaml
