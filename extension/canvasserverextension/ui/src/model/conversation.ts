import { isObject, list, type Json, type JsonObject } from '../client/wire/json';
import type { Span, SpanEvent } from '../client/wire/span';
import { readJson } from './form';
import { partsOf, structuredParts, wording, type Part } from './parts';

/** Message is one turn of what was said to and by a model or tool. */
export interface Message {
  readonly role: string;
  readonly text: string;
  readonly time: number | null;
  /** parts are told where the span has the whole message; a preview is only text. */
  readonly parts: readonly Part[] | null;
  /** source is the attribute that a preview was made from. */
  readonly source: string | null;
}

/** Reading is a span's events, sorted into a conversation and the rest. */
export interface Reading { readonly messages: readonly Message[]; readonly others: readonly SpanEvent[] }

/**
 * readEvents takes the previews out of a span's events. A span often tells its last prompt and response twice, as `prompt`
 * and `response` and among the messages; then the message is shown.
 */
export function readEvents(span: Span): Reading {
  const told = new Set<string>();
  for (const e of span.events) {
    const text = e.name === 'message' ? preview(e) : null;
    if (text !== null) {
      told.add(text);
    }
  }
  const messages: Message[] = [];
  const others: SpanEvent[] = [];
  for (const e of span.events) {
    const text = preview(e);
    const role = text === null ? null : roleOf(e);
    if (text === null || role === null) {
      others.push(e);
    } else if (e.name === 'message' || !told.has(text)) {
      messages.push({ role, text, time: e.time, parts: null, source: sourceOf(e) });
    }
  }
  return { messages, others };
}

const wholeMessages = [
  ['gen_ai.system_instructions', 'system'], ['gen_ai.input.messages', 'user'], ['gen_ai.output.messages', 'assistant'],
] as const;

/**
 * readConversation is what a span says was said: the whole messages of OpenTelemetry's conventions where it has them all, and else
 * the previews.
 */
export function readConversation(span: Span): Reading {
  const previews = readEvents(span);
  const whole = wholeMessages.flatMap(([key, role]) => messagesIn(span, key, role));
  return whole.length > 0 && whole.length >= previews.messages.length ? { ...previews, messages: whole } : previews;
}

/**
 * wholeOf finds the whole message that a preview is the beginning of, among those of its span; null where there is none. The
 * processor writes tags for files and reasoning, and cuts the end: the words and the names of tools tell.
 */
export function wholeOf(span: Span, role: string, preview: string): Message | null {
  const start = fingerprint(partsOf(preview, false)).replace(/…$/, '');
  if (start === '') {
    return null;
  }
  for (const [key, ownRole] of wholeMessages) {
    for (const m of messagesIn(span, key, ownRole)) {
      if (m.role === role && fingerprint(m.parts ?? []).startsWith(start)) {
        return m;
      }
    }
  }
  return null;
}

function fingerprint(parts: readonly Part[]): string {
  return parts.map((p) => (p.is === 'text' || p.is === 'result' ? p.text : p.is === 'call' ? `${p.name}(` : '')).join('').replace(/\s+/g, '');
}

function messagesIn(span: Span, key: string, role: string): Message[] {
  const value = span.attributes[key];
  const all = typeof value === 'string' ? readJson(value) ?? undefined : value;
  const items = list(all).filter(isObject);
  if (items.length === 0) {
    return [];
  }
  // System instructions are the parts of one message.
  const messages = items.every((m) => 'type' in m && !('role' in m)) ? [{ parts: items as readonly Json[] } satisfies JsonObject] : items;
  return messages.map((m: JsonObject) => {
    const parts = structuredParts(m);
    return { role: typeof m['role'] === 'string' && m['role'] !== '' ? m['role'] : role, text: wording(parts), time: null, parts, source: key };
  });
}

function preview(e: SpanEvent): string | null {
  const value = e.attributes['preview'];
  return typeof value === 'string' ? value : null;
}

function sourceOf(e: SpanEvent): string | null {
  const value = e.attributes['orcheo.preview.source'];
  return typeof value === 'string' && value !== '' ? value : null;
}

function roleOf(e: SpanEvent): string | null {
  switch (e.name) {
    case 'prompt':
      return 'user';
    case 'response':
      return 'assistant';
    case 'message': {
      const role = e.attributes['role'];
      return typeof role === 'string' && role !== '' ? role : 'message';
    }
    default:
      return null;
  }
}
