import type { Span, SpanKey } from '../client/wire/span';
import { TreeKeeper } from './treekeeper';

/** Node is a span in its place. The list of all nodes is in the order of rows: a parent before its children. */
export interface Node {
  readonly span: Span;
  readonly depth: number;
  /** parent is an index into the list; -1 for what stands at the top. */
  readonly parent: number;
  /** size counts the node and everything below it: the next node that is not below has the index + size. */
  readonly size: number;
  /** failures counts the spans with an error among these. */
  readonly failures: number;
  readonly children: number;
  /** position counts from 1 among the siblings. */
  readonly position: number;
  /** detached says why a span with a parent stands at the top. */
  readonly detached: 'no' | 'absent' | 'cycle';
  /** ahead: the moment that is looked at is before it began; only a replay has such nodes. */
  readonly ahead?: true;
}

/**
 * buildTree shows every span exactly once, whatever the parent ids say: spans without a parent that is here stand at the top,
 * and of a circle the earliest span does. Siblings stand in the order of their effective starts. Where spans change all the time, a
 * TreeKeeper does the same with less work.
 */
export function buildTree(spans: ReadonlyMap<SpanKey, Span>): readonly Node[] {
  return new TreeKeeper().update(spans);
}

/** childrenOf lists the indexes of what hangs on a node; with -1, of what stands at the top. */
export function* childrenOf(nodes: readonly Node[], index: number): Generator<number> {
  const end = index < 0 ? nodes.length : index + (nodes[index]?.size ?? 0);
  for (let i = index + 1; i < end; i += nodes[i]?.size ?? 1) {
    yield i;
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
    i += collapsed.size > 0 && collapsed.has(node.span.key) ? node.size : 1;
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
