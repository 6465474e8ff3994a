import { describe, expect, it } from 'vitest';
import { parseJson } from '../src/client/wire/json';
import { writtenJson } from '../src/format/json';
import { attributesOf, filterAttributes, groupAttributes } from '../src/model/attributes';
import { momentsOf } from '../src/model/moments';
import { receiptOf } from '../src/model/receipt';
import { aSpan } from './spans';

describe('the attributes of a span', () => {
  const all = attributesOf({ 'gen_ai.system': 'x', 'gen_ai.usage': 3, url: 'u', 'http.method': 'GET', 'a.list': [1], 'a.b': null });

  it('are listed by name, and grouped by what they begin with', () => {
    expect(groupAttributes(all).map((g) => [g.name, ...g.attributes.map((a) => `${a.key}=${a.text.replace(/\s/g, '')}`)])).toEqual([
      ['a', 'a.b=null', 'a.list=[1]'], ['gen_ai', 'gen_ai.system=x', 'gen_ai.usage=3'], ['', 'http.method=GET', 'url=u'],
    ]);
  });

  it('are found by every word, in name or value', () => {
    expect(filterAttributes(all, ' GEN_ai  3').map((a) => a.key)).toEqual(['gen_ai.usage']);
    expect(filterAttributes(all, '')).toHaveLength(6);
    expect(filterAttributes(all, 'no such')).toEqual([]);
  });

  it('are written however deep they are', () => {
    const deep = parseJson(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) ?? null;
    expect(writtenJson(deep)).toContain('…');
    expect(writtenJson('a')).toBe('"a"');
  });
});

describe('the redaction receipt', () => {
  it('says which rule replaced how much, and how much no rule is named for', () => {
    expect(receiptOf(aSpan({ redactions: 5, attributes: { 'orcheo.redaction.rules': ['email=1', 'openai_key=3', 'broken', '=1'] } })))
      .toEqual({ total: 5, rules: [{ rule: 'openai_key', times: 3 }, { rule: 'email', times: 1 }], unnamed: 1 });
    expect(receiptOf(aSpan())).toBeNull();
  });
});

describe('the moments of a span', () => {
  const event = (name: string, time: string | null) => ({ name, time: time === null ? null : `2026-01-01T00:00:0${time}Z`, attributes: {} });

  it('are its events on its own axis, those close together as one, and those out of it at its ends', () => {
    const span = aSpan({ events: [event('b', '0.5'), event('late', '3'), event('a', '0.501'), event('exception', '0.502'), event('never', null)] });
    expect(momentsOf(span, 0).map((m) => [m.at, m.events.map((e) => e.name).join(' '), m.failed])).toEqual([[0.5, 'b a exception', true], [1, 'late', false]]);
  });

  it('stretch to now while it runs', () => {
    const [moment] = momentsOf(aSpan({ state: 'running', end_time: null, events: [event('a', '1')] }), Date.UTC(2026, 0, 1, 0, 0, 4));
    expect(moment?.at).toBe(0.25);
  });
});
