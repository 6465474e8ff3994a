import type { Tokens } from '../client/wire/execution';
import type { Span } from '../client/wire/span';
import { readEvents, type Message } from './conversation';
import { kindOf, type Kind } from './kind';
import { scopesOf } from './scope';
import { tokensOf } from './tokens';
import type { Node } from './tree';
import { Words } from './words';

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

/** Heard is a message of a span, with everything that is true of it wherever the span stands in the tree. */
interface Heard {
  readonly message: Message;
  /** words is the number of what it says. */
  readonly words: number;
  /** nth: how often the span has said it by now, at the same time. */
  readonly nth: number;
  readonly place: number;
  readonly output: boolean;
  readonly last: boolean;
  readonly at: number | null;
}

interface Told { readonly node: number; readonly heard: Heard }

/**
 * buildTranscript lists every message once. A call repeats the conversation so far: of what goes in, only what was not told
 * before is news, counted within one list, so that "yes" twice in one conversation stays twice. What comes out is always
 * news, unless a span inside told it already, or the span is only a second account of the same call.
 */
export function buildTranscript(nodes: readonly Node[]): Transcript {
  const told = tellings(nodes).sort(inOrder);
  const scopes = scopesOf(nodes);
  const firstHand = saidFirstHand(told, nodes);
  // outputs are the nodes that told it as theirs, ascending: those inside of a node follow it closely.
  const known = new Map<number, { count: number; readonly outputs: number[] }>();
  const turns: Turn[] = [];
  for (const { node: index, heard } of told) {
    const node = nodes[index];
    if (node === undefined) {
      continue;
    }
    const before = known.get(heard.words) ?? { count: 0, outputs: [] };
    const below = placeIn(before.outputs, index + 1);
    const inside = (before.outputs[below] ?? Infinity) < index + node.size;
    const secondHand = node.span.usage === 'duplicate' && firstHand.has(heard.words);
    if (secondHand || (heard.output ? inside : heard.nth <= before.count)) {
      continue;
    }
    known.set(heard.words, before);
    before.count++;
    if (heard.output) {
      before.outputs.splice(below, 0, index);
    }
    turns.push(turnOf(node, index, heard, scopes[index] ?? node.span.name));
  }
  return { turns, repeated: told.length - turns.length };
}

function turnOf({ span }: Node, node: number, { message, place, output, last, at }: Heard, scope: string): Turn {
  const kind = kindOf(span);
  return {
    id: `${span.key} ${place}`, span, node, kind, scope, role: turnRole(message.role, kind, output), said: message.role, text: message.text, at,
    called: kind === 'tool' && !output, tokens: last ? tokensOf(span) : null,
  };
}

/** saidFirstHand are the words that a span told as its own that is not a second account; nothing asks where there is none of these. */
function saidFirstHand(told: readonly Told[], nodes: readonly Node[]): ReadonlySet<number> {
  return nodes.some((n) => n.span.usage === 'duplicate')
    ? new Set(told.filter((t) => t.heard.output && nodes[t.node]?.span.usage !== 'duplicate').map((t) => t.heard.words))
    : new Set();
}

// Spans do not change, they are replaced; so what was read of one stays true, for as long as the words keep their numbers.
let read = new WeakMap<Span, readonly Heard[]>();
let words = new Words();

/** mostWords is how many texts are kept beyond those of the execution that was read last. */
const mostWords = 10_000;

function tellings(nodes: readonly Node[]): Told[] {
  const told: Told[] = [];
  nodes.forEach((n, node) => {
    for (const heard of messagesOf(n.span)) {
      told.push({ node, heard });
    }
  });
  if (words.size > 2 * told.length + mostWords) { // those of executions that nobody looks at any more
    read = new WeakMap();
    words = new Words();
    return tellings(nodes);
  }
  return told;
}

/** messagesOf are the previews of a span; of a tool without any, what it was called with and what it returned. */
function messagesOf(span: Span): readonly Heard[] {
  const before = read.get(span);
  if (before !== undefined) {
    return before;
  }
  const { messages } = readEvents(span);
  const all = heardOf(span, messages.length > 0 ? messages : toolMessages(span));
  read.set(span, all);
  return all;
}

function heardOf(span: Span, messages: readonly Message[]): Heard[] {
  const ends = kindOf(span) === 'tool' ? 'tool' : 'assistant';
  const lastInput = messages.findLastIndex((m) => m.role !== ends);
  const said = new Map<string, number>();
  return messages.map((message, place) => {
    const output = place > lastInput;
    const number = words.numberOf(message.role, message.text);
    const list = `${message.time} ${number}`;
    const nth = (said.get(list) ?? 0) + 1;
    said.set(list, nth);
    return { message, words: number, nth, place, output, last: output && place === messages.length - 1, at: message.time ?? (output ? span.end : null) ?? span.start };
  });
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
  const byTime = (a.heard.at ?? Infinity) - (b.heard.at ?? Infinity);
  return byTime !== 0 && !Number.isNaN(byTime) ? byTime : a.node - b.node || a.heard.place - b.heard.place;
}
