import type { Span, SpanKey } from '../client/wire/span';
import { kindOf, type Kind } from './kind';
import { childrenOf, type Node } from './tree';

/** leastAlike is how many similar leaves it takes for one row to stand for all of them. */
export const leastAlike = 5;

/** GroupKey names a group, for as long as its parent is there and whoever is in it. */
export type GroupKey = string & { readonly brand: 'GroupKey' };

/** Group is several leaves of one parent that differ in nothing but their times and contents. */
export interface Group {
  readonly key: GroupKey;
  readonly name: string;
  readonly kind: Kind;
  /** members are indexes of nodes, in the order of their starts. */
  readonly members: readonly number[];
  /** totalMs and mostMs are the sum and the longest of their durations, in milliseconds. */
  readonly totalMs: number;
  readonly mostMs: number;
}

/** Groups has at the index of each node that is in a group that group. */
export type Groups = readonly (Group | undefined)[];

/** Kept says what a group that is closed must not hide: the selected span, what a search found. What it opens is seen anyway. */
export interface Kept { readonly keep: (key: SpanKey) => boolean; readonly opened: ReadonlySet<GroupKey> }

/**
 * groupLeaves finds leaves of one parent with the same name and kind that ended well. Whoever failed, still runs or never ended is
 * in no group.
 *
 * A group is one for its parent, whatever began between its members, and stands where its first one does: a row more in it moves none.
 */
export function groupLeaves(nodes: readonly Node[], kept: Kept): Groups {
  const groups: (Group | undefined)[] = [];
  for (let parent = -1; parent < nodes.length; parent++) {
    if (parent < 0 || (nodes[parent]?.children ?? 0) >= leastAlike) {
      for (const group of groupsBelow(nodes, parent, kept)) {
        group.members.forEach((i) => { groups[i] = group; });
      }
    }
  }
  return groups;
}

function groupsBelow(nodes: readonly Node[], parent: number, { keep, opened }: Kept): Group[] {
  const groups: Group[] = [];
  for (const [likeness, alike] of alikeBelow(nodes, parent)) {
    const key = `${nodes[parent]?.span.key ?? ''}/${likeness}` as GroupKey;
    const members = opened.has(key) ? alike : alike.filter((i) => nodes[i] !== undefined && !keep(nodes[i].span.key));
    if (members.length > 1) {
      groups.push(groupOf(nodes, key, members));
    }
  }
  return groups;
}

type Alike = readonly (readonly [likeness: string, members: readonly number[]])[];

// What was found below a node stays true while its children are the same objects: these hold where they stand.
const found = new WeakMap<Node, { readonly children: readonly Node[]; readonly alike: Alike }>();

/** alikeBelow lists the leaves below a node of which there are enough. Of a large run that changes, most was found before. */
function alikeBelow(nodes: readonly Node[], parent: number): Alike {
  const above = nodes[parent];
  const before = above === undefined ? undefined : found.get(above);
  if (before !== undefined && isSame(before.children, nodes, parent)) {
    return before.alike;
  }
  const alike = findAlike(nodes, parent);
  if (above !== undefined) {
    found.set(above, { children: [...childrenOf(nodes, parent)].flatMap((i) => nodes[i] ?? []), alike });
  }
  return alike;
}

function isSame(children: readonly Node[], nodes: readonly Node[], parent: number): boolean {
  let i = parent + 1;
  for (const child of children) {
    if (nodes[i] !== child) {
      return false;
    }
    i += child.size;
  }
  return i === parent + (nodes[parent]?.size ?? 0);
}

function findAlike(nodes: readonly Node[], parent: number): Alike {
  const alike = new Map<string, number | number[]>();
  let enough = false;
  for (const i of childrenOf(nodes, parent)) {
    const node = nodes[i];
    if (node === undefined || !isPlainLeaf(node)) {
      continue;
    }
    const likeness = likenessOf(node.span);
    const others = alike.get(likeness);
    if (typeof others === 'object') {
      enough = others.push(i) >= leastAlike || enough;
    } else {
      // Most leaves are like no other: one of a kind needs no list.
      alike.set(likeness, others === undefined ? i : [others, i]);
    }
  }
  return enough ? [...alike].flatMap(([likeness, members]) => (typeof members === 'object' && members.length >= leastAlike ? [[likeness, members] as const] : [])) : [];
}

// Spans do not change, they are replaced; so this is made once for each.
const likenesses = new WeakMap<Span, string>();

function likenessOf(span: Span): string {
  let likeness = likenesses.get(span);
  if (likeness === undefined) {
    likeness = `${kindOf(span)} ${span.name}`;
    likenesses.set(span, likeness);
  }
  return likeness;
}

function isPlainLeaf({ children, span, detached }: Node): boolean {
  return children === 0 && detached === 'no' && span.state === 'ended' && !span.failed && span.raw['clock_skew'] == null;
}

function groupOf(nodes: readonly Node[], key: GroupKey, members: readonly number[]): Group {
  const first = nodes[members[0] ?? -1]?.span;
  let totalMs = 0;
  let mostMs = 0;
  for (const i of members) {
    const ms = lengthOf(nodes[i]?.span);
    totalMs += ms;
    mostMs = Math.max(mostMs, ms);
  }
  return { key, name: first?.name ?? '', kind: first === undefined ? 'span' : kindOf(first), members, totalMs, mostMs };
}

function lengthOf(span: Span | undefined): number {
  return span?.start == null || span.end === null ? 0 : Math.max(0, span.end - span.start);
}
