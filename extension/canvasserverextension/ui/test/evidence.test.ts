import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../src/client/wire/json';
import { ago, evidenceOf, lastHeard, missingRoots, skewOf } from '../src/model/evidence';
import { buildTree } from '../src/model/tree';
import { aSpan, byKey } from './spans';

const heard = Date.UTC(2026, 0, 1, 0, 0, 2);
const now = heard + 41_900;

function evidence(state: string, more: JsonObject = {}, children = 0) {
  return evidenceOf({ span: aSpan({ state, end_time: null, last_seen_time: '2026-01-01T00:00:02Z', ...more }), children }, now);
}

describe('the evidence for a state', () => {
  it('says when a running span was last heard of, and what it promised', () => {
    expect(evidence('running')).toBe('Running; last heard 41 s ago. It promised no heartbeats.');
    expect(evidence('running', { attributes: { 'orcheo.partial.frequency_ms': 5000 } })).toContain('last heard 41 s ago. It promised to report every 5.00 s.');
    expect(evidence('running', { last_seen_time: null })).toContain('not known');
  });

  it('says what stopped, since when, and what never came', () => {
    expect(evidence('lost')).toContain('Lost: heartbeats stopped 41 s ago.');
    expect(evidence('stale')).toMatch(/^Silent: its process has been silent since /);
    expect(evidence('unfinished')).toBe('Unfinished: the execution ended without its end; last heard 41 s ago.');
    expect(evidence('missing', {}, 2)).toContain('2 spans here name it as parent');
    expect(evidence('missing', {}, 1)).toContain('1 span here names it as parent');
  });

  it('needs none for a span that ended, unless somebody made the end up', () => {
    expect(evidence('ended')).toBeNull();
    expect(evidence('ended', { attributes: { 'orcheo.partial.kind': 'synthetic' } })).toContain('made up');
  });

  it('makes no future of a clock that is behind', () => {
    expect(ago(now + 5000, now)).toBe('0 s ago');
    expect(ago(now - 187_000, now)).toBe('3 m 07 s ago');
  });
});

describe('clocks that differ', () => {
  it('are named with what it means, also by a newer server', () => {
    expect(skewOf(aSpan())).toBeNull();
    expect(skewOf(aSpan({ clock_skew: 'before_parent' }))?.meaning).toContain('before its parent');
    expect(skewOf(aSpan({ clock_skew: 'future' }))?.word).toBe('clock: in the future');
    expect(skewOf(aSpan({ clock_skew: 'sideways' }))?.word).toBe('clock: sideways');
  });
});

describe('an execution', () => {
  it('was last heard of when any of its spans was', () => {
    expect(lastHeard([])).toBeNull();
    expect(lastHeard([aSpan(), aSpan({ last_seen_time: '2026-01-01T00:00:02Z' }), aSpan({ last_seen_time: '2026-01-01T00:00:01Z' })])).toBe(heard);
  });

  it('misses its root while only a placeholder stands at the top', () => {
    const nodes = buildTree(byKey([aSpan({ span_id: '1', state: 'missing' }), aSpan({ span_id: '2', parent_span_id: '1', state: 'missing' }), aSpan({ span_id: '3', parent_span_id: '2' })]));
    expect(missingRoots(nodes).map((n) => n.span.spanId)).toEqual(['1']);
  });
});
