// Package forwardauth asks an operator's own service whether a viewer may see an execution, or the list of a workflow.
//
// An answer counts for a bounded time, is asked for once however many wait for it, and anything but a plain yes is a no.
// Only a hash of a viewer's credentials is kept.
package forwardauth
