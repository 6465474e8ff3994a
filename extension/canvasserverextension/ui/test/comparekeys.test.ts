import { describe, expect, it } from 'vitest';
import { stepFor } from '../src/compare/keys';
import { pairUp, visiblePairs } from '../src/model/compare';
import { buildTree } from '../src/model/tree';
import { aSpan, byKey } from './spans';

const run = buildTree(byKey([aSpan({ span_id: '1', name: 'run' }), aSpan({ span_id: '2', parent_span_id: '1', name: 'plan' }), aSpan({ span_id: '3', parent_span_id: '2', name: 'call' }), aSpan({ span_id: '4', parent_span_id: '1', name: 'write' })]));
const pairs = pairUp(run, run);

/** after presses a key on a row while the named steps are closed. */
function after(key: string, row: number, closed: readonly string[] = []) {
  const isClosed = (p: (typeof pairs)[number]) => closed.includes(p.a?.span.name ?? '');
  return stepFor(key, { pairs, rows: visiblePairs(pairs, isClosed), row, isClosed, page: 2 });
}

describe('the keys of a comparison', () => {
  it.each([
    ['ArrowDown', 0, 1], ['ArrowDown', 3, 3], ['ArrowUp', 2, 1], ['ArrowUp', 0, 0], ['PageDown', 0, 2], ['PageUp', 3, 1], ['Home', 3, 0], ['End', 0, 3],
    ['ArrowRight', 0, 1], ['ArrowLeft', 2, 1],
  ])('%s on row %i goes to row %i', (key, row, to) => {
    expect(after(key, row)).toEqual({ type: 'move', row: to });
  });

  it('open, close and select', () => {
    expect(after('ArrowLeft', 1)).toEqual({ type: 'close' });
    expect(after('ArrowRight', 1, ['plan'])).toEqual({ type: 'open' });
    expect(after('ArrowDown', 1, ['plan'])).toEqual({ type: 'move', row: 2 });
    expect(after('Enter', 0)).toEqual({ type: 'select' });
    expect(after('ArrowRight', 3)).toBeNull();
    expect(after('x', 0)).toBeNull();
  });
});
