import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson, type Json } from '../src/client/wire/json';
import { jsonBounds, jsonRows, type JsonView } from '../src/model/jsontree';

const plain: JsonView = { toggled: new Set(), grown: new Map(), query: '' };

function drawn(value: Json, view: Partial<JsonView> = {}): string[] {
  return jsonRows(value, { ...plain, ...view }).rows.map((r) => 'more' in r ? `${r.path} +${r.more}` : `${r.path}${r.size > 0 ? ` ${r.kind} ${r.size}${r.open ? '' : ' closed'}` : ` ${r.text}`}${r.hit ? ' !' : ''}`);
}

const weather = { city: 'Paris', days: [{ high: 17 }, { high: 19 }], 'a/b': null };

describe('a tree of JSON', () => {
  it('shows a small value as a whole, each under its pointer', () => {
    expect(drawn(weather)).toEqual([' object 3', '/city Paris', '/days list 2', '/days/0 object 1', '/days/0/high 17', '/days/1 object 1', '/days/1/high 19', '/a~1b null']);
  });

  it('opens and closes', () => {
    expect(drawn(weather, { toggled: new Set(['/days']) })).toEqual([' object 3', '/city Paris', '/days list 2 closed', '/a~1b null']);
  });

  it('opens of a large value only the first level, and of a wide one the first values', () => {
    const wide = Array.from({ length: 250 }, (_, i) => [i]);
    expect(drawn(wide)).toHaveLength(102);
    expect(drawn(wide).at(-1)).toBe(' +150');
    expect(drawn(wide, { grown: new Map([['', 2]]) }).at(-1)).toBe('/249 list 1 closed');
  });

  it('shows only what holds a text, in a name or a value, with the way to it', () => {
    expect(drawn(weather, { query: ' HIGH' })).toEqual([' object 3', '/days list 2', '/days/0 object 1', '/days/0/high 17 !', '/days/1 object 1', '/days/1/high 19 !']);
    expect(drawn(weather, { query: 'paris' })).toEqual([' object 3', '/city Paris !']);
    expect(jsonRows(weather, { ...plain, query: 'nowhere' })).toEqual({ rows: [], hits: 0, stopped: false });
  });

  it('takes members for members, whatever they are called', () => {
    expect(drawn(parseJson('{"__proto__": {"constructor": 1}}') ?? null)).toEqual([' object 1', '/__proto__ object 1', '/__proto__/constructor 1']);
  });

  it('stays in its bounds, however deep or wide', () => {
    const deep = parseJson(`${'['.repeat(200_000)}${']'.repeat(200_000)}`) ?? null;
    const wide = Array.from({ length: 300_000 }, (_, i) => `value ${i}`);
    for (const view of [plain, { ...plain, query: 'value' }, { ...plain, grown: new Map([['', 1e6]]) }]) {
      for (const value of [deep, wide]) {
        expect(jsonRows(value, view).rows.length).toBeLessThanOrEqual(jsonBounds.rows + 1);
      }
    }
    expect(jsonRows(wide, { ...plain, query: 'value' })).toMatchObject({ hits: jsonBounds.hits, stopped: true });
  });

  it('has each path once', () => {
    fc.assert(fc.property(fc.jsonValue(), fc.string(), (value, query) => {
      const { rows } = jsonRows(value as Json, { ...plain, query });
      const paths = rows.filter((r) => !('more' in r)).map((r) => r.path);
      expect(new Set(paths).size).toBe(paths.length);
    }));
  });
});
