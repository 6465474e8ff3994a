import { after, row, type After, type Row } from './execution.js';
import { frameOf, type Frame } from './frame.js';
import { isObject, list, number, object, parseJson, text, texts, type Json, type JsonObject } from './json.js';

/** Message is what the server says on a multiplexed WebSocket; sub and id name a subscription. */
export type Message =
  | { readonly type: 'welcome'; readonly heartbeatMs: number; readonly messageRate: number }
  | { readonly type: 'subscribed'; readonly id: string; readonly mode: string }
  | { readonly type: 'frame'; readonly sub: string; readonly frame: Frame }
  | { readonly type: 'rows'; readonly sub: string; readonly rows: readonly Row[]; readonly removed: readonly string[]; readonly after: After | null }
  | { readonly type: 'error'; readonly id: string | null; readonly code: number; readonly message: string; readonly retryable: boolean }
  | { readonly type: 'goaway'; readonly retryAfterMs: number }
  | { readonly type: 'other' };

/** message returns null for what is no message at all; a type that a newer server may send is `other`. */
export function message(data: string): Message | null {
  const o = parseJson(data);
  return isObject(o) && typeof o['type'] === 'string' ? read(o, o['type']) : null;
}

function read(o: JsonObject, type: string): Message {
  switch (type) {
    case 'welcome':
      return { type, heartbeatMs: number(o['heartbeat_ms']), messageRate: number(object(o['limits'])['message_rate']) };
    case 'subscribed':
      return { type, id: name(o['id']), mode: text(o['mode']) ?? 'snapshot' };
    case 'trace:update': {
      const frame = frameOf(o);
      return frame === null ? { type: 'other' } : { type: 'frame', sub: name(o['sub']), frame };
    }
    case 'executions:update':
      return { type: 'rows', sub: name(o['sub']), rows: list(o['executions']).filter(isObject).map(row), removed: texts(o['removed']), after: isObject(o['page_info']) ? after(o['page_info']) : null };
    case 'error':
      return {
        type, id: text(o['id']), code: number(o['code']), message: text(o['message']) ?? 'The server gave no reason.',
        retryable: o['retryable'] === true,
      };
    case 'goaway':
      return { type, retryAfterMs: number(o['retry_after_ms']) };
    default:
      return { type: 'other' };
  }
}

function name(value: Json | undefined): string {
  return text(value) ?? '';
}
