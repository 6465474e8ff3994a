import { identityOf } from './identity';
import { lookOf } from './look';
import type { Node } from './tree';

/** Pair is a row of a comparison: the same step in both runs, or a step that only one of them has. At least one side is a node. */
export interface Pair {
  /** key stays the same while both sides do. */
  readonly key: string;
  readonly a: Node | null;
  readonly b: Node | null;
  /** indexA and indexB are where the nodes stand in their runs; -1 where there is none. */
  readonly indexA: number;
  readonly indexB: number;
  readonly depth: number;
  /** parent is an index into the list of pairs; -1 at the top. */
  readonly parent: number;
  readonly children: number;
  /** position counts from 1 among the siblings, of whom there are setSize. */
  readonly position: number;
  readonly setSize: number;
  /** size counts the pair and everything below it. */
  size: number;
}

/**
 * pairUp puts the spans of two runs side by side; each stands in exactly one pair, and the pairs are in the order of rows. Siblings
 * are the same step if they have the same identity, the first with the first, the second with the second. The only two roots are
 * the same, whatever they are called. A part of a run whose parent has not arrived is put where its spans stand in the other run.
 */
export function pairUp(a: readonly Node[], b: readonly Node[]): Pair[] {
  const left = new Run(a);
  const right = new Run(b);
  matchRoots(left, right);
  placeLoose(left, right);
  placeLoose(right, left);
  matchSiblings(left, left.loose(), right, right.loose());
  return new Rows(left, right).pairs;
}

/** Run is one side: its nodes, and for each the index of its partner on the other side. */
class Run {
  readonly nodes: readonly Node[];
  readonly partners: Int32Array;
  readonly identities: readonly (string | null)[];

  constructor(nodes: readonly Node[]) {
    this.nodes = nodes;
    this.partners = new Int32Array(nodes.length).fill(-1);
    this.identities = nodes.map((n) => identityOf(n.span));
  }

  partner(i: number): number {
    return this.partners[i] ?? -1;
  }

  taken(i: number): boolean {
    return this.partner(i) >= 0;
  }

  tops(): number[] {
    return this.siblings(0, this.nodes.length);
  }

  /** loose are the tops that stand there only because their parent is not here. */
  loose(): number[] {
    return this.tops().filter((i) => this.isLoose(i));
  }

  isLoose(i: number): boolean {
    const node = this.nodes[i];
    return node !== undefined && (node.detached === 'absent' || (node.span.state === 'missing' && this.identities[i] === null));
  }

  children(i: number): number[] {
    return this.siblings(i + 1, i + (this.nodes[i]?.size ?? 1));
  }

  private siblings(from: number, to: number): number[] {
    const all: number[] = [];
    for (let i = from; i < to; i += Math.max(1, this.nodes[i]?.size ?? 1)) {
      all.push(i);
    }
    return all;
  }
}

function matchRoots(a: Run, b: Run): void {
  const free = (run: Run) => run.tops().filter((i) => !run.isLoose(i) && !run.taken(i));
  matchSiblings(a, free(a), b, free(b));
  const [rootA, ...moreA] = free(a);
  const [rootB, ...moreB] = free(b);
  if (rootA !== undefined && rootB !== undefined && moreA.length === 0 && moreB.length === 0) {
    matchBelow(a, rootA, b, rootB);
  }
}

/** matchSiblings pairs equal identities in order, and then everything below these pairs in the same way. */
function matchSiblings(a: Run, as: readonly number[], b: Run, bs: readonly number[]): void {
  for (const [i, j] of sameSteps(a, as, b, bs)) {
    matchBelow(a, i, b, j);
  }
}

/** matchBelow pairs two nodes and what is below them. It keeps its own stack, because traces can be deep. */
function matchBelow(a: Run, i: number, b: Run, j: number): void {
  const stack: [number, number][] = [[i, j]];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [x, y] = next;
    a.partners[x] = y;
    b.partners[y] = x;
    for (const pair of sameSteps(a, a.children(x), b, b.children(y))) {
      stack.push(pair);
    }
  }
}

/** sameSteps lists which of these siblings are the same step: the nth of an identity with the nth of it. */
function sameSteps(a: Run, as: readonly number[], b: Run, bs: readonly number[]): [number, number][] {
  if (as.length === 0 || bs.length === 0) {
    return [];
  }
  const waiting = new Map<string, number[]>();
  for (const j of bs) {
    if (!b.taken(j)) {
      push(waiting, b.identities[j] ?? null, j);
    }
  }
  const used = new Map<string, number>();
  const pairs: [number, number][] = [];
  for (const i of as) {
    const identity = a.identities[i] ?? null;
    if (identity === null || a.taken(i)) {
      continue;
    }
    const nth = used.get(identity) ?? 0;
    const j = waiting.get(identity)?.[nth];
    used.set(identity, nth + 1);
    if (j !== undefined) {
      pairs.push([i, j]);
    }
  }
  return pairs;
}

/**
 * placeLoose finds, for each loose part of a run, the first step of the other run that is still free and is the same step; for a
 * placeholder, which nothing is known of, the first one that has a step in common below it.
 */
function placeLoose(from: Run, into: Run): void {
  const loose = from.loose().filter((i) => !from.taken(i));
  if (loose.length === 0) {
    return;
  }
  const byIdentity = new Map<string, number[]>();
  const byChild = new Map<string, number[]>();
  let top = 0;
  into.nodes.forEach((node, j) => {
    top = node.parent < 0 ? j : top;
    if (!into.isLoose(top)) {
      push(byIdentity, into.identities[j] ?? null, j);
      push(byChild, node.parent < 0 ? null : into.identities[j] ?? null, node.parent);
    }
  });
  const free = new FirstFree(into);
  for (const i of loose) {
    const identity = from.identities[i] ?? null;
    const places = identity !== null
      ? [free.of(byIdentity.get(identity))]
      : from.children(i).map((child) => free.of(byChild.get(from.identities[child] ?? '')));
    const place = places.reduce((first, j) => Math.min(first, j), Infinity);
    if (Number.isFinite(place)) {
      matchBelow(from, i, into, place);
    }
  }
}

/** FirstFree remembers how far each list is taken: what is taken stays so. */
class FirstFree {
  private readonly passed = new Map<readonly number[], number>();
  private readonly run: Run;

  constructor(run: Run) {
    this.run = run;
  }

  /** of is the first of a list that has no partner; Infinity where there is none. */
  of(list: readonly number[] | undefined): number {
    if (list === undefined) {
      return Infinity;
    }
    let at = this.passed.get(list) ?? 0;
    while (at < list.length && this.run.taken(list[at] ?? -1)) {
      at++;
    }
    this.passed.set(list, at);
    return list[at] ?? Infinity;
  }
}

function push(lists: Map<string, number[]>, key: string | null, value: number): void {
  if (key === null) {
    return;
  }
  const list = lists.get(key);
  if (list === undefined) {
    lists.set(key, [value]);
  } else {
    list.push(value);
  }
}

interface Waiting { readonly i: number; readonly j: number; readonly depth: number; readonly parent: number; readonly position: number; readonly setSize: number }

/** Rows lays the pairs out as a tree: in the order of the first run, and what only the second has after what it follows there. */
class Rows {
  readonly pairs: Pair[] = [];
  private readonly stack: Waiting[] = [];
  private readonly a: Run;
  private readonly b: Run;

  constructor(a: Run, b: Run) {
    this.a = a;
    this.b = b;
    // What was loose and has found its place is shown there, and not at the top.
    const placed = (run: Run, other: Run, i: number) => run.isLoose(i) && (other.nodes[run.partner(i)]?.parent ?? -1) >= 0;
    this.push(a.tops().filter((i) => !placed(a, b, i)), b.tops().filter((j) => !placed(b, a, j)), -1, 0);
    for (let next = this.stack.pop(); next !== undefined; next = this.stack.pop()) {
      this.add(next);
    }
    for (let row = this.pairs.length - 1; row >= 0; row--) {
      const pair = this.pairs[row];
      const parent = this.pairs[pair?.parent ?? -1];
      if (pair !== undefined && parent !== undefined) {
        parent.size += pair.size;
      }
    }
  }

  private add(w: Waiting): void {
    const a = this.a.nodes[w.i] ?? null;
    const b = this.b.nodes[w.j] ?? null;
    const below = this.push(w.i < 0 ? [] : this.a.children(w.i), w.j < 0 ? [] : this.b.children(w.j), this.pairs.length, w.depth + 1);
    this.pairs.push({
      key: `${a?.span.key ?? ''}|${b?.span.key ?? ''}`, a, b, indexA: w.i, indexB: w.j, depth: w.depth, parent: w.parent,
      children: below, position: w.position, setSize: w.setSize, size: 1,
    });
  }

  private push(as: readonly number[], bs: readonly number[], parent: number, depth: number): number {
    const merged = this.merge(as, bs);
    for (let k = merged.length - 1; k >= 0; k--) {
      const [i, j] = merged[k] ?? [-1, -1];
      this.stack.push({ i, j, depth, parent, position: k + 1, setSize: merged.length });
    }
    return merged.length;
  }

  private merge(as: readonly number[], bs: readonly number[]): [number, number][] {
    if (bs.length === 0) {
      return as.map((i) => [i, this.a.partner(i)]);
    }
    const before = new Map<number, number[]>();
    const here = new Set(as);
    let follows = -1;
    for (const j of bs) {
      const i = this.b.partner(j);
      if (here.has(i)) {
        follows = i;
      } else {
        const list = before.get(follows);
        if (list === undefined) {
          before.set(follows, [j]);
        } else {
          list.push(j);
        }
      }
    }
    const only = (after: number): [number, number][] => (before.get(after) ?? []).map((j) => [this.b.partner(j), j]);
    return [...only(-1), ...as.flatMap((i): [number, number][] => [[i, this.a.partner(i)], ...only(i)])];
  }
}

/** isOtherwise tells a step that only one run has, or that ended otherwise. What has not ended on both sides may yet end alike. */
export function isOtherwise({ a, b }: Pair): boolean {
  return a === null || b === null || (isOver(a) && isOver(b) && lookOf(a.span) !== lookOf(b.span));
}

function isOver({ span: { state } }: Node): boolean {
  return state !== 'running' && state !== 'missing';
}

/** withOtherwise tells, for each pair, whether it or anything below it is otherwise. */
export function withOtherwise(pairs: readonly Pair[]): readonly boolean[] {
  const found = pairs.map(isOtherwise);
  for (let i = pairs.length - 1; i >= 0; i--) {
    const parent = pairs[i]?.parent ?? -1;
    if (parent >= 0 && found[i] === true) {
      found[parent] = true;
    }
  }
  return found;
}

/** visiblePairs lists the pairs that are not below a closed one, and of these only those that are kept; what is left out is so with all below it. */
export function visiblePairs(pairs: readonly Pair[], isClosed: (pair: Pair) => boolean, kept: readonly boolean[] | null = null): Pair[] {
  const rows: Pair[] = [];
  for (let i = 0; i < pairs.length;) {
    const pair = pairs[i];
    if (pair === undefined) {
      break;
    }
    if (kept !== null && kept[i] !== true) {
      i += pair.size;
      continue;
    }
    rows.push(pair);
    i += isClosed(pair) ? pair.size : 1;
  }
  return rows;
}
