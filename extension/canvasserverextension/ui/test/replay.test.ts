import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clocks, Replay } from '../src/model/replay';
import { buildTree, type Node } from '../src/model/tree';
import { momentIn, momentText } from '../src/replay/useReplay';
import { aSpan, byKey } from './spans';

const day = Date.UTC(2026, 0, 1);
const iso = (second: number | null) => (second === null ? null : new Date(day + second * 1000).toISOString());
const at = (second: number) => day + second * 1000;

const nodes = buildTree(byKey([
  aSpan({ span_id: 'r', name: 'root', start_time: iso(0), end_time: iso(10), last_seen_time: iso(12) }),
  aSpan({
    span_id: '1', parent_span_id: 'r', name: 'call', start_time: iso(2), end_time: iso(6), first_seen_time: iso(3), last_seen_time: iso(8), usage: 'counted',
    attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.request.max_tokens': 9, 'output.value': 'Because.', 'orcheo.node.latency_ms': 4000, 'gen_ai.usage.input_tokens': 100, 'orcheo.cost.usd': 1 },
    events: [{ name: 'message', time: iso(2), attributes: { role: 'user', preview: 'Why?' } }, { name: 'message', time: iso(6), attributes: { role: 'assistant', preview: 'Because.' } }],
  }),
  aSpan({ span_id: '2', parent_span_id: 'r', name: 'failed', start_time: iso(4), end_time: iso(5), last_seen_time: iso(9), status: { code: 'ERROR', message: 'no key' } }),
  aSpan({ span_id: '3', parent_span_id: 'r', name: 'lost', start_time: iso(7), end_time: null, state: 'lost', last_seen_time: iso(9) }),
]));

/** told writes what a scene says of each row. */
const told = (all: readonly Node[]) => all.map(({ span, ahead }) => `${span.name} ${ahead === true ? 'ahead' : span.failed ? 'error' : span.state}`);

describe('an execution as it looked at a moment', () => {
  const replay = new Replay(nodes, 'event');

  it.each([
    [0, ['root running', 'call ahead', 'failed ahead', 'lost ahead']],
    [3, ['root running', 'call running', 'failed ahead', 'lost ahead']],
    [5, ['root running', 'call running', 'failed error', 'lost ahead']],
    [8, ['root running', 'call ended', 'failed error', 'lost running']],
    [10, ['root ended', 'call ended', 'failed error', 'lost lost']],
  ])('%i seconds after its beginning keeps all rows', (second, expected) => {
    expect(told(replay.at(at(second)).nodes)).toEqual(expected);
  });

  it('reaches from the first beginning to the last end, and counts', () => {
    expect([replay.from, replay.to]).toEqual([at(0), at(10)]);
    expect(replay.at(at(5))).toMatchObject({ ahead: 1, open: 2, ended: 1 });
  });

  it('knows of a running call neither what it would use nor what it would answer', () => {
    const call = replay.at(at(3)).nodes[1]?.span;
    expect(call).toMatchObject({ state: 'running', end: at(3), usage: null, truncated: false });
    expect(call?.attributes).toEqual({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.max_tokens': 9 });
    expect(JSON.stringify(call)).not.toContain('Because.');
    expect(call?.events.map((e) => e.attributes['preview'])).toEqual(['Why?']);
  });

  it('counts the errors that had happened', () => {
    expect([3, 5, 10].map((s) => replay.at(at(s)).nodes[0]?.failures)).toEqual([0, 1, 1]);
  });

  it('takes a time for itself, however a number holds its microseconds', () => {
    const fine = new Replay(buildTree(byKey([aSpan({ start_time: '2026-01-01T00:00:00.000123Z', end_time: '2026-01-01T00:00:00.123457Z' })])), 'event');
    for (const t of [fine.from, fine.to]) {
      const read = Number(momentText(t));
      expect(fine.at(read)).toEqual(fine.at(t));
      expect(fine.next(read, 1)).toBe(t === fine.from ? fine.to : null);
    }
  });

  it('steps from one change to the next', () => {
    expect([replay.next(at(4), 1), replay.next(at(4), -1), replay.next(at(10), 1), replay.next(at(0), -1)]).toEqual([at(5), at(2), null, null]);
  });
});

describe('an execution as it arrived', () => {
  const replay = new Replay(nodes, 'arrival');

  it('begins when the server first heard of anything, which for the root was after its end', () => {
    expect([replay.from, replay.to]).toEqual([at(3), at(12)]);
    expect(told(replay.at(at(3)).nodes)).toEqual(['root ahead', 'call running', 'failed ahead', 'lost ahead']);
    expect(told(replay.at(at(9)).nodes)).toEqual(['root ahead', 'call ended', 'failed error', 'lost lost']);
    expect(told(replay.at(at(12)).nodes)).toEqual(told(nodes));
  });

  it('has a placeholder from when the first span came that names it', () => {
    const tree = buildTree(byKey([
      aSpan({ span_id: 'p', name: '(parent not received yet)', state: 'missing', end_time: null, last_seen_time: null }),
      aSpan({ span_id: '1', parent_span_id: 'p', last_seen_time: iso(5) }), aSpan({ span_id: '2', parent_span_id: 'p', last_seen_time: iso(4) }),
    ]));
    const late = new Replay(tree, 'arrival');
    expect(late.from).toBe(at(4));
    expect(late.at(at(3)).nodes.map((n) => n.ahead)).toEqual([true, true, true]);
    expect(late.at(at(4)).nodes.map((n) => n.ahead ?? false)).toEqual([false, true, false]);
  });
});

const second = fc.option(fc.nat(9), { nil: null });
const anySpan = fc.record({ parent: fc.option(fc.nat(9), { nil: null }), start: second, end: second, first: second, last: second, state: fc.constantFrom('ended', 'running', 'lost', 'missing'), failed: fc.boolean(), said: fc.boolean() });
const anyTree = fc.array(anySpan, { maxLength: 10 }).map((all) => buildTree(byKey(all.map((s, i) => aSpan({
  span_id: String(i), parent_span_id: s.parent === null ? null : String(s.parent), start_time: iso(s.start), end_time: iso(s.end), state: s.state,
  first_seen_time: iso(s.first), last_seen_time: iso(s.last), status: { code: s.failed ? 'ERROR' : 'OK' }, events: s.said ? [{ name: 'x', time: iso(s.start), attributes: {} }] : [],
})))));

describe.each(clocks)('whatever an execution looks like, by %s', (clock) => {
  it('a span that is there stays, one that is as it is stays so, and no row moves', () => {
    fc.assert(fc.property(anyTree, fc.nat(11), fc.nat(11), (tree, one, two) => {
      const replay = new Replay(tree, clock);
      const early = replay.at(at(Math.min(one, two) - 1)).nodes;
      const late = replay.at(at(Math.max(one, two) - 1)).nodes;
      tree.forEach((node, i) => {
        expect([early[i]?.span.key, late[i]?.span.key, late[i]?.parent, late[i]?.size]).toEqual([node.span.key, node.span.key, node.parent, node.size]);
        expect(late[i]?.ahead === true && early[i]?.ahead !== true).toBe(false);
        expect(early[i]?.span === node.span && late[i]?.span !== node.span).toBe(false);
      });
    }));
  });

  it('the end is the execution as it is, and nothing before the beginning has begun', () => {
    fc.assert(fc.property(anyTree, (tree) => {
      const replay = new Replay(tree, clock);
      expect(replay.at(replay.to).nodes).toEqual(tree);
      expect(replay.at(replay.from).nodes.length).toBe(tree.length);
      const timed = tree.filter((n) => (clock === 'event' ? n.span.start : n.span.firstSeen) !== null && n.span.state !== 'missing');
      const before = replay.at(replay.from - 1).nodes;
      expect(timed.every((n) => replay.from === replay.to || before[tree.indexOf(n)]?.ahead === true)).toBe(true);
    }));
  });

  it('a moment looks the same whatever was looked at before', () => {
    fc.assert(fc.property(anyTree, fc.array(fc.nat(11), { maxLength: 4 }), fc.nat(11), (tree, before, t) => {
      const used = new Replay(tree, clock);
      before.forEach((b) => { used.at(at(b)); });
      expect(used.at(at(t))).toEqual(new Replay(tree, clock).at(at(t)));
    }));
  });
});

describe('the moment in an address', () => {
  it.each([['1767225600000.123', 1767225600000.123], ['0', 0], ['-5', -5], ['', null], [' ', null], ['now', null], ['Infinity', null], [null, null]])('is read from %j', (text, moment) => {
    expect(momentIn(text)).toBe(moment);
  });

  it('is written to the microsecond', () => {
    expect([1767225600000.25, 1767225600000, 1767225600000.0001].map(momentText)).toEqual(['1767225600000.25', '1767225600000', '1767225600000']);
  });
});
