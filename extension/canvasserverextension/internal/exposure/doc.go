// Package exposure decides for which workflows and viewers the Trace tab is switched on, from a file that is read again when it
// changes. It is for a gradual rollout and no protection: rights are the business of package forwardauth.
package exposure
