// Package hugepages asks Linux for huge pages for the heap of this process.
//
// A heap that grows with what it holds is touched page by page, and the kernel sees to each first touch: with pages of 4 KiB that is
// a good part of what taking spans in costs, with pages of 2 MiB next to nothing. Where the system's setting for transparent huge
// pages is "madvise", memory gets them only if the process asks, and Go's runtime does not ask for its heap.
//
// The price is memory: the kernel may give a huge page where little of it is used, and may make one again of what the runtime gave
// back. So this is for a process whose limit has room to spare, and for its operator to decide.
package hugepages
