// Package rollout checks a collector from outside, as `canvasctl rollout check` does: it sends one synthetic workflow
// through the real endpoint, follows it to everywhere it must arrive, and says of each step whether it passed, and where it
// did not, what is the likely cause and what to do.
//
// A step has a file of its own. check.go has their order, report.go what is told of them, workflow.go what is sent.
package rollout
