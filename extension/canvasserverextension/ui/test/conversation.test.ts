import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../src/client/wire/json';
import { readConversation, wholeOf } from '../src/model/conversation';
import { partsOf, wording, type Part } from '../src/model/parts';
import { aSpan } from './spans';

function short(parts: readonly Part[] | null): string[] {
  return (parts ?? []).map((p) => (p.is === 'call' ? `call ${p.name} ${p.args}` : p.is === 'media' ? `media ${p.tag} ${p.address ?? ''}` : `${p.is} ${p.text}`));
}

describe('the parts of a preview', () => {
  it('are its text, tool calls and tags of files, in order', () => {
    expect(short(partsOf('Look:\n[image image/png 182 KB]\n\nget_weather({"city":"Paris"})\n[reasoning 812 B]\nDone.', false))).toEqual([
      'text Look:', 'media image image/png 182 KB ', 'call get_weather {"city":"Paris"}', 'reasoning reasoning 812 B', 'text Done.',
    ]);
  });

  it('are of a tool’s own call the whole text', () => {
    expect(short(partsOf('search(two\nlines)', true))).toEqual(['call search two\nlines']);
    expect(short(partsOf('17 degrees', true))).toEqual(['text 17 degrees']);
  });

  it('take for a call only what has an object of arguments, or was cut inside of one', () => {
    expect(short(partsOf('f(x)', false))).toEqual(['text f(x)']);
    expect(short(partsOf('f({"a":"long …', false))).toEqual(['call f {"a":"long …']);
    expect(short(partsOf('f(a …', false))).toEqual(['text f(a …']);
    expect(short(partsOf('call f({"a":1}) now', false))).toEqual(['text call f({"a":1}) now']);
    expect(short(partsOf('[image of a cat]', false))).toEqual(['text [image of a cat]']);
  });

  it('leave what stands in a fence', () => {
    const text = '```\nf({"a":1})\n```';
    expect(short(partsOf(text, false))).toEqual([`text ${text}`]);
  });

  it('are few, however many lines want to be one', () => {
    expect(partsOf('[image]\n'.repeat(5000), false).length).toBeLessThan(300);
  });
});

describe('the conversation of a span', () => {
  const input: Json = [
    { role: 'user', parts: [{ type: 'text', content: 'Weather?' }, { type: 'blob', modality: 'image', mime_type: 'image/png', content: 'AAAA' }] },
    { role: 'assistant', parts: [{ type: 'reasoning', content: 'Hm.' }, { type: 'tool_call', id: 'c1', name: 'weather', arguments: { city: 'Paris' } }] },
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: { high: 17 } }] },
  ];
  const output: Json = [{ role: 'assistant', parts: [{ type: 'text', content: 'Mild.' }, { type: 'uri', modality: 'image', uri: 'https://example.org/a.png' }, { type: 'odd', a: 1 }], finish_reason: 'stop' }];
  const event = (role: string, preview: string): JsonObject => ({ name: 'message', time: null, attributes: { role, preview, 'orcheo.preview.source': 'gen_ai.input.messages' } });

  it('is the whole messages where the span has them', () => {
    const { messages } = readConversation(aSpan({
      attributes: { 'gen_ai.system_instructions': JSON.stringify([{ type: 'text', content: 'Be brief.' }]), 'gen_ai.input.messages': JSON.stringify(input), 'gen_ai.output.messages': output },
      events: [event('user', 'Weather?')],
    }));
    expect(messages.map((m) => [m.role, ...short(m.parts)])).toEqual([
      ['system', 'text Be brief.'],
      ['user', 'text Weather?', 'media image image/png '],
      ['assistant', 'reasoning Hm.', 'call weather {"city":"Paris"}'],
      ['tool', 'result {"high":17}'],
      ['assistant', 'text Mild.', 'media image https://example.org/a.png', 'text {\n "type": "odd",\n "a": 1\n}'],
    ]);
    expect(messages[2]?.text).toBe('Hm.\nweather({"city":"Paris"})');
  });

  it('is the previews where a value was cut, or holds less than they do', () => {
    const previews = [event('system', 'Be brief.'), event('user', 'Weather?')];
    for (const cut of [JSON.stringify(input).slice(0, 40), '[{"role":"user","parts":[]}]', '7', '[]']) {
      expect(readConversation(aSpan({ attributes: { 'gen_ai.input.messages': cut }, events: previews })).messages.map((m) => `${m.role} ${m.text} ${m.source}`)).toEqual(
        ['system Be brief. gen_ai.input.messages', 'user Weather? gen_ai.input.messages']);
    }
  });

  it('has the whole of what a preview begins with', () => {
    const span = aSpan({ attributes: { 'gen_ai.input.messages': JSON.stringify(input), 'gen_ai.output.messages': output } });
    expect(short(wholeOf(span, 'user', 'Weather?\n[image image/png 3 B]')?.parts ?? null)).toEqual(['text Weather?', 'media image image/png ']);
    expect(short(wholeOf(span, 'assistant', '[reasoning 3 B]\nweather({"city":"Pa…')?.parts ?? null)).toEqual(['reasoning Hm.', 'call weather {"city":"Paris"}']);
    expect(wholeOf(span, 'assistant', 'Mi…')?.text).toContain('Mild.');
    expect(wholeOf(span, 'user', 'Mi…')).toBeNull();
    expect(wholeOf(span, 'user', '[image image/png 3 B]')).toBeNull();
    expect(wholeOf(aSpan(), 'user', 'Weather?')).toBeNull();
  });

  it('reads messages of the older form', () => {
    const older: Json = [{ role: 'assistant', content: 'Let me look.', tool_calls: [{ id: 'c1', function: { name: 'weather', arguments: '{"city":"Paris"}' } }] }];
    const [message] = readConversation(aSpan({ attributes: { 'gen_ai.input.messages': older } })).messages;
    expect(short(message?.parts ?? null)).toEqual(['text Let me look.', 'call weather {"city":"Paris"}']);
    expect(wording(message?.parts ?? [])).toBe('Let me look.\nweather({"city":"Paris"})');
  });
});
