import { changesOf, SpanMap } from '../client/spans';
import { spanKey, type Span, type SpanKey } from '../client/wire/span';
import type { Node } from './tree';

/**
 * TreeKeeper makes a tree of spans again and again, and spends time on what changed. What it returns depends on the spans alone, not
 * on what came before, and is never changed afterwards; a node in which nothing changed stays the same object.
 */
export class TreeKeeper {
  private known: ReadonlyMap<SpanKey, Span> = SpanMap.empty;
  private nodes: readonly Node[] = [];
  /** entries are the spans, and the parents that some of them name and that are not here. */
  private readonly entries = new Map<SpanKey, Entry>();
  /** root stands for no span: what names no parent hangs on it. */
  private readonly root = new Entry('' as SpanKey);
  private readonly absent = new Set<Entry>();
  /** untidy are entries whose children are out of order, or have gone to another. */
  private readonly untidy = new Set<Entry>();
  private round = 0;

  /** update returns all nodes in the order of rows. */
  update(spans: ReadonlyMap<SpanKey, Span>): readonly Node[] {
    if (spans === this.known) {
      return this.nodes;
    }
    const { set, gone } = changesOf(this.known, spans);
    this.known = spans;
    for (const key of gone) {
      this.remove(key);
    }
    const changed: Entry[] = [];
    let moved = gone.length > 0;
    for (const span of set) {
      const entry = this.entryOf(span.key);
      moved = this.put(entry, span) || moved;
      changed.push(entry);
    }
    this.tidy();
    this.nodes = moved ? this.lineUp() : this.replace(changed);
    return this.nodes;
  }

  private entryOf(key: SpanKey): Entry {
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = new Entry(key);
      this.entries.set(key, entry);
    }
    return entry;
  }

  /** put returns whether rows may have moved. */
  private put(entry: Entry, span: Span): boolean {
    const old = entry.span;
    entry.span = span;
    if (old?.parentId === span.parentId && old.start === span.start) {
      return false;
    }
    this.absent.delete(entry);
    this.disturb(entry.parent);
    const key = parentOf(span);
    const parent = key === null ? this.root : this.entryOf(key);
    if (parent !== entry.parent) {
      this.hang(entry, parent);
    }
    return true;
  }

  private hang(entry: Entry, parent: Entry): void {
    const last = parent.below.at(-1);
    if (last !== undefined && (last.parent !== parent || inOrder(last, entry) > 0)) {
      this.untidy.add(parent);
    }
    entry.parent = parent;
    parent.below.push(entry);
    if (parent.span === null && parent !== this.root) {
      this.absent.add(parent);
    }
  }

  private remove(key: SpanKey): void {
    const entry = this.entries.get(key);
    if (entry !== undefined) {
      this.disturb(entry.parent);
      this.disturb(entry);
      this.absent.add(entry);
      entry.parent = entry.span = entry.node = null;
    }
  }

  private disturb(entry: Entry | null): void {
    if (entry !== null) {
      this.untidy.add(entry);
    }
  }

  private tidy(): void {
    for (const entry of this.untidy) {
      entry.below = entry.below.filter((e) => e.parent === entry).sort(inOrder);
      if (entry.below.length === 0 && this.absent.delete(entry)) {
        this.entries.delete(entry.key);
      }
    }
    this.untidy.clear();
  }

  /** replace puts spans in the places that they have. */
  private replace(changed: readonly Entry[]): readonly Node[] {
    const nodes = [...this.nodes];
    for (const { span, node, index } of changed) {
      if (span === null || node === null) {
        continue;
      }
      const more = Number(span.failed) - Number(node.span.failed);
      this.write(nodes, index, { ...node, span, failures: node.failures + more });
      for (let i = more === 0 ? -1 : node.parent; i >= 0; i = nodes[i]?.parent ?? -1) {
        const above = nodes[i];
        if (above !== undefined) {
          this.write(nodes, i, { ...above, failures: above.failures + more });
        }
      }
    }
    return nodes;
  }

  private write(nodes: Node[], index: number, node: Node): void {
    nodes[index] = node;
    this.entryOf(node.span.key).node = node;
  }

  /** lineUp makes the list anew. */
  private lineUp(): readonly Node[] {
    const rows = new Rows(++this.round);
    const orphans = [...this.absent].flatMap((parent) => parent.below);
    const tops = orphans.length === 0 ? this.root.below : [...this.root.below, ...orphans].sort(inOrder);
    for (const top of tops) {
      rows.addTop(top, top.parent !== this.root ? 'absent' : top.span?.parentId == null ? 'no' : 'cycle');
    }
    if (rows.nodes.length < this.known.size) {
      const rest = [...this.entries.values()].filter((e) => e.span !== null && e.round !== this.round).sort(inOrder);
      for (const entry of rest) {
        if (entry.round !== this.round) {
          rows.addTop(firstOfCircle(entry), 'cycle');
        }
      }
    }
    return rows.nodes;
  }
}

/** Entry is a span with what hangs on it, or with span null one that is not here. */
class Entry {
  readonly key: SpanKey;
  span: Span | null = null;
  parent: Entry | null = null;
  below: Entry[] = [];
  /** node and index are its place in the last list. */
  node: Node | null = null;
  index = -1;
  /** round is when it was last put into a list. */
  round = 0;

  constructor(key: SpanKey) {
    this.key = key;
  }
}

/** Open is an entry while what is below it is put into the list. */
interface Open { readonly entry: Entry; readonly index: number; readonly position: number; next: number; children: number; failures: number }

class Rows {
  readonly nodes: Node[] = [];
  private readonly round: number;
  private readonly open: Open[] = [];
  private tops = 0;

  constructor(round: number) {
    this.round = round;
  }

  addTop(top: Entry, detached: Node['detached']): void {
    this.enter(top, ++this.tops);
    for (let o = this.open.at(-1); o !== undefined; o = this.open.at(-1)) {
      const below = o.entry.below[o.next++];
      if (below === undefined) {
        this.leave(o, this.open.length === 1 ? detached : 'no');
      } else if (below.round === this.round) {
        continue;
      } else if (below.below.length === 0) {
        this.addLeaf(o, below);
      } else {
        this.enter(below, ++o.children);
      }
    }
  }

  private enter(entry: Entry, position: number): void {
    entry.round = this.round;
    const index = this.nodes.length;
    this.open.push({ entry, index, position, next: 0, children: 0, failures: failuresOf(entry) });
    if (entry.span !== null) {
      // Its place is taken; what the node says is known when everything below is.
      this.nodes.push(entry.node ?? nodeOf(entry.span));
    }
  }

  private leave({ entry, index, position, children, failures }: Open, detached: Node['detached']): void {
    this.open.pop();
    const above = this.open.at(-1);
    if (above !== undefined) {
      above.failures += failures;
    }
    if (entry.span !== null) {
      entry.index = index;
      const { span } = entry;
      this.nodes[index] = entry.node = renewed(entry.node, { span, depth: this.open.length, parent: above?.index ?? -1, size: this.nodes.length - index, failures, children, position, detached });
    }
  }

  /** addLeaf is enter and leave for what nothing hangs on: most of what there is. */
  private addLeaf(above: Open, entry: Entry): void {
    const { span } = entry;
    if (span === null) {
      return;
    }
    entry.round = this.round;
    const position = ++above.children;
    const failures = failuresOf(entry);
    above.failures += failures;
    entry.index = this.nodes.length;
    const { node } = entry;
    const same = node !== null && node.span === span && node.parent === above.index && node.position === position && node.depth === this.open.length && node.size === 1
      && node.failures === failures && node.detached === 'no';
    entry.node = same ? node : { span, depth: this.open.length, parent: above.index, size: 1, failures, children: 0, position, detached: 'no' };
    this.nodes.push(entry.node);
  }
}

function failuresOf(entry: Entry): number {
  return entry.span?.failed === true ? 1 : 0;
}

function nodeOf(span: Span): Node {
  return { span, depth: 0, parent: -1, size: 1, failures: 0, children: 0, position: 1, detached: 'no' };
}

/** renewed is the node as it was where nothing differs. */
function renewed(was: Node | null, now: Node): Node {
  const same = was !== null && was.span === now.span && was.parent === now.parent && was.size === now.size && was.depth === now.depth && was.failures === now.failures
    && was.children === now.children && was.position === now.position && was.detached === now.detached;
  return same ? was : now;
}

function parentOf(span: Span): SpanKey | null {
  return span.parentId === null || span.parentId === span.spanId ? null : spanKey(span.traceId, span.parentId);
}

/** inOrder sorts by start; equal starts by id, so that rows never swap places. */
function inOrder(a: Entry, b: Entry): number {
  const byStart = (a.span?.start ?? Infinity) - (b.span?.start ?? Infinity);
  return byStart !== 0 && !Number.isNaN(byStart) ? byStart : a.key < b.key ? -1 : 1;
}

/** firstOfCircle finds the circle that the parents of an entry run into, and what began first on it. */
function firstOfCircle(entry: Entry): Entry {
  const path: Entry[] = [];
  const seen = new Set<Entry>();
  let e = entry;
  for (; !seen.has(e) && e.parent !== null; e = e.parent) {
    seen.add(e);
    path.push(e);
  }
  return path.slice(path.indexOf(e)).reduce((first, x) => (inOrder(x, first) < 0 ? x : first), e);
}
