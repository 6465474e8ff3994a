import { lost, type Loss, type Problem } from './connection.js';
import { object, parseJson, text, type Json } from './wire/json.js';
import type { World } from './world.js';

/** Server asks one server over HTTP, with the token of one connection. */
export class Server {
  readonly token: string | null;
  /** silenceMs is how long it may be silent on a connection that lives: two and a half of its heartbeats. */
  readonly silenceMs: number;
  private readonly world: World;
  private readonly base: string;

  /** base ends with a slash, and may have a path. */
  constructor(world: World, base: string, token: string | null, heartbeatMs: number) {
    this.world = world;
    this.base = base;
    this.token = token;
    this.silenceMs = silenceOf(heartbeatMs);
  }

  socketUrl(): string {
    return `${this.base.replace(/^http/, 'ws')}ws`;
  }

  /** get answers with the response, or with why there is none. */
  async get(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal, accept = 'application/json'): Promise<Response | Refusal> {
    const search = new URLSearchParams(query).toString();
    const headers: Record<string, string> = { Accept: accept };
    if (this.token !== null) {
      headers['Authorization'] = `Bearer ${this.token}`;
    }
    try {
      const response = await this.world.fetch(`${this.base}${path}${search === '' ? '' : `?${search}`}`, { signal, headers, cache: 'no-store' });
      return response.ok ? response : await refusalOf(response);
    } catch {
      return new Refusal(0, 'The trace server does not answer.', 0);
    }
  }

  /** json is like get, with the answer read. */
  async json(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<{ readonly value: Json | undefined } | Refusal> {
    const response = await this.get(path, query, signal);
    if (response instanceof Refusal) {
      return response;
    }
    try {
      return { value: parseJson(await response.text()) };
    } catch {
      return new Refusal(0, 'The connection was lost in the middle of an answer.', 0);
    }
  }
}

/** silenceOf is how long a connection with such heartbeats may be silent. */
export function silenceOf(heartbeatMs: number): number {
  return 2.5 * heartbeatMs;
}

/** Refusal is why the server did not answer what was asked. */
export class Refusal {
  /** status is the HTTP status; 0 where nothing answered. */
  readonly status: number;
  readonly reason: string;
  readonly retryAfterMs: number;
  /** code tells programs more than the status; null where the server gives none. */
  readonly code: string | null;

  constructor(status: number, reason: string, retryAfterMs: number, code: string | null = null) {
    this.status = status;
    this.reason = reason;
    this.retryAfterMs = retryAfterMs;
    this.code = code;
  }

  /** verdict is what it means for whoever asked for one execution or list. */
  verdict(): { readonly problem: Problem } | { readonly loss: Loss } {
    switch (this.status) {
      case 400:
        return { problem: { code: 4400, reason: this.reason, retryable: false } };
      case 401:
        return { loss: { kind: 'unauthorized' } };
      case 403:
        return { problem: { code: this.code === 'trace_tab.not_enabled' ? 4410 : 4403, reason: this.reason, retryable: false } };
      default:
        return { loss: lost(this.reason, { pauseMs: this.retryAfterMs }) };
    }
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  const detail = object(parseJson(await response.text()))['detail'];
  const said = text(detail) ?? text(object(detail)['message']) ?? (response.statusText || 'no reason given');
  // An HTTP date is as good as no answer: servers and proxies of this protocol write seconds.
  const seconds = Number(response.headers.get('Retry-After') ?? 0);
  return new Refusal(response.status, `The trace server refused (${response.status}): ${said}`, seconds > 0 ? seconds * 1000 : 0, text(object(detail)['code']));
}
