import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nothingYet, reduceTrace, type TraceState } from '../src/client/trace';
import type { Frame } from '../src/client/wire/frame';
import { aFrame, aSpan } from './spans';

type Write = { readonly trace: string; readonly span: string; readonly version: number };
type Event = { readonly do: 'write'; readonly what: Write } | { readonly do: 'flush' | 'lose' | 'drop' };

/** Server is a model of one that keeps the latest version of each span and the order of changes, as the real one does. */
class Server {
  readonly latest = new Map<string, Write & { readonly seq: number }>();
  private seq = 0;

  write(w: Write): void {
    this.latest.set(`${w.trace}/${w.span}`, { ...w, seq: ++this.seq });
  }

  /** since lists a frame for each trace with changes after a cursor, and moves the cursor on with each. */
  since(cursor: ReadonlyMap<string, number>): { frames: Frame[]; cursor: Map<string, number> } {
    const at = new Map(cursor);
    const frames: Frame[] = [];
    for (const trace of ['a', 'b']) {
      const before = at.get(trace) ?? 0;
      const changed = [...this.latest.values()].filter((s) => s.trace === trace && s.seq > before).sort((x, y) => x.seq - y.seq);
      const seq = changed.at(-1)?.seq;
      if (seq !== undefined) {
        at.set(trace, seq);
        const spans = changed.map((s) => aSpan({ trace_id: s.trace, span_id: s.span, name: `v${s.version}` }));
        frames.push(aFrame({ spans, seq, prevSeq: before, cursor: JSON.stringify([...at]) }));
      }
    }
    return { frames, cursor: at };
  }
}

/** Viewer reads frames, and reconnects as the page does after a gap. */
class Viewer {
  state: TraceState = nothingYet;
  private cursor: Map<string, number> = new Map();
  private readonly server: Server;

  constructor(server: Server) {
    this.server = server;
  }

  flush(lose: boolean): void {
    const { frames, cursor } = this.server.since(this.cursor);
    this.cursor = cursor;
    this.state = reduceTrace(this.state, { type: 'frames', frames: lose ? frames.slice(1) : frames });
    if (this.state.gap !== 'none') {
      this.reconnect(this.state.gap === 'resume' ? this.state.cursor : null);
    }
  }

  reconnect(cursor: string | null): void {
    this.cursor = new Map(cursor === null ? [] : (JSON.parse(cursor) as [string, number][]));
    this.state = reduceTrace(this.state, { type: 'opened', cursor });
  }
}

const write = fc.record({ do: fc.constant('write' as const), what: fc.record({ trace: fc.constantFrom('a', 'b'), span: fc.constantFrom('1', '2', '3', '4'), version: fc.nat(9) }) });
const events: fc.Arbitrary<Event[]> = fc.array(fc.oneof({ weight: 3, arbitrary: write }, fc.record({ do: fc.constantFrom('flush' as const, 'lose' as const, 'drop' as const) })), { maxLength: 40 });

describe('whatever is lost on the way', () => {
  it('the page ends with what the server has', () => {
    fc.assert(fc.property(events, (all) => {
      const server = new Server();
      const viewer = new Viewer(server);
      for (const e of all) {
        if (e.do === 'write') {
          server.write(e.what);
        } else if (e.do === 'drop') {
          viewer.reconnect(viewer.state.cursor);
        } else {
          viewer.flush(e.do === 'lose');
        }
      }
      // A loss is noticed with the next frame of the trace, so one more change follows, and two rounds to recover.
      server.write({ trace: 'a', span: 'last', version: 0 });
      server.write({ trace: 'b', span: 'last', version: 0 });
      for (let round = 0; round < 4; round++) {
        viewer.flush(false);
      }
      const shown = [...viewer.state.spans.values()].map((s) => `${s.key} ${s.name}`).sort();
      expect(shown).toEqual([...server.latest.values()].map((s) => `${s.trace}/${s.span} v${s.version}`).sort());
    }), { numRuns: 300 });
  });
});
