import { list, object, time, type JsonObject } from '../client/wire/json';
import type { Span } from '../client/wire/span';
import type { Node } from './tree';

export const clocks = ['event', 'arrival'] as const;
/**
 * Clock is whose time a replay follows. `event`: when spans say that they began and ended. `arrival`: when the server heard of them
 * first and last, by its own clock; what it heard in between is not known, so a span counts as running there.
 */
export type Clock = (typeof clocks)[number];

/** alike is half a microsecond: times are told to the microsecond, and a number that holds one may be off by less than this. */
const alike = 0.0005;

/** Scene is an execution as it looked at a moment: the same nodes in the same places, each as far as it had come. */
export interface Scene {
  readonly nodes: readonly Node[];
  /** ahead counts the spans that had not begun, open those that ran, ended all others. */
  readonly ahead: number;
  readonly open: number;
  readonly ended: number;
}

/** Replay turns an execution back. It keeps what it made for one moment for the next, so that it can be asked many times a second. */
export class Replay {
  /** from and to are the first and the last moment at which something changes; equal where there is nothing to replay. */
  readonly from: number;
  readonly to: number;
  private readonly nodes: readonly Node[];
  private readonly begins: Float64Array;
  private readonly settles: Float64Array;
  private readonly aheadOf: (Node | undefined)[] = [];

  constructor(nodes: readonly Node[], clock: Clock) {
    this.nodes = nodes;
    this.begins = Float64Array.from(nodes, ({ span }) => beginOf(span, clock));
    this.settles = Float64Array.from(nodes, ({ span }) => settleOf(span, clock));
    if (clock === 'arrival') {
      this.placeholders();
    }
    let from = Infinity;
    let to = -Infinity;
    for (const times of [this.begins, this.settles]) {
      for (const t of times) {
        if (Number.isFinite(t)) {
          from = Math.min(from, t);
          to = Math.max(to, t);
        }
      }
    }
    this.from = Number.isFinite(from) ? from : 0;
    this.to = Number.isFinite(to) ? to : 0;
  }

  /** at shows a moment, in milliseconds since 1970. From the last moment on it is the execution as it is. */
  at(moment: number): Scene {
    const t = moment + alike;
    const nodes = [...this.nodes];
    if (t < this.to) {
      this.nodes.forEach((node, i) => {
        if ((this.begins[i] ?? 0) > t) {
          nodes[i] = this.aheadOf[i] ??= { ...node, ahead: true, span: aheadOf(node.span) };
        } else if ((this.settles[i] ?? 0) > t) {
          nodes[i] = { ...node, span: openOf(node.span, moment) };
        }
      });
      recount(nodes);
    }
    const ahead = count(nodes, (n) => n.ahead === true);
    const open = count(nodes, (n) => n.span.state === 'running');
    return { nodes, ahead, open, ended: nodes.length - ahead - open };
  }

  /** next is the nearest moment after t at which something changes, or with -1 the nearest before it; null where there is none. */
  next(t: number, direction: 1 | -1): number | null {
    let best: number | null = null;
    for (const times of [this.begins, this.settles]) {
      for (const time of times) {
        const there = Number.isFinite(time) && (direction === 1 ? time > t + alike : time < t - alike);
        if (there && (best === null || (direction === 1 ? time < best : time > best))) {
          best = time;
        }
      }
    }
    return best;
  }

  /** placeholders are known from when the first span came that names them as its parent. */
  private placeholders(): void {
    for (let i = this.nodes.length - 1; i >= 0; i--) {
      const node = this.nodes[i];
      const parent = this.nodes[node?.parent ?? -1];
      if (node !== undefined && parent?.span.state === 'missing') {
        this.begins[node.parent] = this.settles[node.parent] = Math.min(this.known(node.parent), this.begins[i] ?? Infinity);
      }
    }
  }

  private known(i: number): number {
    const begin = this.begins[i] ?? -Infinity;
    return begin === -Infinity ? Infinity : begin;
  }
}

/** recount adds up the errors that had happened, children before parents. */
function recount(nodes: Node[]): void {
  const failures = new Int32Array(nodes.length);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    if (node === undefined) {
      continue;
    }
    const sum = (failures[i] ?? 0) + (node.span.failed ? 1 : 0);
    if (sum !== node.failures) {
      nodes[i] = { ...node, failures: sum };
    }
    if (node.parent >= 0) {
      failures[node.parent] = (failures[node.parent] ?? 0) + sum;
    }
  }
}

function count(nodes: readonly Node[], which: (n: Node) => boolean): number {
  let n = 0;
  for (const node of nodes) {
    n += which(node) ? 1 : 0;
  }
  return n;
}

/** beginOf is from when on a span is there; what tells no time was always there. */
function beginOf(span: Span, clock: Clock): number {
  return (clock === 'event' ? span.start : span.firstSeen) ?? -Infinity;
}

/** settleOf is from when on a span is as it is now. One that has not ended is as the server last heard of it. */
function settleOf(span: Span, clock: Clock): number {
  const begin = beginOf(span, clock);
  const told = clock === 'event' ? span.end ?? (span.state === 'missing' ? null : span.lastSeen) : span.lastSeen;
  return told === null ? begin : Math.max(begin, told);
}

// What attributes say of a span that is known only when it has ended, by the words of their names in all conventions that the
// server knows. What was asked for has some of these words, too, and was known from the beginning.
const outcome = /(^|[._])(outputs?|responses?|completions?|usage|costs?|results?|tokens?|count|finish_reasons?|errors?|exceptions?|latency|status|duration|artifacts?|actual|after)([._]|$)/i;
const asked = /(^|[._])requests?([._]|$)/i;

function withoutOutcome(attributes: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => asked.test(key) || !outcome.test(key)));
}

/**
 * openOf is a span that runs at a moment, which is as far as its bar reaches: nobody could know how it would end, or what it would
 * use.
 */
function openOf(span: Span, t: number): Span {
  const state = span.state === 'missing' ? 'missing' : 'running';
  const attributes = withoutOutcome(span.attributes);
  const before = (at: number | null) => at !== null && at <= t + alike;
  const raw = {
    ...span.raw, state, end_time: null, status: { code: 'UNSET', message: null }, usage: null, attributes,
    events: list(span.raw['events']).filter((e) => before(time(object(e)['time']))),
  };
  return {
    ...span, state, end: t, lastSeen: null, failed: false, statusCode: 'UNSET', statusMessage: null, usage: null, truncated: false,
    attributes, events: span.events.filter((e) => before(e.time)), raw,
  };
}

/** aheadOf is a span that has not begun. It keeps its name and its kind, so that its row stays where it is. */
function aheadOf(span: Span): Span {
  return { ...openOf(span, -Infinity), state: 'missing', start: null, end: null, links: [] };
}
