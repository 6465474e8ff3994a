import { SpanMap, type SpanDraft } from './spans.js';
import type { Answer } from './wire/answer.js';
import type { Execution } from './wire/execution.js';
import type { Frame } from './wire/frame.js';
import type { Span } from './wire/span.js';

/** Position is how far the client has read one trace. */
export interface Position { readonly epoch: string | null; readonly seq: number }

/**
 * Gap says that frames were lost: `resume` asks for what is missing with the last good cursor, `restart` for everything,
 * because resuming did not help.
 */
export type Gap = 'none' | 'resume' | 'restart';

/** TraceState is everything that is known of one execution. It is the same whichever transport it came over. */
export interface TraceState {
  readonly execution: Execution | null;
  readonly spans: SpanMap;
  readonly positions: ReadonlyMap<string, Position>;
  /** cursor resumes after the last frame that was applied. */
  readonly cursor: string | null;
  readonly complete: boolean;
  /** loaded: the snapshot has been read to its end. */
  readonly loaded: boolean;
  readonly gap: Gap;
  /** sinceOpen counts the frames of the present connection. */
  readonly sinceOpen: number;
  /** anew: the next frame begins a snapshot that replaces what is here. */
  readonly anew: boolean;
  /**
   * adopting: positions are not known, because an answer to a poll names none. The next frame of each trace tells where it
   * goes on; the cursor that it was asked for with makes sure that nothing lies between.
   */
  readonly adopting: boolean;
}

export const nothingYet: TraceState = {
  execution: null, spans: SpanMap.empty, positions: new Map(), cursor: null, complete: false, loaded: false,
  gap: 'none', sinceOpen: 0, anew: false, adopting: false,
};

export type TraceAction =
  | { readonly type: 'opened'; readonly cursor: string | null }
  | { readonly type: 'frames'; readonly frames: readonly Frame[] }
  | { readonly type: 'answer'; readonly answer: Answer };

/** reduceTrace is pure. Frames after a gap are ignored until a connection is opened again. */
export function reduceTrace(state: TraceState, action: TraceAction): TraceState {
  switch (action.type) {
    case 'opened':
      // What is shown stays until the new snapshot's first frame is here.
      return { ...state, gap: 'none', sinceOpen: 0, anew: action.cursor === null };
    case 'frames':
      return applyFrames(state, action.frames);
    case 'answer':
      return applyAnswer(state, action.answer);
  }
}

/** An answer is of all traces at once: everything, or what changed since its cursor. */
function applyAnswer(state: TraceState, a: Answer): TraceState {
  const draft = (a.snapshot && !isBuried(a) ? SpanMap.empty : state.spans).edit();
  for (const span of a.spans) {
    draft.set(span);
  }
  return {
    execution: a.execution, spans: draft.done(), positions: new Map(), cursor: a.cursor, complete: a.execution.complete, loaded: true,
    gap: 'none', sinceOpen: state.sinceOpen + 1, anew: false, adopting: true,
  };
}

/** isBuried: the server has evicted the spans. What was read of them is worth more than nothing. */
function isBuried(news: { readonly spans: readonly Span[]; readonly execution: Execution }): boolean {
  return news.spans.length === 0 && news.execution.completeReason === 'evicted';
}

function applyFrames(state: TraceState, frames: readonly Frame[]): TraceState {
  const draft = new Draft(state);
  for (const f of frames) {
    if (!draft.apply(f)) {
      break;
    }
  }
  return draft.done();
}

/** Draft applies several frames with one copy of what they change. */
class Draft {
  private state: TraceState;
  private spans: SpanDraft | null = null;
  private positions: Map<string, Position> | null = null;

  constructor(state: TraceState) {
    this.state = state;
  }

  /** apply returns false at a gap. */
  apply(f: Frame): boolean {
    if (this.state.gap !== 'none') {
      return false;
    }
    const anew = this.state.anew && !isBuried(f);
    if (anew) {
      this.spans = SpanMap.empty.edit();
      this.positions = new Map();
      this.state = { ...this.state, anew: false, adopting: false, loaded: false };
    }
    if (f.reset) {
      this.forget(f);
    }
    if (!this.follows(f)) {
      this.state = { ...this.state, gap: this.state.sinceOpen === 0 ? 'restart' : 'resume' };
      return false;
    }
    this.take(f);
    return true;
  }

  /** follows says whether nothing lies between what is known of the frame's trace and the frame. */
  private follows(f: Frame): boolean {
    if (f.traceId === null || isBuried(f)) {
      return true;
    }
    const known = this.readPositions().get(f.traceId);
    if (f.reset && f.spans.length === 0) {
      return true;
    }
    if (known !== undefined && known.epoch !== f.epoch && f.epoch !== null) {
      return false;
    }
    return f.prevSeq === (known?.seq ?? 0) || (known === undefined && this.state.adopting);
  }

  /**
   * forget clears the trace that a reset concerns. A reset without spans does not name its trace: it is one of which nothing
   * is left, so the execution does not list it any more.
   * Where the list is not whole, it cannot tell which: a trace too many is shown until the page is loaded again, none is lost.
   */
  private forget(f: Frame): void {
    if (f.spans.length === 0 && f.execution.tracesTotal > f.execution.traces.length) {
      return;
    }
    const listed = new Set(f.execution.traces);
    const gone = (trace: string) => (f.spans.length > 0 ? trace === f.traceId : !listed.has(trace));
    const spans = this.writeSpans();
    for (const span of [...spans.values()]) {
      if (gone(span.traceId)) {
        spans.delete(span.key);
      }
    }
    const positions = this.writePositions();
    for (const trace of positions.keys()) {
      if (gone(trace)) {
        positions.delete(trace);
      }
    }
  }

  private take(f: Frame): void {
    if (f.spans.length > 0) {
      const spans = this.writeSpans();
      for (const span of f.spans) {
        spans.set(span);
      }
    }
    if (f.traceId !== null && f.seq > 0) {
      this.writePositions().set(f.traceId, { epoch: f.epoch, seq: f.seq });
    }
    this.state = {
      ...this.state,
      execution: f.execution,
      cursor: f.cursor ?? this.state.cursor,
      complete: f.complete,
      loaded: f.last || !f.snapshot || this.state.loaded,
      sinceOpen: this.state.sinceOpen + 1,
    };
  }

  done(): TraceState {
    return {
      ...this.state,
      spans: this.spans?.done() ?? this.state.spans,
      positions: this.positions ?? this.state.positions,
    };
  }

  private readPositions(): ReadonlyMap<string, Position> {
    return this.positions ?? this.state.positions;
  }

  private writePositions(): Map<string, Position> {
    return (this.positions ??= new Map(this.state.positions));
  }

  private writeSpans(): SpanDraft {
    return (this.spans ??= this.state.spans.edit());
  }
}
