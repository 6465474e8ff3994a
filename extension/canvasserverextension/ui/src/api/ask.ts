import { question, type Filter } from '../client/feed';
import { rowPage, type RowPage } from '../client/wire/execution';
import { object, parseJson, text, type Json } from '../client/wire/json';
import { span, type Span } from '../client/wire/span';
import { answerText } from '../text/connection';
import { info, type Info } from './info';
import { currentAccess, unauthorized } from './token';

/** Problem is why the server did not answer what was asked. */
export class Problem extends Error {
  /** status is the HTTP status; 0 where nothing answered. */
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function askSpan(execution: string, s: Span, signal: AbortSignal): Promise<Span> {
  const path = `api/executions/${encodeURIComponent(execution)}/traces/${s.traceId}/spans/${s.spanId}`;
  const whole = span(await ask(path, signal));
  if (whole === null) {
    throw new Problem(200, answerText.noSpan);
  }
  return whole;
}

/** askExecutions reads a page of the list, from a cursor on. */
export async function askExecutions(filter: Filter, cursor: string, limit: number, signal: AbortSignal): Promise<RowPage> {
  const query = new URLSearchParams({ ...question(filter), cursor, limit: String(limit) });
  return rowPage(await ask(`api/executions?${query.toString()}`, signal));
}

/** askInfo also tells how far the server's clock is ahead of this machine's, in milliseconds, as far as HTTP's seconds can. */
export async function askInfo(signal: AbortSignal): Promise<{ info: Info; clockAhead: number }> {
  const sent = Date.now();
  const response = await send('api/info', signal);
  const answer = await read(response);
  const date = Date.parse(response.headers.get('Date') ?? '');
  const ahead = date + 500 - (sent + Date.now()) / 2;
  return { info: info(answer), clockAhead: Math.abs(ahead) > 2000 ? ahead : 0 };
}

/** askOtlp fetches the execution as OTLP JSON, which any OTLP receiver takes. */
export async function askOtlp(execution: string, signal: AbortSignal): Promise<Blob> {
  const response = await send(`api/executions/${encodeURIComponent(execution)}/trace/otlp`, signal);
  if (!response.ok) {
    await read(response);
  }
  return response.blob();
}

async function ask(path: string, signal: AbortSignal): Promise<Json | undefined> {
  return read(await send(path, signal));
}

async function send(path: string, signal: AbortSignal): Promise<Response> {
  const { token } = currentAccess();
  let response: Response;
  try {
    response = await fetch(path, {
      signal,
      cache: 'no-store',
      headers: token === null ? {} : { Authorization: `Bearer ${token}` },
    });
  } catch (error) {
    if (signal.aborted) {
      throw error;
    }
    throw new Problem(0, answerText.silent);
  }
  if (response.status === 401) {
    unauthorized(token);
  }
  return response;
}

async function read(response: Response): Promise<Json | undefined> {
  const answer = parseJson(await response.text());
  if (!response.ok) {
    const detail = object(answer)['detail'];
    const said = text(detail) ?? text(object(detail)['message']) ?? response.statusText;
    throw new Problem(response.status, answerText.refused(response.status, said));
  }
  return answer;
}
