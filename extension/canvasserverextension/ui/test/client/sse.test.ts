import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventParser, type ServerEvent } from '../../src/client/sse';

function parse(...pieces: string[]): ServerEvent[] {
  const parser = new EventParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

describe('a stream of server-sent events', () => {
  it('is read with names, ids and data of several lines', () => {
    expect(parse('retry: 2000\n\nevent: trace:update\nid: c.1\ndata: {"a":\ndata: 1}\n\ndata:x\n\n')).toEqual([
      { name: 'trace:update', id: 'c.1', data: '{"a":\n1}' }, { name: 'message', id: 'c.1', data: 'x' },
    ]);
  });

  it.each([['\n'], ['\r\n'], ['\r']])('may end its lines with %j', (end) => {
    expect(parse(['event: e', 'data: 1', '', ': heartbeat', '', 'data: 2', '', ''].join(end))).toEqual([
      { name: 'e', id: '', data: '1' }, { name: 'message', id: '', data: '2' },
    ]);
  });

  it('may begin with a byte order mark, and hold fields and comments that mean nothing here', () => {
    expect(parse('\uFEFFdata\n:\nnews: 1\ndata: a\n\n')).toEqual([{ name: 'message', id: '', data: '\na' }]);
  });

  it('has no event until a blank line ends it', () => {
    expect(parse('data: half')).toEqual([]);
    expect(parse('event: e\n\n')).toEqual([]);
  });

  it('is the same however it is cut', () => {
    const line = fc.constantFrom('data: x', 'data:', 'id: 7', 'event: e', '', '', ': c', 'data: \u{1F600}');
    const text = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r', '\r\n')), { maxLength: 20 }).map((all) => all.flat().join(''));
    fc.assert(fc.property(text, fc.array(fc.nat(200), { maxLength: 8 }), (whole, cuts) => {
      const at = [0, ...cuts.map((c) => c % (whole.length + 1)).sort((a, b) => a - b), whole.length];
      const pieces = at.slice(1).map((end, i) => whole.slice(at[i], end));
      expect(parse(...pieces)).toEqual(parse(whole));
    }));
  });
});
