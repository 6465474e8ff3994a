package pack

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// A stream is a sequence of frames: the length of what follows the sum, a checksum of that, the kind, and the payload.
const (
	frameHead = 4 + 4 + 1
	maxFrame  = 2 * maxUnpacked
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// StreamWriter writes frames.
type StreamWriter struct {
	w     io.Writer
	head  [frameHead]byte
	bytes int64
}

// NewStreamWriter returns a writer of frames to w.
func NewStreamWriter(w io.Writer) *StreamWriter { return &StreamWriter{w: w} }

// Bytes is how much was written.
func (s *StreamWriter) Bytes() int64 { return s.bytes }

// Write writes a frame. The error is that of the writer below.
func (s *StreamWriter) Write(kind byte, payload []byte) error {
	s.head[frameHead-1] = kind
	sum := crc32.Update(crc32.Checksum(s.head[frameHead-1:], castagnoli), castagnoli, payload)
	binary.BigEndian.PutUint32(s.head[0:], uint32(len(payload)))
	binary.BigEndian.PutUint32(s.head[4:], sum)
	for _, part := range [][]byte{s.head[:], payload} {
		n, err := s.w.Write(part)
		s.bytes += int64(n)
		if err != nil {
			return err
		}
	}
	return nil
}

// StreamReader reads frames.
type StreamReader struct{ r *bufio.Reader }

// NewStreamReader returns a reader of the frames in r.
func NewStreamReader(r io.Reader) *StreamReader { return &StreamReader{bufio.NewReaderSize(r, 64<<10)} }

// Read returns the next frame. The payload is the caller's. The error is ErrCorrupt where the stream is damaged or ends, or
// that of the reader below.
func (s *StreamReader) Read() (kind byte, payload []byte, err error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(s.r, head[:]); err != nil {
		return 0, nil, ended(err)
	}
	size := binary.BigEndian.Uint32(head[0:])
	if size > maxFrame {
		return 0, nil, fmt.Errorf("a frame of %d bytes: %w", size, ErrCorrupt)
	}
	if payload, err = readBytes(s.r, int(size)); err != nil {
		return 0, nil, ended(err)
	}
	sum := crc32.Update(crc32.Checksum(head[frameHead-1:], castagnoli), castagnoli, payload)
	if sum != binary.BigEndian.Uint32(head[4:]) {
		return 0, nil, fmt.Errorf("a checksum does not match: %w", ErrCorrupt)
	}
	return head[frameHead-1], payload, nil
}

// readBytes reads n bytes, and takes no memory for what never comes.
func readBytes(r io.Reader, n int) ([]byte, error) {
	const step = 1 << 20
	b := make([]byte, 0, min(n, step))
	for len(b) < n {
		at := len(b)
		b = append(b, make([]byte, min(n-at, step))...)
		if _, err := io.ReadFull(r, b[at:]); err != nil {
			return nil, err
		}
	}
	return b[:n:n], nil
}

func ended(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("it ends too early: %w", ErrCorrupt)
	}
	return err
}
