import { spanKey, type Span, type SpanKey } from '../client/wire/span';

/** Node is a span in its place. The list of all nodes is in the order of rows: a parent before its children. */
export interface Node {
  readonly span: Span;
  readonly depth: number;
  /** parent is an index into the list; -1 for what stands at the top. */
  readonly parent: number;
  /** size counts the node and everything below it: the next node that is not below has the index + size. */
  size: number;
  /** failures counts the spans with an error among these. */
  failures: number;
  readonly children: number;
  /** position counts from 1 among the siblings, of whom there are setSize. */
  readonly position: number;
  readonly setSize: number;
  /** detached says why a span with a parent stands at the top. */
  readonly detached: 'no' | 'absent' | 'cycle';
}

interface Pending {
  readonly span: Span;
  readonly parent: number;
  readonly depth: number;
  readonly position: number;
  readonly setSize: number;
  readonly detached: Node['detached'];
}

/**
 * buildTree shows every span exactly once, whatever the parent ids say: spans without a parent that is here stand at the top,
 * and of a circle the earliest span does.
 */
export function buildTree(spans: ReadonlyMap<SpanKey, Span>): Node[] {
  const children = new Map<SpanKey, Span[]>();
  const tops: Span[] = [];
  for (const span of spans.values()) {
    const parent = parentOf(span);
    if (parent === null || !spans.has(parent)) {
      tops.push(span);
    } else {
      const siblings = children.get(parent);
      if (siblings === undefined) {
        children.set(parent, [span]);
      } else {
        siblings.push(span);
      }
    }
  }
  for (const siblings of children.values()) {
    siblings.sort(inOrder);
  }
  const builder = new Builder(children);
  builder.addTops(tops.sort(inOrder));
  if (builder.nodes.length < spans.size) {
    const rest = [...spans.values()].filter((s) => !builder.placed.has(s.key)).sort(inOrder);
    for (const span of rest) {
      builder.addTops([span]);
    }
  }
  builder.sum();
  return builder.nodes;
}

function parentOf(span: Span): SpanKey | null {
  return span.parentId === null || span.parentId === span.spanId ? null : spanKey(span.traceId, span.parentId);
}

/** inOrder sorts by start; equal starts by id, so that rows never swap places. */
function inOrder(a: Span, b: Span): number {
  const byStart = (a.start ?? Infinity) - (b.start ?? Infinity);
  if (byStart !== 0 && !Number.isNaN(byStart)) {
    return byStart;
  }
  return a.key < b.key ? -1 : 1;
}

class Builder {
  readonly nodes: Node[] = [];
  readonly placed = new Set<SpanKey>();
  private readonly stack: Pending[] = [];
  private readonly children: ReadonlyMap<SpanKey, readonly Span[]>;

  constructor(children: ReadonlyMap<SpanKey, readonly Span[]>) {
    this.children = children;
  }

  addTops(tops: readonly Span[]): void {
    this.push(tops.filter((s) => !this.placed.has(s.key)), -1, 0);
    for (let next = this.stack.pop(); next !== undefined; next = this.stack.pop()) {
      this.place(next);
    }
  }

  private place(p: Pending): void {
    if (this.placed.has(p.span.key)) {
      return;
    }
    this.placed.add(p.span.key);
    const below = (this.children.get(p.span.key) ?? []).filter((s) => !this.placed.has(s.key));
    this.nodes.push({ ...p, size: 1, failures: p.span.failed ? 1 : 0, children: below.length });
    this.push(below, this.nodes.length - 1, p.depth + 1);
  }

  private push(spans: readonly Span[], parent: number, depth: number): void {
    for (let i = spans.length - 1; i >= 0; i--) {
      const span = spans[i];
      if (span !== undefined) {
        this.stack.push({ span, parent, depth, position: i + 1, setSize: spans.length, detached: this.detached(span, parent) });
      }
    }
  }

  private detached(span: Span, parent: number): Node['detached'] {
    if (parent >= 0 || span.parentId === null) {
      return 'no';
    }
    return this.children.get(spanKey(span.traceId, span.parentId))?.includes(span) || span.parentId === span.spanId ? 'cycle' : 'absent';
  }

  /** sum adds sizes and failures up, children before parents. */
  sum(): void {
    for (let i = this.nodes.length - 1; i >= 0; i--) {
      const node = this.nodes[i];
      const parent = node === undefined ? undefined : this.nodes[node.parent];
      if (node !== undefined && parent !== undefined) {
        parent.size += node.size;
        parent.failures += node.failures;
      }
    }
  }
}

/** visibleRows lists the indexes of the nodes that are not below a collapsed one. */
export function visibleRows(nodes: readonly Node[], collapsed: ReadonlySet<SpanKey>): number[] {
  const rows: number[] = [];
  for (let i = 0; i < nodes.length;) {
    const node = nodes[i];
    if (node === undefined) {
      break;
    }
    rows.push(i);
    i += collapsed.has(node.span.key) ? node.size : 1;
  }
  return rows;
}

/** ancestors lists the keys above a node: what must be open for it to be seen. */
export function ancestors(nodes: readonly Node[], index: number): SpanKey[] {
  const keys: SpanKey[] = [];
  for (let i = nodes[index]?.parent ?? -1; i >= 0; i = nodes[i]?.parent ?? -1) {
    const node = nodes[i];
    if (node !== undefined) {
      keys.push(node.span.key);
    }
  }
  return keys;
}

/** nextFailure is the index of the next span with an error after an index, from the top again after the last; -1: there is none. */
export function nextFailure(nodes: readonly Node[], after: number): number {
  for (let step = 1; step <= nodes.length; step++) {
    const index = (after + step) % nodes.length;
    if (nodes[index]?.span.failed === true) {
      return index;
    }
  }
  return -1;
}
