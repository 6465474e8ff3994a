import type { Tokens } from '../client/wire/execution';
import type { Span } from '../client/wire/span';
import { readEvents, type Message } from './conversation';
import { kindOf, type Kind } from './kind';
import { scopesOf } from './scope';
import { tokensOf } from './tokens';
import type { Node } from './tree';

/** Turn is one thing that was said or done, with the span that tells of it. */
export interface Turn {
  readonly id: string;
  readonly span: Span;
  /** node is the index of the span in the tree. */
  readonly node: number;
  readonly kind: Kind;
  /** scope is the node or agent that it belongs to. */
  readonly scope: string;
  readonly role: TurnRole;
  /** said is the role as the span gives it. */
  readonly said: string;
  readonly text: string;
  /** called: the text is what a tool's span says that it was called with. */
  readonly called: boolean;
  /** tokens are those of the span, at the last thing that it says; null elsewhere, and where it reports none. */
  readonly tokens: Tokens | null;
  /** at is milliseconds since 1970; null where nothing tells. */
  readonly at: number | null;
}

export type TurnRole = 'system' | 'user' | 'assistant' | 'call' | 'result' | 'other';

/** Transcript is the conversation of a whole execution in the order of time. */
export interface Transcript {
  readonly turns: readonly Turn[];
  /** repeated counts what was left out because it was told before: each call sends the conversation so far along. */
  readonly repeated: number;
}

/** Heard is a message with the words that tell it from others. Instrumentations write the same call with different spaces. */
interface Heard extends Message { readonly words: string }

interface Told { readonly node: number; readonly place: number; readonly message: Heard; readonly at: number | null; readonly output: boolean; readonly last: boolean }

/**
 * buildTranscript lists every message once. A call repeats the conversation so far: of what goes in, only what was not told
 * before is news, counted within one list, so that "yes" twice in one conversation stays twice. What comes out is always
 * news, unless a span inside told it already, or the span is only a second account of the same call.
 */
export function buildTranscript(nodes: readonly Node[]): Transcript {
  const told = nodes.flatMap((n, i) => tellings(n.span, i)).sort(inOrder);
  const scopes = scopesOf(nodes);
  const firstHand = new Set(told.filter((t) => t.output && nodes[t.node]?.span.usage !== 'duplicate').map((t) => t.message.words));
  // outputs are the nodes that told it as theirs, ascending: those inside of a node follow it closely.
  const known = new Map<string, { count: number; readonly outputs: number[] }>();
  const within = new Map<string, number>();
  const turns: Turn[] = [];
  for (const t of told) {
    const node = nodes[t.node];
    if (node === undefined) {
      continue;
    }
    const what = t.message.words;
    const before = known.get(what) ?? { count: 0, outputs: [] };
    const list = `${t.node} ${t.message.time} ${what}`;
    const nth = (within.get(list) ?? 0) + 1;
    within.set(list, nth);
    const below = placeIn(before.outputs, t.node + 1);
    const inside = (before.outputs[below] ?? Infinity) < t.node + node.size;
    const secondHand = node.span.usage === 'duplicate' && firstHand.has(what);
    if (secondHand || (t.output ? inside : nth <= before.count)) {
      continue;
    }
    known.set(what, before);
    before.count++;
    if (t.output) {
      before.outputs.splice(below, 0, t.node);
    }
    const kind = kindOf(node.span);
    turns.push({
      id: `${node.span.key} ${t.place}`, span: node.span, node: t.node, kind, scope: scopes[t.node] ?? node.span.name,
      role: turnRole(t.message.role, kind, t.output), said: t.message.role, text: t.message.text, at: t.at,
      called: kind === 'tool' && !t.output, tokens: t.last ? tokensOf(node.span) : null,
    });
  }
  return { turns, repeated: told.length - turns.length };
}

function tellings(span: Span, node: number): Told[] {
  const messages = messagesOf(span);
  const ends = kindOf(span) === 'tool' ? 'tool' : 'assistant';
  const lastInput = messages.findLastIndex((m) => m.role !== ends);
  return messages.map((message, place) => {
    const output = place > lastInput;
    return { node, place, message, output, last: output && place === messages.length - 1, at: message.time ?? (output ? span.end : null) ?? span.start };
  });
}

// Spans do not change, they are replaced; so what was read of one stays true.
const read = new WeakMap<Span, readonly Heard[]>();

/** messagesOf are the previews of a span; of a tool without any, what it was called with and what it returned. */
function messagesOf(span: Span): readonly Heard[] {
  const before = read.get(span);
  if (before !== undefined) {
    return before;
  }
  const { messages } = readEvents(span);
  const all = (messages.length > 0 ? messages : toolMessages(span)).map((m) => ({ ...m, words: `${m.role} ${m.text.replace(/\s+/g, '')}` }));
  read.set(span, all);
  return all;
}

function toolMessages(span: Span): Message[] {
  const all: Message[] = [];
  for (const [key, role] of [['gen_ai.tool.call.arguments', 'user'], ['gen_ai.tool.call.result', 'tool']] as const) {
    const value = span.attributes[key];
    if (value !== undefined && value !== null) {
      all.push({ role, text: typeof value === 'string' ? value : JSON.stringify(value), time: role === 'tool' ? span.end : span.start, parts: null, source: key });
    }
  }
  return all;
}

function turnRole(role: string, kind: Kind, output: boolean): TurnRole {
  if (kind === 'tool') {
    return output ? 'result' : 'call';
  }
  switch (role) {
    case 'system':
    case 'user':
    case 'assistant':
      return role;
    case 'developer':
      return 'system';
    case 'tool':
    case 'function':
      return 'result';
    default:
      return 'other';
  }
}

/** placeIn is where a number belongs in a list that ascends: before the first that is not smaller. */
function placeIn(ascending: readonly number[], n: number): number {
  let from = 0;
  for (let to = ascending.length; from < to;) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] ?? Infinity) < n) {
      from = middle + 1;
    } else {
      to = middle;
    }
  }
  return from;
}

/** inOrder sorts by time, then by the place in the tree, which is the same in any order of arrival. */
function inOrder(a: Told, b: Told): number {
  const byTime = (a.at ?? Infinity) - (b.at ?? Infinity);
  return byTime !== 0 && !Number.isNaN(byTime) ? byTime : a.node - b.node || a.place - b.place;
}
