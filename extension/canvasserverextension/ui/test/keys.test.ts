import { describe, expect, it } from 'vitest';
import { noFilter } from '../src/list/filter';
import { rowsOf } from '../src/model/rows';
import { buildTree } from '../src/model/tree';
import { parseRoute, withSearch } from '../src/route';
import { stepFor } from '../src/trace/keys';
import { aSpan, byKey, spanKey } from './spans';

// r ▸ a ▸ b
//   ▸ c
const nodes = buildTree(byKey([
  aSpan({ span_id: 'r' }), aSpan({ span_id: 'a', parent_span_id: 'r', start_time: '2026-01-01T00:00:01Z' }),
  aSpan({ span_id: 'b', parent_span_id: 'a' }), aSpan({ span_id: 'c', parent_span_id: 'r', start_time: '2026-01-01T00:00:02Z' }),
]));

function press(key: string, row: number, folded: readonly string[] = []) {
  const collapsed = new Set(folded.map((id) => spanKey('a', id)));
  const rows = rowsOf(nodes, { collapsed, groups: [], opened: new Set() });
  const isOpen = ({ index }: { index: number }) => {
    const node = nodes[index];
    return node === undefined || node.children === 0 ? null : !collapsed.has(node.span.key);
  };
  return stepFor(key, { rows, row, isOpen, page: 2 });
}

describe('keys in the tree', () => {
  it('move up and down, and stop at the ends', () => {
    expect(press('ArrowDown', 0)).toEqual({ type: 'move', row: 1 });
    expect(press('ArrowDown', 3)).toEqual({ type: 'move', row: 3 });
    expect(press('ArrowUp', 0)).toEqual({ type: 'move', row: 0 });
    expect(press('End', 0)).toEqual({ type: 'move', row: 3 });
    expect(press('Home', 3)).toEqual({ type: 'move', row: 0 });
    expect(press('PageDown', 0)).toEqual({ type: 'move', row: 2 });
  });

  it('to the right open, then go to the first child', () => {
    expect(press('ArrowRight', 1, ['a'])).toEqual({ type: 'open' });
    expect(press('ArrowRight', 1)).toEqual({ type: 'move', row: 2 });
    expect(press('ArrowRight', 2)).toBeNull();
  });

  it('to the left close, then go to the parent', () => {
    expect(press('ArrowLeft', 1)).toEqual({ type: 'close' });
    expect(press('ArrowLeft', 2)).toEqual({ type: 'move', row: 1 });
    expect(press('ArrowLeft', 2, ['a'])).toEqual({ type: 'move', row: 0 });
    expect(press('ArrowLeft', 0, ['r'])).toBeNull();
  });

  it('select with Enter, and leave the others to the browser', () => {
    expect(press('Enter', 2)).toEqual({ type: 'select' });
    expect(press('Tab', 2)).toBeNull();
    expect(stepFor('Enter', { rows: [], row: 0, isOpen: () => null, page: 1 })).toBeNull();
  });
});

describe('addresses', () => {
  const rest = { event: null, range: null, path: false, fold: true };
  const route = (path: string, under = '/') => parseRoute(new URL(path, 'http://localhost'), under);

  it('name an execution and a span', () => {
    expect(route('/executions/run%2F1?span=ab')).toEqual({ page: 'execution', id: 'run/1', span: 'ab', view: 'trace', q: '', ...rest });
    expect(route('/executions/x')).toEqual({ page: 'execution', id: 'x', span: null, view: 'trace', q: '', ...rest });
  });

  it('hold which part of the time axis is shown, and how', () => {
    expect(route('/executions/x?from=1.5&to=9&path=on&fold=off&event=3')).toMatchObject({ range: { from: 1.5, to: 9 }, path: true, fold: false, event: 3 });
    expect(route('/executions/x?from=9&to=1&path=1&event=-1')).toMatchObject(rest);
  });

  it('that are none lead to the list', () => {
    expect(route('/')).toEqual({ page: 'list', filter: noFilter });
    expect(route('/executions/')).toMatchObject({ page: 'list' });
  });

  it('hold the view and what is searched for, and survive a view that there is not', () => {
    expect(route('/executions/x?view=tokens&q=a%26b')).toMatchObject({ view: 'tokens', q: 'a&b' });
    expect(route('/executions/x?view=constructor')).toMatchObject({ view: 'trace' });
    expect(route('/?q=gpt&status=error')).toMatchObject({ page: 'list', filter: { q: 'gpt', statuses: ['error'] } });
  });

  it('keep everything else when one thing of them changes', () => {
    const url = new URL('http://localhost/executions/x?span=1&q=a&view=tokens');
    expect(withSearch(url, { span: '2' }).search).toBe('?span=2&q=a&view=tokens');
    expect(withSearch(url, { q: '', view: null }).search).toBe('?span=1');
    expect(url.search).toBe('?span=1&q=a&view=tokens');
  });

  it('are the same below the path that the page is shown under, and where a proxy took it off', () => {
    for (const path of ['/tools/canvas/executions/x', '/executions/x']) {
      expect(route(path, '/tools/canvas/')).toMatchObject({ id: 'x' });
    }
    expect(route('/tools/canvas/', '/tools/canvas/')).toMatchObject({ page: 'list' });
    expect(route('/tools/canvas', '/tools/canvas/')).toMatchObject({ page: 'list' });
    expect(route('/tools/executions/x', '/tools/canvas/')).toMatchObject({ page: 'list' });
  });

  it('survive an escape that is none', () => {
    expect(route('/executions/50%')).toMatchObject({ id: '50%' });
  });
});
