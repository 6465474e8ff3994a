package memorystore

import (
	"bytes"
	"encoding/binary"
	"math"

	"github.com/orcheo/otelcol-canvas/internal/tracestore"
)

// summaryData is a summary as it is kept, but for the execution's id: one piece of memory without pointers, because there is one
// for each execution and hardly any is looked at. It never changes, so the texts of a summary that was read are parts of it. nil:
// there is none.
type summaryData []byte

// Flags of a summary.
const (
	summaryComplete byte = 1 << iota
	summaryCostKnown
)

// The bounds of a summary's texts. The view keeps to smaller ones; these keep the store's own promise.
const (
	maxSummaryText = 1 << 10
	maxSummaryList = 32
)

// appendSummary appends a summary within its bounds.
func appendSummary(dst []byte, s *tracestore.Summary) []byte {
	dst = append(dst, flag(s.Complete, summaryComplete)|flag(s.CostKnown, summaryCostKnown))
	dst = append(dst, s.PrimaryTrace[:]...)
	for _, n := range [...]int64{s.Started, s.Finished, s.LastActivity} {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(n))
	}
	for _, n := range [...]int64{int64(s.Spans), int64(s.Errors), int64(s.Dropped), s.InputTokens, s.OutputTokens, int64(s.Revision)} {
		dst = binary.AppendVarint(dst, n)
	}
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(s.CostUSD))
	for _, text := range [...]string{s.WorkflowID, s.RunName, s.RootName, s.Thread, s.Error, string(s.Status), string(s.CompleteReason)} {
		dst = appendText(dst, clip(text, maxSummaryText))
	}
	for _, list := range [...][]string{s.Tags, s.Models} {
		list = list[:min(len(list), maxSummaryList)]
		dst = appendList(dst, list == nil, len(list))
		for _, text := range list {
			dst = appendText(dst, clip(text, maxSummaryText))
		}
	}
	return dst
}

func appendText(dst []byte, text string) []byte { return append(appendLength(dst, len(text)), text...) }

// stored is a copy of what appendSummary wrote.
func stored(data []byte) summaryData { return bytes.Clone(data) }

// complete says whether the summary is that of a complete execution.
func (d summaryData) complete() bool { return len(d) > 0 && d[0]&summaryComplete != 0 }

// summary is what was put; id is the execution's.
func (d summaryData) summary(id string) (s tracestore.Summary) {
	d.read(&s)
	s.Execution = id
	return s
}

// read fills s, but for the execution's id. The memory of its lists is used again.
func (d summaryData) read(s *tracestore.Summary) {
	r := rowData{rest: d}
	flags := r.byte()
	s.Complete, s.CostKnown = flags&summaryComplete != 0, flags&summaryCostKnown != 0
	copy(s.PrimaryTrace[:], r.take(len(s.PrimaryTrace)))
	for _, n := range [...]*int64{&s.Started, &s.Finished, &s.LastActivity} {
		*n = int64(r.word())
	}
	s.Spans, s.Errors, s.Dropped = int(r.int()), int(r.int()), int(r.int())
	s.InputTokens, s.OutputTokens, s.Revision = r.int(), r.int(), uint64(r.int())
	s.CostUSD = math.Float64frombits(r.word())
	for _, text := range [...]*string{&s.WorkflowID, &s.RunName, &s.RootName, &s.Thread, &s.Error} {
		*text = r.text(r.length())
	}
	s.Status, s.CompleteReason = tracestore.Status(r.text(r.length())), tracestore.CompleteReason(r.text(r.length()))
	for _, list := range [...]*[]string{&s.Tags, &s.Models} {
		n := r.list()
		if *list = (*list)[:0]; *list == nil && n >= 0 {
			*list = make([]string, 0, n)
		}
		for range n {
			*list = append(*list, r.text(r.length()))
		}
	}
}

// bytes is what the summary takes.
func (d summaryData) bytes() int64 { return heapSize(cap(d)) }
