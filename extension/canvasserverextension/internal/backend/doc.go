// Package backend passes requests on to an Orcheo backend: those of an allow-list as they are, and questions for the trace of an
// execution whose answer says where it is from. Nothing is sent to any other host, redirects are the client's to follow.
package backend
