// Package pack turns records of one trace into blocks and back: a block is some records, in the order of their positions, in
// one compressed piece of memory. A store keeps finished executions so, and writes them so to disk.
//
// What spans have in common (resource and scope, names of services and models) is in a block once, and so is it in what is
// unpacked. The rest of the repetition, which in JSON is most of it, is left to s2.
//
// Facts are written by their Go shape, so that a new field needs nothing here. Schema names that shape: bytes that were
// packed under another one must not be unpacked.
package pack
