import type { Node } from './tree';

/** newestOf is the index of what began last, the lower row of two that began together; -1 where nothing has a start. */
export function newestOf(nodes: readonly Node[]): number {
  let newest = -1;
  let start = -Infinity;
  for (let i = 0; i < nodes.length; i++) {
    const own = nodes[i]?.span.start ?? -Infinity;
    if (own >= start && own > -Infinity) {
      newest = i;
      start = own;
    }
  }
  return newest;
}
