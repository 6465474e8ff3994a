import type { Span, SpanEvent } from '../client/wire/span';

/** Message is one turn of what was said to and by a model or tool. */
export interface Message { readonly role: string; readonly text: string; readonly time: number | null }

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
      messages.push({ role, text, time: e.time });
    }
  }
  return { messages, others };
}

function preview(e: SpanEvent): string | null {
  const value = e.attributes['preview'];
  return typeof value === 'string' ? value : null;
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
